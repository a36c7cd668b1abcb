/** What agents talk to: a node of every subnet of an instance, each with calls and certificates of its own. */
import { canisterIdAt, principalText, type Replica } from '../../replica/index.ts';
import type { Effective } from '../effective.ts';
import { BadRequestError } from '../errors.ts';
import { ServedNode, identityOf } from '../node.ts';
import type { SubnetIdentity } from '../state-tree.ts';
import type { Subnet, Topology } from './topology.ts';

const TYPES: Partial<Record<Subnet['kind'], SubnetIdentity['type']>> = {
    NNS: 'system',
    II: 'system',
    Bitcoin: 'system',
    System: 'system',
    VerifiedApplication: 'verified_application'
};

export class Nodes {
    readonly #replica: Replica;
    readonly #topology: Topology;
    readonly #identities = new Map<Subnet, SubnetIdentity>();
    /** Made when somebody talks to them. */
    readonly #nodes = new Map<Subnet, ServedNode>();

    constructor(replica: Replica, topology: Topology) {
        this.#replica = replica;
        this.#topology = topology;
    }

    /** Of the subnet whose key all certificates verify with in the end. */
    get root(): ServedNode {
        return this.#of(this.#topology.root);
    }

    /** The one that a request goes to: that of the subnet, or of the one that hosts the canister. Throws `BadRequestError`. */
    route({ kind, id }: Effective): ServedNode {
        const { standard, subnets } = this.#topology;
        const hosting = id.length === 0 ? standard : this.#topology.hosting(id);
        const found = kind === 'canister' ? hosting : subnets.find((subnet) => Buffer.compare(subnet.id, id) === 0);
        if (found === undefined) {
            const text = principalText(id);
            throw new BadRequestError(
                kind === 'canister' ? `Canister ${text} does not belong to any subnet.` : `There is no subnet ${text}.`
            );
        }
        return this.#of(found);
    }

    /** Time moved, and nothing has executed yet. */
    expireCalls(): void {
        this.#nodes.forEach((node) => node.expireCalls());
    }

    /** Messages executed, or time moved. */
    executed(): void {
        this.#nodes.forEach((node) => node.executed());
    }

    #of(subnet: Subnet): ServedNode {
        let node = this.#nodes.get(subnet);
        if (node === undefined) {
            const { type, ranges } = this.#identity(subnet);
            const { root, subnets } = this.#topology;
            const all = (): SubnetIdentity[] => subnets.map((each) => this.#identity(each));
            const above = subnet === root ? {} : { root: this.root };
            node = new ServedNode(this.#replica, subnet.seed, { type, ranges, all, ...above });
            this.#nodes.set(subnet, node);
        }
        return node;
    }

    #identity(subnet: Subnet): SubnetIdentity {
        let identity = this.#identities.get(subnet);
        if (identity === undefined) {
            const { seed, kind, ranges } = subnet;
            const ids = ranges.map(([from, to]) => [canisterIdAt(from), canisterIdAt(to)] as const);
            identity = identityOf(seed, TYPES[kind] ?? 'application', ids);
            this.#identities.set(subnet, identity);
        }
        return identity;
    }
}
