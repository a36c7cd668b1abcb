/** Public keys by their DER form (IC interface specification, "Signatures"). */
import { equal, fromHex } from './bytes.ts';
import { AuthenticationError } from './errors.ts';

/** What a key verifies, and the key in the form that this takes. */
export type PublicKey =
    | { readonly scheme: 'ed25519' | 'ecdsa-p256' | 'ecdsa-secp256k1'; readonly der: Uint8Array }
    /** Web Authentication: a key in COSE form. */
    | { readonly scheme: 'webauthn'; readonly cose: Uint8Array }
    | { readonly scheme: 'canister'; readonly canisterId: Uint8Array; readonly seed: Uint8Array };

/** What stands before an Ed25519 key in a SubjectPublicKeyInfo. */
export const ED25519_PREFIX = der('302a300506032b6570032100');
/** The same for an uncompressed point on P-256, its 04 included. */
export const P256_PREFIX = der('3059301306072a8648ce3d020106082a8648ce3d03010703420004');
const SECP256K1_PREFIX = der('3056301006072a8648ce3d020106052b8104000a03420004');
// Algorithm identifiers with 1.3.6.1.4.1.56387.1.1 and .2.
const COSE = der('300c060a2b0601040183b8430101');
const CANISTER = der('300c060a2b0601040183b8430102');

const PLAIN = [
    { scheme: 'ed25519', prefix: ED25519_PREFIX, length: 44 },
    { scheme: 'ecdsa-p256', prefix: P256_PREFIX, length: 91 },
    { scheme: 'ecdsa-secp256k1', prefix: SECP256K1_PREFIX, length: 88 }
] as const;
const SEQUENCE = 0x30;
const BIT_STRING = 0x03;
const CANISTER_ID_BYTES_MAX = 29;

/** Parses a DER key. Throws `AuthenticationError`. */
export function parsePublicKey(key: Uint8Array): PublicKey {
    for (const { scheme, prefix, length } of PLAIN) {
        if (key.length === length && startsWith(key, prefix)) {
            return { scheme, der: key };
        }
    }
    const cose = wrapped(key, COSE);
    if (cose !== undefined) {
        return { scheme: 'webauthn', cose };
    }
    const canister = wrapped(key, CANISTER);
    const idBytes = canister?.[0];
    if (canister !== undefined && idBytes !== undefined && idBytes <= CANISTER_ID_BYTES_MAX) {
        const end = 1 + idBytes;
        if (end <= canister.length) {
            return { scheme: 'canister', canisterId: canister.slice(1, end), seed: canister.slice(end) };
        }
    }
    throw new AuthenticationError('Invalid public key: it is not the DER form of a key of a supported scheme.');
}

/** Content of the bit string in `SEQUENCE { algorithm, BIT STRING }`; undefined when the key is anything else. */
function wrapped(key: Uint8Array, algorithm: Uint8Array): Uint8Array | undefined {
    const body = element(key, SEQUENCE);
    if (body === undefined || !startsWith(body, algorithm)) {
        return undefined;
    }
    const bits = element(body.subarray(algorithm.length), BIT_STRING);
    return bits?.[0] === 0 ? bits.subarray(1) : undefined;
}

/** Content of the one DER element with this tag that fills `bytes`. */
function element(bytes: Uint8Array, tag: number): Uint8Array | undefined {
    const [first, short] = bytes;
    if (first !== tag || short === undefined) {
        return undefined;
    }
    const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
    if (lengthBytes > 2) {
        return undefined;
    }
    const start = 2 + lengthBytes;
    const length = lengthBytes === 0 ? short : bytes.subarray(2, start).reduce((sum, byte) => sum * 256 + byte, 0);
    return bytes.length === start + length ? bytes.subarray(start) : undefined;
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
    return equal(bytes.subarray(0, prefix.length), prefix);
}

function der(text: string): Uint8Array {
    return fromHex(text) as Uint8Array;
}
