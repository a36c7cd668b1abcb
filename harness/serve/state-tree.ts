/** The system state tree of a subnet that is its own root (IC interface specification, "The system state tree"). */
import type { CanisterView, Replica } from '../replica/index.ts';
import { hex, leb128 } from './bytes.ts';
import { encodeTagged } from './cbor.ts';
import { EMPTY, labels, leaf, withLabel, type HashTree } from './hash-tree.ts';
import type { NodeKey } from './node-key.ts';

/** Who certifies. */
export interface SubnetIdentity {
    readonly id: Uint8Array;
    readonly publicKeyDer: Uint8Array;
    readonly node: NodeKey;
}

/** Every id that a canister can have: eight bytes, then 01 01. */
const FIRST_CANISTER = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1);
const LAST_CANISTER = Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 1, 1);

/** Builds the tree of a replica, again and again; what does not change is kept. */
export class StateTree {
    readonly #replica: Replica;
    readonly #subnet: HashTree;
    readonly #ranges: HashTree;
    /** Metadata by canister, which only changes with the code. */
    #metadata = new Map<string, { readonly view: string; readonly tree: HashTree }>();

    constructor(replica: Replica, { id, publicKeyDer, node }: SubnetIdentity) {
        this.#replica = replica;
        const ranges = leaf(encodeTagged([[FIRST_CANISTER, LAST_CANISTER]]));
        const nodes = labels([[node.id, labels([['public_key', leaf(node.publicKeyDer)]])]]);
        const subnet = labels([
            ['public_key', leaf(publicKeyDer)],
            ['type', text('application')],
            ['canister_ranges', ranges],
            ['node', nodes]
        ]);
        this.#subnet = labels([[id, subnet]]);
        this.#ranges = labels([[id, labels([[FIRST_CANISTER, ranges]])]]);
    }

    /** The tree of the present state. */
    build(requestStatus: HashTree): HashTree {
        return labels([
            ['time', leaf(leb128(this.#replica.time()))],
            ['subnet', this.#subnet],
            ['canister_ranges', this.#ranges],
            ['canister', this.#canisters()],
            ['request_status', requestStatus]
        ]);
    }

    #canisters(): HashTree {
        const metadata = new Map<string, { readonly view: string; readonly tree: HashTree }>();
        let tree = EMPTY;
        for (const id of this.#replica.canisterIds()) {
            const view = this.#replica.canister(id);
            if (view !== undefined) {
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
