/** Signatures by canisters (IC interface specification, "Canister signatures"): a certified tree that holds the payload. */
import { sha256 } from '@noble/hashes/sha2';
import { compare, equal } from './bytes.ts';
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

/** Verifies against a certificate of the root with this key, or of a subnet that it delegates to. Throws `AuthenticationError`. */
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
    const [tree, stateTree] = [decodeTree(encoded), decodeTree(state)];
    const certified = lookUp(stateTree, pathOf('canister', canisterId, 'certified_data'));
    if (certified === undefined || !equal(certified, digestOf(tree))) {
        throw failed('the tree is not certified');
    }
    if (lookUp(tree, pathOf('sig', sha256(seed), sha256(payload)))?.length !== 0) {
        throw failed('the payload is not in the tree');
    }
    const key = delegation === undefined ? rootKey : delegatedKey(rootKey, mapOf(delegation), canisterId);
    if (!ArrayBuffer.isView(proof) || !verifyRoot(digestOf(stateTree), proof as Uint8Array, key)) {
        throw failed('the certificate is not signed by this subnet');
    }
}

/** The key of the subnet that the root delegates the canister to ("Delegation"). Throws `AuthenticationError`. */
function delegatedKey(
    rootKey: Uint8Array,
    { subnet_id: subnet, certificate }: Readonly<Record<string, unknown>>,
    canisterId: Uint8Array
): Uint8Array {
    if (!ArrayBuffer.isView(certificate) || !ArrayBuffer.isView(subnet)) {
        throw failed('its delegation has no certificate');
    }
    const { tree: encoded, signature, delegation } = mapOf(decodeCbor(certificate as Uint8Array, DEPTH_MAX));
    const tree = decodeTree(encoded);
    const signed = ArrayBuffer.isView(signature) && verifyRoot(digestOf(tree), signature as Uint8Array, rootKey);
    if (!signed || delegation !== undefined) {
        throw failed('its delegation is not signed by the root');
    }
    const key = lookUp(tree, pathOf('subnet', subnet as Uint8Array, 'public_key'));
    const ranges = lookUp(tree, pathOf('subnet', subnet as Uint8Array, 'canister_ranges'));
    if (key === undefined || ranges === undefined || !covers(decodeCbor(ranges, DEPTH_MAX), canisterId)) {
        throw failed('its delegation does not cover the canister');
    }
    return key;
}

function covers(ranges: unknown, id: Uint8Array): boolean {
    return (ranges as readonly (readonly [Uint8Array, Uint8Array])[]).some(
        ([first, last]) => compare(first, id) <= 0 && compare(id, last) <= 0
    );
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
