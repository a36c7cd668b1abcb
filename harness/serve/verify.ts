/** Signatures of every scheme that senders may use. */
import { AuthenticationError } from './errors.ts';
import { schemeOf, verifyBasic } from './public-key.ts';

/** Verifies a signature. Throws `AuthenticationError`. */
export function verifySignature(key: Uint8Array, message: Uint8Array, signature: Uint8Array): void {
    const scheme = schemeOf(key);
    if (scheme === 'webauthn' || scheme === 'canister') {
        throw new AuthenticationError(`Invalid signature: ${scheme} signatures are not supported by this server.`);
    }
    if (!verifyBasic(scheme, key, message, signature)) {
        throw new AuthenticationError(`Invalid signature: Invalid basic signature: ${scheme} verification failed.`);
    }
}
