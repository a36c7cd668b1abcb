/** Certificates of a subnet that is not the root (IC interface specification, "Delegation"), in canister signatures. */
import { sha256 } from '@noble/hashes/sha2';
import { describe, expect, it } from '@jest/globals';
import { canisterIdAt, subnetKeyOf, type SubnetOptions } from '../../replica/index.ts';
import { Lab } from '../../replica/test/lab.ts';
import { verifyCanisterSignature } from '../canister-signature.ts';
import { decodeCbor, encodeTagged } from '../cbor.ts';
import { decodeTree, lookUp } from '../decoded-tree.ts';
import { digestOf, encodeTree, labels, leaf } from '../hash-tree.ts';
import { ServedNode, identityOf } from '../node.ts';
import { pathOf } from '../prune.ts';
import type { SubnetIdentity } from '../state-tree.ts';

const SIGNER = `(func (export "canister_update certify") (call $callee_from_arg)
    (call $certified_data_set (I.const 128) (I.const 32)) (call $reply_counters))`;
const RANGE = [1n << 30n, (1n << 30n) + 9n] as const;
const SEED = Uint8Array.of(7);
const PAYLOAD = Uint8Array.of(1, 2, 3);

/** The root hosts nothing; `below` is where the canister lives. */
function world(): { readonly lab: Lab; readonly root: ServedNode; readonly below: ServedNode } {
    const subnet = (seed: string, ranges: SubnetOptions['ranges']): SubnetOptions => {
        const common = { kind: 'application', fees: 'free', nodes: 13, benchmarking: false } as const;
        return { seed, ranges, firstCanisterId: RANGE[0], ...common };
    };
    const lab = new Lab({ seed: 'root', subnets: [subnet('below', [RANGE]), subnet('root', [])] });
    const ranges: SubnetIdentity['ranges'] = [[canisterIdAt(RANGE[0]), canisterIdAt(RANGE[1])]];
    const none: SubnetIdentity['ranges'] = [[canisterIdAt(0n), canisterIdAt(0n)]];
    const all = [identityOf('root', 'system', none), identityOf('below', 'application', ranges)];
    const root = new ServedNode(lab.replica, 'root', { type: 'system', ranges: none, all: () => all });
    const place = { type: 'application', ranges, root, all: () => all } as const;
    return { lab, root, below: new ServedNode(lab.replica, 'below', place) };
}

describe('A canister signature', () => {
    const { lab, root, below } = world();
    const id = lab.install(SIGNER);
    const tree = labels([['sig', labels([[sha256(SEED), labels([[sha256(PAYLOAD), leaf(new Uint8Array(0))]])]])]]);
    lab.call(id, 'certify', digestOf(tree));
    const signed = (certificate: Uint8Array): Uint8Array => encodeTagged({ certificate, tree: encodeTree(tree) });
    const signature = signed(below.certificate([pathOf('canister', id, 'certified_data')]));
    const verify = (rootKey: Uint8Array, canisterId: Uint8Array, bytes: Uint8Array): void =>
        verifyCanisterSignature(rootKey, { scheme: 'canister', canisterId, seed: SEED }, PAYLOAD, bytes);

    it('verifies under the key of the root, by its delegation to the subnet', () => {
        expect(below.rootKey).toBe(root.identity.publicKeyDer);
        expect(() => verify(root.rootKey, id, signature)).not.toThrow();
    });

    it('is refused under another root, and when its subnet certifies it without a delegation', () => {
        expect(() => verify(subnetKeyOf('stranger').publicKeyDer, id, signature)).toThrow('not signed by the root');
        const certificate = below.certificate([pathOf('canister', id, 'certified_data')]);
        const { delegation: _, ...bare } = decodeCbor(certificate) as Record<string, unknown>;
        expect(() => verify(root.rootKey, id, signed(encodeTagged(bare)))).toThrow('not signed by this subnet');
    });

    it('is refused for a canister outside of the ranges that the root delegates', () => {
        const all = [identityOf('root', 'system', [[id, id]]), below.identity];
        const narrow = [[canisterIdAt(RANGE[1]), canisterIdAt(RANGE[1])]] as const;
        all[1] = identityOf('below', 'application', narrow);
        const strict = new ServedNode(lab.replica, 'root', { type: 'system', ranges: [[id, id]], all: () => all });
        const ranges = [[canisterIdAt(RANGE[0]), canisterIdAt(RANGE[1])]] as const;
        const place = { type: 'application', ranges, root: strict, all: () => all } as const;
        const outside = new ServedNode(lab.replica, 'below', place);
        const certificate = outside.certificate([pathOf('canister', id, 'certified_data')]);
        expect(() => verify(strict.rootKey, id, signed(certificate))).toThrow('does not cover the canister');
    });

    it('shows the canisters of its own subnet only, and the keys of all', () => {
        const path = pathOf('canister', id, 'certified_data');
        const key = pathOf('subnet', below.identity.id, 'public_key');
        const seen = [root, below].map((node) => {
            const { tree: encoded } = decodeCbor(node.certificate([path, key])) as { tree: unknown };
            const shown = decodeTree(encoded);
            return [lookUp(shown, path) !== undefined, lookUp(shown, key)?.length];
        });
        expect(seen).toEqual([[false, 133], [true, 133]]);
    });
});
