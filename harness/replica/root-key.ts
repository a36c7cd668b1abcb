/**
 * The threshold key of the subnet, which is its own root: BLS12-381 with public keys in G2 and signatures in G1 (IC
 * interface specification, "Certification"). One secret key stands for the nodes' shares.
 */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';

/** A key pair as certificates use it. */
export interface SubnetKey {
    /** 32 bytes, big-endian. */
    readonly secretKey: Uint8Array;
    /** 133 bytes: the DER form in which agents are given root keys. */
    readonly publicKeyDer: Uint8Array;
}

// SubjectPublicKeyInfo with the algorithm and curve that the specification names ("Certification", "Delegation").
const DER_PREFIX = '308182301d060d2b0601040182dc7c0503010201060c2b0601040182dc7c05030201036100';
const SELF_AUTHENTICATING = 2;

type Bls = typeof import('@noble/curves/bls12-381');
type Modular = typeof import('@noble/curves/abstract/modular');

const keys = new Map<string, SubnetKey>();

/** The key of the subnet with this seed. Costs a tenth of a second once a seed; drawn from the seed, never random. */
export function subnetKeyOf(seed: string): SubnetKey {
    let key = keys.get(seed);
    if (key === undefined) {
        key = makeKey(seed);
        keys.set(seed, key);
    }
    return key;
}

/** The principal that a public key authenticates (IC interface specification, "Special forms of Principals"). */
export function selfAuthenticatingId(publicKeyDer: Uint8Array): Uint8Array {
    const hash = createHash('sha224').update(publicKeyDer).digest();
    return new Uint8Array([...hash, SELF_AUTHENTICATING]);
}

const load = createRequire(import.meta.url);

/**
 * The curve of certificates. Loaded when it is needed: most runs never ask for it, and it takes longer to load than they to start.
 * Whoever needs it asks here: by `import` there would be a second one, loaded once more.
 */
export function certificateCurve(): Bls['bls12_381'] {
    return (load('@noble/curves/bls12-381') as Bls).bls12_381;
}

function makeKey(seed: string): SubnetKey {
    const bls = certificateCurve();
    const { mapHashToField } = load('@noble/curves/abstract/modular') as Modular;
    const material = Uint8Array.from(createHash('sha512').update(`interleave subnet key\n${seed}`).digest());
    const secretKey = Uint8Array.from(mapHashToField(material, bls.fields.Fr.ORDER));
    const publicKey = bls.shortSignatures.getPublicKey(secretKey).toBytes(true);
    return { secretKey, publicKeyDer: Uint8Array.from([...Buffer.from(DER_PREFIX, 'hex'), ...publicKey]) };
}
