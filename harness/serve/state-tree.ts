/** The system state tree of a subnet (IC interface specification, "The system state tree"). */
import type { CanisterView, Replica } from '../replica/index.ts';
import { compare, equal, hex, leb128 } from './bytes.ts';
import { encodeTagged } from './cbor.ts';
import { EMPTY, labels, leaf, withLabel, type HashTree } from './hash-tree.ts';
import type { NodeKey } from './node-key.ts';

/** Who certifies. */
export interface SubnetIdentity {
    readonly id: Uint8Array;
    readonly publicKeyDer: Uint8Array;
    readonly node: NodeKey;
    readonly type: 'application' | 'verified_application' | 'system';
    /** First and last canister id of each range that it hosts, ascending. */
    readonly ranges: readonly (readonly [Uint8Array, Uint8Array])[];
}

/** Every id that a canister can have: eight bytes, then 01 01. */
export const ALL_CANISTERS: SubnetIdentity['ranges'] = [
    [Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1), Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 1, 1)]
];

/** Builds the tree of a replica, again and again; what does not change is kept. */
export class StateTree {
    readonly #replica: Replica;
    readonly #own: SubnetIdentity;
    readonly #all: () => readonly SubnetIdentity[];
    #known: { readonly count: number; readonly subnet: HashTree; readonly ranges: HashTree } | undefined;
    /** Metadata by canister, which only changes with the code. */
    #metadata = new Map<string, { readonly view: string; readonly tree: HashTree }>();

    /** `all`: the subnets that it knows, itself among them; more may come. */
    constructor(replica: Replica, own: SubnetIdentity, all: () => readonly SubnetIdentity[]) {
        this.#replica = replica;
        this.#own = own;
        this.#all = all;
    }

    /** The tree of the present state. */
    build(requestStatus: HashTree): HashTree {
        const { subnet, ranges } = this.#subnets();
        return labels([
            ['time', leaf(leb128(this.#replica.time()))],
            ['subnet', subnet],
            ['canister_ranges', ranges],
            ['canister', this.#canisters()],
            ['request_status', requestStatus]
        ]);
    }

    #subnets(): { readonly subnet: HashTree; readonly ranges: HashTree } {
        const all = this.#all();
        if (this.#known?.count !== all.length) {
            const subnet = labels(all.map((each) => [each.id, subnetOf(each, equal(each.id, this.#own.id))]));
            this.#known = { count: all.length, subnet, ranges: labels(all.map((each) => [each.id, shardOf(each)])) };
        }
        return this.#known;
    }

    #canisters(): HashTree {
        const metadata = new Map<string, { readonly view: string; readonly tree: HashTree }>();
        let tree = EMPTY;
        for (const id of this.#replica.canisterIds()) {
            const view = this.#replica.canister(id);
            if (view !== undefined && this.#hosts(id)) {
                const key = hex(id);
                const code = view.moduleHash === undefined ? '' : hex(view.moduleHash);
                const known = this.#metadata.get(key);
                const entry = known?.view === code ? known : { view: code, tree: metadataOf(view) };
                metadata.set(key, entry);
                tree = withLabel(tree, id, canisterOf(view, entry.tree));
            }
        }
        this.#metadata = metadata;
        return tree;
    }

    #hosts(id: Uint8Array): boolean {
        return this.#own.ranges.some(([first, last]) => compare(first, id) <= 0 && compare(id, last) <= 0);
    }
}

/** "Subnet information": nodes are shown of the own subnet only. */
function subnetOf({ publicKeyDer, type, node, ranges }: SubnetIdentity, own: boolean): HashTree {
    const nodes = labels([[node.id, labels([['public_key', leaf(node.publicKeyDer)]])]]);
    return labels([
        ['public_key', leaf(publicKeyDer)],
        ['type', text(type)],
        ['canister_ranges', leaf(encodeTagged(ranges))],
        ...(own ? [['node', nodes] as const] : [])
    ]);
}

/** "Canister ranges": all in one shard, under the first id of the first range. */
function shardOf({ ranges }: SubnetIdentity): HashTree {
    return labels([[ranges[0]![0], leaf(encodeTagged(ranges))]]);
}

/** "Canister information" and "Certified data": an empty canister has controllers and a creation time only. */
function canisterOf(view: CanisterView, metadata: HashTree): HashTree {
    const { controllers, moduleHash, certifiedData, createdNs, installedNs } = view;
    let tree = labels([
        ['controllers', leaf(encodeTagged(controllers))],
        ['canister_creation_timestamp', leaf(leb128(createdNs))]
    ]);
    if (moduleHash !== undefined && installedNs !== undefined) {
        const code = [
            ['certified_data', leaf(certifiedData)],
            ['last_install_timestamp', leaf(leb128(installedNs))],
            ['metadata', metadata],
            ['module_hash', leaf(moduleHash)]
        ] as const;
        for (const [label, subtree] of code) {
            tree = withLabel(tree, new TextEncoder().encode(label), subtree);
        }
    }
    return tree;
}

function metadataOf(view: CanisterView): HashTree {
    return labels(
        view.metadataNames().flatMap((name) => {
            const section = view.metadata(name);
            return section === undefined ? [] : [[name, leaf(section.content)] as const];
        })
    );
}

/** A leaf with a text. */
export function text(value: string): HashTree {
    return leaf(new TextEncoder().encode(value));
}
