/** Signatures by canisters (IC interface specification, "Canister signatures"): a certified tree that holds the payload. */
import { sha256 } from '@noble/hashes/sha2';
import { equal } from './bytes.ts';
import { decodeCbor } from './cbor.ts';
import { verifyRoot } from './certificate.ts';
import { decodeTree, lookUp } from './decoded-tree.ts';
import { AuthenticationError } from './errors.ts';
import { digestOf } from './hash-tree.ts';
import { pathOf } from './prune.ts';
import type { PublicKey } from './public-key.ts';

type CanisterKey = Extract<PublicKey, { scheme: 'canister' }>;

/** Trees of canisters that sign for thousands of users are deep. */
const DEPTH_MAX = 512;

/** Verifies against a certificate of this subnet, whose root key it is. Throws `AuthenticationError`. */
export function verifyCanisterSignature(
    rootKey: Uint8Array,
    { canisterId, seed }: CanisterKey,
    payload: Uint8Array,
    signature: Uint8Array
): void {
    const { certificate, tree: encoded } = mapOf(decodeCbor(signature, DEPTH_MAX));
    if (!ArrayBuffer.isView(certificate)) {
        throw failed('it has no certificate');
    }
    const { tree: state, signature: proof, delegation } = mapOf(decodeCbor(certificate as Uint8Array, DEPTH_MAX));
    if (delegation !== undefined) {
        throw failed('its certificate is delegated, but this subnet is its own root');
    }
    const [tree, stateTree] = [decodeTree(encoded), decodeTree(state)];
    const certified = lookUp(stateTree, pathOf('canister', canisterId, 'certified_data'));
    if (certified === undefined || !equal(certified, digestOf(tree))) {
        throw failed('the tree is not certified');
    }
    if (lookUp(tree, pathOf('sig', sha256(seed), sha256(payload)))?.length !== 0) {
        throw failed('the payload is not in the tree');
    }
    if (!ArrayBuffer.isView(proof) || !verifyRoot(digestOf(stateTree), proof as Uint8Array, rootKey)) {
        throw failed('the certificate is not signed by this subnet');
    }
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
    if (typeof value !== 'object' || value === null) {
        throw failed('it is no map');
    }
    return value as Readonly<Record<string, unknown>>;
}

function failed(why: string): AuthenticationError {
    return new AuthenticationError(`Invalid signature: Invalid canister signature: ${why}`);
}
