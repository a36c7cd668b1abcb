/**
 * Test keys for threshold signatures. The master keys are ours, drawn from the subnet's seed: one secret stands for the
 * nodes' shares, and no key is one of production's or of another development network. How keys of canisters and paths
 * derive from them is as specified (IC interface specification, "IC method ecdsa_public_key", "Ed25519 hierarchical key
 * derivation"), so that whoever has a public key derives the same children as on the IC.
 */
import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { createRequire } from 'node:module';
import type { KeyScheme } from './master-keys.ts';

/** The schemes whose keys derive along a path. */
export type Scheme = Exclude<KeyScheme, 'vetkd:Bls12_381_G2'>;

/** A key with the chain code from which further keys derive. */
export interface ExtendedKey {
    readonly secret: bigint;
    /** SEC1 compressed on secp256k1 (33 bytes), RFC 8032 on Ed25519 (32 bytes). */
    readonly publicKey: Uint8Array;
    readonly chainCode: Uint8Array;
}

/** 32 bytes that depend on a name only. */
type Draw = (name: string) => Uint8Array;

// Loaded when a key is needed: most runs never ask for one.
const load = createRequire(import.meta.url);
const loadSecp256k1 = () => load('@noble/curves/secp256k1') as typeof import('@noble/curves/secp256k1');
const loadEd25519 = () => load('@noble/curves/ed25519') as typeof import('@noble/curves/ed25519');

/** The key of `path` (the canister's principal, then its derivation path) under the master key with this name. */
export function derivedKey(draw: Draw, scheme: Scheme, name: string, path: readonly Uint8Array[]): ExtendedKey {
    const wide = Buffer.concat([draw(`threshold key ${scheme}:${name}`), draw(`threshold key ${scheme}:${name} 2`)]);
    return path.reduce((parent, index) => child(scheme, parent, index), masterKey(scheme, bigEndian(wide)));
}

/** A master key; its chain code is zero, as in production. */
function masterKey(scheme: Scheme, secret: bigint): ExtendedKey {
    return extended(scheme, 1n + (secret % (orderOf(scheme) - 1n)), new Uint8Array(32));
}

/** The child at `index`, bytes of any length. Non-hardened: the public part follows from the public part. */
export function child(scheme: Scheme, parent: ExtendedKey, index: Uint8Array): ExtendedKey {
    const { tweak, chainCode } = step(scheme, parent, index);
    return extended(scheme, (parent.secret + tweak) % orderOf(scheme), chainCode);
}

/** 64 bytes, r and s, over a hash of 32 bytes; s is the low one. Deterministic (RFC 6979). */
export function signEcdsa({ secret }: ExtendedKey, hash: Uint8Array): Uint8Array {
    return loadSecp256k1().secp256k1.sign(hash, bytes32(secret), { prehash: false }).toBytes('compact');
}

/**
 * 64 bytes (BIP340). With a Merkle root (32 bytes, or none: empty) for the output key that BIP341 derives from the key.
 */
export function signBip340({ secret }: ExtendedKey, message: Uint8Array, merkleRoot?: Uint8Array): Uint8Array {
    const { schnorr } = loadSecp256k1();
    if (merkleRoot === undefined) {
        return schnorr.sign(message, bytes32(secret), new Uint8Array(32));
    }
    const order = orderOf('schnorr:Bip340Secp256k1');
    const internal = schnorr.Point.BASE.multiply(secret);
    const even = internal.toAffine().y % 2n === 0n ? secret : order - secret;
    const tweak = bigEndian(schnorr.utils.taggedHash('TapTweak', internal.toBytes(true).subarray(1), merkleRoot));
    return schnorr.sign(message, bytes32((even + tweak) % order), new Uint8Array(32));
}

/** 64 bytes (RFC 8032, section 5.1.6), with a nonce that follows from key and message: ours, any would do. */
export function signEd25519({ secret, publicKey }: ExtendedKey, message: Uint8Array): Uint8Array {
    const { Point } = loadEd25519().ed25519;
    const order = orderOf('schnorr:Ed25519');
    const nonce = littleEndian(sha512('nonce', bytes32(secret), message)) % order;
    const commitment = Point.BASE.multiply(nonce).toBytes();
    const challenge = littleEndian(sha512(commitment, publicKey, message)) % order;
    const answer = bytes32((nonce + challenge * secret) % order).reverse();
    return Uint8Array.from([...commitment, ...answer]);
}

function step(
    scheme: Scheme,
    { publicKey, chainCode }: ExtendedKey,
    index: Uint8Array
): { readonly tweak: bigint; readonly chainCode: Uint8Array } {
    const material = Buffer.concat([publicKey, index]);
    if (scheme === 'schnorr:Ed25519') {
        const output = new Uint8Array(hkdfSync('sha512', material, chainCode, 'Ed25519', 96));
        return { tweak: bigEndian(output.subarray(0, 64)) % orderOf(scheme), chainCode: output.slice(64) };
    }
    const output = new Uint8Array(createHmac('sha512', chainCode).update(material).digest());
    // Reduced where BIP32 would take the next index: once in 2^127 keys.
    return { tweak: bigEndian(output.subarray(0, 32)) % orderOf(scheme), chainCode: output.slice(32) };
}

function extended(scheme: Scheme, secret: bigint, chainCode: Uint8Array): ExtendedKey {
    const publicKey =
        scheme === 'schnorr:Ed25519'
            ? loadEd25519().ed25519.Point.BASE.multiply(secret).toBytes()
            : loadSecp256k1().secp256k1.Point.BASE.multiply(secret).toBytes(true);
    return { secret, publicKey, chainCode };
}

function orderOf(scheme: Scheme): bigint {
    return scheme === 'schnorr:Ed25519'
        ? loadEd25519().ed25519.Point.Fn.ORDER
        : loadSecp256k1().secp256k1.Point.Fn.ORDER;
}

function sha512(...parts: readonly (string | Uint8Array)[]): Uint8Array {
    const hash = createHash('sha512');
    for (const part of parts) {
        hash.update(part);
    }
    return new Uint8Array(hash.digest());
}

function bigEndian(bytes: Uint8Array): bigint {
    return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function littleEndian(bytes: Uint8Array): bigint {
    return bigEndian(bytes.slice().reverse());
}

function bytes32(value: bigint): Uint8Array {
    return Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));
}
