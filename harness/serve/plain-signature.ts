/** Ed25519 and ECDSA (IC interface specification, "Ed25519 and ECDSA signatures"). */
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { AuthenticationError } from './errors.ts';

/** How an ECDSA signature is written: r and s one after the other, or in DER. */
type SignatureForm = 'ieee-p1363' | 'der';

/** Whether a plain signature verifies; the algorithm is the key's, hashes are SHA-256. Throws for an impossible key. */
export function verifies(der: Uint8Array, message: Uint8Array, signature: Uint8Array, form: SignatureForm): boolean {
    const key = keyObject(der);
    const algorithm = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
    return verify(algorithm, message, { key, dsaEncoding: form }, signature);
}

function keyObject(der: Uint8Array): KeyObject {
    try {
        return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
    } catch (error) {
        throw new AuthenticationError('Invalid public key: it is no point of its curve.', error);
    }
}
