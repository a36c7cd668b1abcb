/** Public keys and what they verify (IC interface specification, "Signatures"). Keys are DER, always. */
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { AuthenticationError } from './errors.ts';
import { equal, fromHex, hex } from './bytes.ts';

/** What signed something, as far as it is known from its key. */
export type Scheme = 'ed25519' | 'ecdsa-p256' | 'ecdsa-secp256k1' | 'webauthn' | 'canister';

// Everything before the key itself in a SubjectPublicKeyInfo; curve points are uncompressed, as the specification demands.
const FIXED: readonly { readonly scheme: Scheme; readonly prefix: Uint8Array; readonly length: number }[] = [
    { scheme: 'ed25519', prefix: der('302a300506032b6570032100'), length: 44 },
    { scheme: 'ecdsa-p256', prefix: der('3059301306072a8648ce3d020106082a8648ce3d03010703420004'), length: 91 },
    { scheme: 'ecdsa-secp256k1', prefix: der('3056301006072a8648ce3d020106052b8104000a03420004'), length: 88 }
];
// Content of the algorithm's object identifier: 1.3.6.1.4.1.56387.1.1 and .2.
const COSE_OID = der('060a2b0601040183b8430101');
const CANISTER_OID = der('060a2b0601040183b8430102');
const SIGNATURE_BYTES = 64;

/** Which scheme a DER key belongs to. Throws `AuthenticationError`. */
export function schemeOf(key: Uint8Array): Scheme {
    for (const { scheme, prefix, length } of FIXED) {
        if (key.length === length && equal(key.subarray(0, prefix.length), prefix)) {
            return scheme;
        }
    }
    if (contains(key, COSE_OID)) {
        return 'webauthn';
    }
    if (contains(key, CANISTER_OID)) {
        return 'canister';
    }
    throw new AuthenticationError('Invalid public key: it is no DER form of a supported scheme.');
}

/** Whether `signature` of `message` verifies under an Ed25519 or ECDSA key. */
export function verifyBasic(scheme: Scheme, key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    if (signature.length !== SIGNATURE_BYTES) {
        return false;
    }
    const options = { key: keyObject(key), dsaEncoding: 'ieee-p1363' as const };
    return verify(scheme === 'ed25519' ? null : 'sha256', message, options, signature);
}

function keyObject(key: Uint8Array): KeyObject {
    try {
        return createPublicKey({ key: Buffer.from(key), format: 'der', type: 'spki' });
    } catch (error) {
        throw new AuthenticationError('Invalid public key: it is no point of its curve.', error);
    }
}

function contains(key: Uint8Array, part: Uint8Array): boolean {
    // The algorithm comes first: SEQUENCE { SEQUENCE { OID }, BIT STRING }.
    return hex(key.subarray(0, 24)).includes(hex(part));
}

function der(text: string): Uint8Array {
    return fromHex(text) as Uint8Array;
}
