/** Certificates: a pruned state tree under a signature of the subnet (IC interface specification, "Certificate"). */
import { certificateCurve } from '../replica/index.ts';
import { concat } from './bytes.ts';
import { encodeTagged } from './cbor.ts';
import { digestOf, encodeTree, separator, type HashTree } from './hash-tree.ts';
import { prune, type Path } from './prune.ts';

const STATE_ROOT = separator('ic-state-root');
const KEY_BYTES = 96;
const CIPHERSUITE = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_';

/** 48 bytes over a root hash. Costs some 10 ms: sign a state once. */
function signRoot(rootHash: Uint8Array, secretKey: Uint8Array): Uint8Array {
    const { hash, sign } = certificateCurve().shortSignatures;
    return Uint8Array.from(sign(hash(concat(STATE_ROOT, rootHash), CIPHERSUITE), secretKey).toBytes(true));
}

/** Whether a signature of a root hash verifies under a key in DER form. */
export function verifyRoot(rootHash: Uint8Array, signature: Uint8Array, publicKeyDer: Uint8Array): boolean {
    const { hash, verify } = certificateCurve().shortSignatures;
    const message = hash(concat(STATE_ROOT, rootHash), CIPHERSUITE);
    try {
        return verify(signature, message, publicKeyDer.subarray(publicKeyDer.length - KEY_BYTES));
    } catch {
        // Bytes that are no point of the curve at all.
        return false;
    }
}

/** What shows that the root knows the key of a subnet ("Delegation"), as CBOR has it. */
export type CertifiedKey = Readonly<Record<'subnet_id' | 'certificate', Uint8Array>>;

/** A state whose certificates share one signature. */
export class SignedState {
    readonly tree: HashTree;
    readonly #secretKey: Uint8Array;
    #signature: Uint8Array | undefined = undefined;

    constructor(tree: HashTree, secretKey: Uint8Array) {
        this.tree = tree;
        this.#secretKey = secretKey;
    }

    /** An encoded certificate that shows these paths. Without a delegation: the subnet is the root. */
    certificate(paths: readonly Path[], delegation?: CertifiedKey): Uint8Array {
        this.#signature ??= signRoot(digestOf(this.tree), this.#secretKey);
        const certificate = { tree: encodeTree(prune(this.tree, paths)), signature: this.#signature };
        return encodeTagged(delegation === undefined ? certificate : { ...certificate, delegation });
    }
}
