/**
 * The subnets that a replica consists of: one, or several whose canisters call each other. They share the clock and the journal, and
 * any undelivered message may execute next, wherever it goes; what differs is what canisters pay, how much they may compute,
 * which ids they have, what certifies them, and when a round executes what (see `round.ts`).
 */
import type { BlockSample } from './blocks.ts';
import { feesOf, type Fees } from './fees.ts';
import { APPLICATION, instructionLimits, type InstructionLimits } from './instruction-limits.ts';
import type { ReplicaOptions, SubnetOptions } from './options.ts';
import { FIRST_CANISTER_ID } from './options.ts';
import { Address, compareBytes, equalBytes, isCanisterId, MANAGEMENT_INDEX } from './principal.ts';
import { selfAuthenticatingId, subnetKeyOf } from './root-key.ts';

/** One subnet: where a canister lives for good. */
export class Home {
    readonly fees: Fees;
    readonly instructions: InstructionLimits;
    readonly firstCanisterId: bigint;
    /** The NNS, whose canisters may create others on any subnet. */
    readonly isNns: boolean;
    /** Whether threshold keys are here; see `management/master-keys.ts`. */
    readonly holdsKeys: boolean;
    /** Undefined when nobody said. */
    readonly nodes: number | undefined;
    /** Number of canister ids given out in order. Journalled. */
    orderedIds = 0;
    /** Of nodes that have names. */
    readonly nodeIds: readonly Uint8Array[];
    /** See `blocks.ts`. Journalled. */
    blocks: readonly BlockSample[] = [];
    readonly #seed: string;
    /** Undefined: every canister id. */
    readonly #ranges: SubnetOptions['ranges'] | undefined;
    #id: Uint8Array | undefined;
    #address: Address | undefined;

    constructor(seed: string, options: SubnetOptions | Pick<ReplicaOptions, 'fees' | 'firstCanisterId'>) {
        this.#seed = seed;
        this.firstCanisterId = options.firstCanisterId ?? FIRST_CANISTER_ID;
        this.isNns = 'kind' in options && options.kind === 'nns';
        if (!('nodes' in options)) {
            this.instructions = APPLICATION;
            this.fees = feesOf(options.fees ?? 'standard');
            this.holdsKeys = true;
            this.nodeIds = [];
            return;
        }
        const { kind, fees, nodes, ranges, benchmarking, holdsKeys = false, nodeIds = [] } = options;
        this.nodes = nodes;
        this.holdsKeys = holdsKeys;
        this.nodeIds = nodeIds;
        this.instructions = instructionLimits(kind === 'application' ? kind : 'system', benchmarking);
        const schedule = { application: fees, system: 'system', nns: 'free' } as const;
        this.fees = feesOf(schedule[kind], nodes, this.instructions);
        this.#ranges = ranges;
    }

    /** The self-authenticating principal of its key. */
    get id(): Uint8Array {
        this.#id ??= selfAuthenticatingId(subnetKeyOf(this.#seed).publicKeyDer);
        return this.#id;
    }

    /** What its management canister is called by its id: everything is then about this subnet, whoever asks. */
    get address(): Address {
        this.#address ??= new Address(MANAGEMENT_INDEX, this.id);
        return this.#address;
    }

    /** Whether canisters with this id live here. */
    hosts(canisterId: Uint8Array): boolean {
        if (!isCanisterId(canisterId)) {
            return false;
        }
        if (this.#ranges === undefined) {
            return true;
        }
        const number = new DataView(canisterId.buffer, canisterId.byteOffset).getBigUint64(0);
        return this.#ranges.some(([first, last]) => first <= number && number <= last);
    }
}

/** All subnets of a replica. */
export class Homes {
    /** In the order in which they were made; where nobody says where, things happen in the first one. */
    readonly all: [Home, ...Home[]];
    /** In the order of their turns. */
    #turns: readonly Home[];

    constructor({ subnets = [], ...options }: ReplicaOptions) {
        const [first, ...others] = subnets;
        const standard = new Home(first?.seed ?? String(options.seed ?? 0), first ?? options);
        this.all = [standard, ...others.map((each) => new Home(each.seed, each))];
        this.#turns = inTurns(this.all);
    }

    /** Where things happen that nobody says a place of. */
    get standard(): Home {
        return this.all[0];
    }

    /** Whether there is more than one, so that it matters where something is. */
    get several(): boolean {
        return this.all.length > 1;
    }

    /** Of a production round of each: PocketIC keeps them sorted by id (its server, `SubnetsImpl`). */
    get turns(): readonly Home[] {
        return this.#turns;
    }

    /** The one that serves whoever asks for a threshold key; undefined when there are no keys. */
    get keyHolder(): Home | undefined {
        return this.turns.find((home) => home.holdsKeys);
    }

    /** The one where canisters with this id live; undefined when there is no route to it. */
    of(canisterId: Uint8Array): Home | undefined {
        return this.all.find((home) => home.hosts(canisterId));
    }

    withId(id: Uint8Array): Home | undefined {
        return this.all.find((home) => equalBytes(home.id, id));
    }

    add(options: SubnetOptions): void {
        this.all.push(new Home(options.seed, options));
        this.#turns = inTurns(this.all);
    }
}

// Ids are made of keys, which take long: not where there is nothing to sort.
function inTurns(homes: readonly Home[]): readonly Home[] {
    return homes.length === 1 ? homes : [...homes].sort((a, b) => compareBytes(a.id, b.id));
}
