/**
 * Verifiably encrypted keys on BLS12-381 (IC interface specification, "IC method vetkd_derive_key"; ePrint 2023/616). A vetKey is a BLS
 * signature of the input with a key that is derived for a canister and a context, handed out encrypted for a transport key.
 *
 * The master keys are those of PocketIC, which are public (client libraries know them, to derive public keys offline): one secret here
 * stands for the shares of its nodes.
 */
import { createRequire } from 'node:module';

/** Group element of the signatures, compressed. */
export const G1_BYTES = 48;

/** A derived key. */
export interface VetKdKey {
    readonly secret: bigint;
    /** On G2, compressed: 96 bytes. */
    readonly publicKey: Uint8Array;
}

const MASTER = 'ic-crypto-vetkd-test-utils-generate-test-key';
const CANISTER = 'ic-vetkd-bls12-381-g2-canister-id';
const CONTEXT = 'ic-vetkd-bls12-381-g2-context';
/** Of the nonce: ours, any would do. */
const NONCE = 'interleave-vetkd-nonce';
/** The ciphersuite of BLS signatures with message augmentation, on G1. */
const AUGMENTED = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_AUG_';

// Loaded when a key is needed: most runs never ask for one.
const load = createRequire(import.meta.url);
const loadCurve = () => (load('@noble/curves/bls12-381') as typeof import('@noble/curves/bls12-381')).bls12_381;

/** The key of a canister and a context under the master key with this name. Takes some 20 ms. */
export function vetKdKey(name: string, canisterId: Uint8Array, context: Uint8Array): VetKdKey {
    const master = keyOf(scalar(MASTER, Buffer.from(name)));
    const canisters = child(master, CANISTER, canisterId);
    // The key of a canister itself is that of no context.
    return context.length === 0 ? canisters : child(canisters, CONTEXT, context);
}

/**
 * The vetKey of `input`, encrypted: 192 bytes. Undefined when the transport key is no element of the group G1. The nonce follows from
 * `randomness` and from all that it is used for.
 */
export function encryptedVetKey(
    { secret, publicKey }: VetKdKey,
    input: Uint8Array,
    transportKey: Uint8Array,
    randomness: Uint8Array
): Uint8Array | undefined {
    const { G1, G2 } = loadCurve();
    const transport = pointOf(transportKey);
    if (transport === undefined) {
        return undefined;
    }
    const augmented = Buffer.concat([publicKey, input]);
    const hashed = G1.Point.fromAffine(G1.hashToCurve(augmented, { DST: AUGMENTED }).toAffine());
    const nonce = scalar(NONCE, randomness, transportKey, augmented);
    const encrypted = transport.multiplyUnsafe(nonce).add(hashed.multiply(secret));
    return Uint8Array.from(
        Buffer.concat([
            G1.Point.BASE.multiply(nonce).toBytes(true),
            G2.Point.BASE.multiply(nonce).toBytes(true),
            encrypted.toBytes(true)
        ])
    );
}

function child({ secret, publicKey }: VetKdKey, domain: string, index: Uint8Array): VetKdKey {
    return keyOf(loadCurve().fields.Fr.add(secret, scalar(domain, ...[publicKey, index].map(withLength))));
}

function keyOf(secret: bigint): VetKdKey {
    return { secret, publicKey: Uint8Array.from(loadCurve().G2.Point.BASE.multiply(secret).toBytes(true)) };
}

function scalar(domain: string, ...parts: readonly Uint8Array[]): bigint {
    return loadCurve().G2.hashToScalar(Uint8Array.from(Buffer.concat(parts)), { DST: domain });
}

function withLength(bytes: Uint8Array): Uint8Array {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(bytes.length));
    return Buffer.concat([length, bytes]);
}

function pointOf(bytes: Uint8Array): ReturnType<ReturnType<typeof loadCurve>['G1']['Point']['fromHex']> | undefined {
    try {
        // Also checks that it is in the subgroup.
        const point = loadCurve().G1.Point.fromHex(Uint8Array.from(bytes));
        point.assertValidity();
        return point;
    } catch {
        // Whatever else it is.
        return undefined;
    }
}
