/** Signatures of every scheme that senders may use (IC interface specification, "Signatures"). */
import { verifyCanisterSignature } from './canister-signature.ts';
import { AuthenticationError } from './errors.ts';
import { verifies } from './plain-signature.ts';
import { parsePublicKey } from './public-key.ts';
import { verifyWebAuthn } from './webauthn.ts';

const SIGNATURE_BYTES = 64;

/**
 * Verifies a signature of the message under a DER key; canister signatures against certificates of `rootKey`. Throws
 * `AuthenticationError` with the reason.
 */
export function verifySignature(
    rootKey: Uint8Array,
    key: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array
): void {
    const publicKey = parsePublicKey(key);
    switch (publicKey.scheme) {
        case 'webauthn':
            verifyWebAuthn(publicKey.cose, message, signature);
            return;
        case 'canister':
            verifyCanisterSignature(rootKey, publicKey, message, signature);
            return;
        default:
            if (signature.length !== SIGNATURE_BYTES || !verifies(publicKey.der, message, signature, 'ieee-p1363')) {
                throw new AuthenticationError(
                    `Invalid signature: Invalid basic signature: ${publicKey.scheme} signature could not be verified`
                );
            }
    }
}
