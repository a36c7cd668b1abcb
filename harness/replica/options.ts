/** What a subnet is made of before anything runs: seed, clock, fees, and the limits of the tool. */

import type { OutcallHandler } from './management/outcalls.ts';
import type { MeteringChoice } from './wasm/index.ts';

/**
 * What a step of a limit buys where instructions are counted, so that one number means much the same in both: a function
 * entry or loop iteration with what follows it. Queries may then take exactly what the IC allows.
 */
export const INSTRUCTIONS_PER_STEP = 25;

/**
 * Unit steps that one execution may take: function entries and loop iterations (see `wasm/contract.ts`), and apart from
 * them as many for what System API functions do (see `frame.ts`). Where instructions are counted: the IC's limits, or
 * `INSTRUCTIONS_PER_STEP` times these, whichever is less.
 */
export interface StepLimits {
    /** Update calls, callbacks, cleanup, timers and replicated queries. */
    readonly message: number;
    readonly query: number;
    readonly inspect: number;
    /** One `install_code`: start, init, pre- and post-upgrade each. */
    readonly install: number;
}

/** Limits that end runaway canisters. Those marked (tool) are ours, not the IC's, and errors say so. */
export interface ReplicaLimits {
    readonly steps: StepLimits;
    /** (tool) Wasm heap of one canister; memory.grow beyond it fails. A multiple of 65,536. */
    readonly heapBytesMax: number;
    /** (tool) Stable memory pages really written, of one canister. Its size may be up to 500 GiB. */
    readonly stableBytesMax: number;
    /** (tool) Nested Wasm calls. */
    readonly callDepthMax: number;
    /** (tool) Bytes that one execution may print; the rest is cut and a line says so. */
    readonly logBytesMax: number;
    /** (tool) Calls that one execution may make; call_perform returns 2 beyond it. */
    readonly callsMax: number;
    /** (tool) Bytes that these calls may carry together; call_perform returns 2 beyond it. */
    readonly callBytesMax: number;
    /** Calls in flight from one canister to another (IC: 500). */
    readonly queueMax: number;
    /** Reply and reject bytes in replicated execution (IC: 2 MiB). */
    readonly replyBytesMax: number;
    /** Reply bytes of a query (IC: 3 MiB). */
    readonly queryReplyBytesMax: number;
    /** Request bytes between canisters of one subnet (IC: 10 MiB). */
    readonly requestBytesMax: number;
    /** Ingress argument bytes (IC: 2 MiB); management calls are exempt, as there is no chunked upload here. */
    readonly ingressBytesMax: number;
}

/** One of several subnets. */
export interface SubnetOptions {
    /** Of its key, and so of its id. */
    readonly seed: string;
    /** Where canisters pay, or what else they are for: system subnets charge for signatures only, the NNS for nothing. */
    readonly kind: 'application' | 'system' | 'nns';
    /** Of application subnets; as in `ReplicaOptions`. */
    readonly fees: 'standard' | 'free';
    /** Fees are in proportion to it. */
    readonly nodes: number;
    /** Executions and rounds have limits that measurements do not meet. */
    readonly benchmarking: boolean;
    /** Numbers of the first and the last canister id of each range that it hosts. Those of several subnets do not overlap. */
    readonly ranges: readonly (readonly [bigint, bigint])[];
    /** Number of the first canister id that is given out in order. */
    readonly firstCanisterId: bigint;
    /** Whether it holds the threshold keys; where several do, the first whose turn comes is asked. Default: false. */
    readonly holdsKeys?: boolean;
    /** Its nodes, where somebody will say which of them make blocks. Default: they have no names. */
    readonly nodeIds?: readonly Uint8Array[];
}

/** Everything is optional; the defaults are those of a small application subnet just started. */
export interface ReplicaOptions {
    /** Seeds `raw_rand`. */
    readonly seed?: string | number;
    /** Clock at start, in nanoseconds since 1970. Default: PocketIC's, 2021-05-06 19:17:10 UTC. */
    readonly timeNs?: bigint;
    readonly limits?: Partial<Omit<ReplicaLimits, 'steps'>> & { readonly steps?: Partial<StepLimits> };
    /**
     * How executions are counted, for limits, fees and `performance_counter`. `unit`: function entries, loop iterations and
     * some more (`wasm/contract.ts`); nearly free. `instructions`: the IC's, with its weights; 1.1 to 1.5 times slower.
     * Default `auto`: instructions in canisters that read the performance counter, units in all others.
     */
    readonly metering?: MeteringChoice;
    /** Whether it is noted which basic blocks of canisters are executed (`Replica.blocksOf`). Default: false. */
    readonly marksBlocks?: boolean;
    /** `reference`: the slow full-copy memory that the fast one is tested against. */
    readonly memory?: 'fast' | 'reference';
    /**
     * `standard`: the fees of a 13-node application subnet. `free`: nothing is charged; attached cycles still move
     * exactly.
     */
    readonly fees?: 'standard' | 'free';
    /**
     * How ids of new canisters are chosen. `ordered`: always one after the other. `causal`: so until the first mark
     * (deployment), then derived from the causal path of the creating call, so that schedules that differ only in
     * the order of independent steps reach equal states.
     */
    readonly identity?: 'causal' | 'ordered';
    /**
     * What answers HTTP outcalls. `by-hand`: they wait for `Replica.answerOutcall`. Absent: `http_request` is rejected
     * by name.
     */
    readonly outcalls?: OutcallHandler | 'by-hand';
    /**
     * How many causes a causal name goes back; default: all. Messages that a timer or a loop causes again and again
     * would otherwise keep everything before them alive, in a replica that runs for days. With a limit, a message that
     * is executed again after a rollback causes new messages, so it is not for exploration.
     */
    readonly lineageMax?: number;
    /** Told each line that a canister prints, also in queries, as soon as it is printed. */
    readonly onPrint?: (canister: string, line: string) => void;
    /** Number of the first canister id that is given out in order. Default: where those of a local development network start. */
    readonly firstCanisterId?: bigint;
    /**
     * Several subnets instead of one; the first is where things happen that nobody says a place of. `fees` and `firstCanisterId` are
     * then theirs, and the root key is still that of `seed`.
     */
    readonly subnets?: readonly SubnetOptions[];
    /** Principals that administer the subnet, as on rented ones. Default: none, as on public ones. */
    readonly subnetAdmins?: readonly Uint8Array[];
}

/** PocketIC's clock at the start, so that times in its tests mean the same here. */
export const INITIAL_TIME_NS = 1_620_328_630_000_000_000n;

/** Where the ids of a local development network start. */
export const FIRST_CANISTER_ID = 0x8000_0000_0010_0000n;

const MIB = 1024 * 1024;

/** Generous: ordinary canisters never meet the tool's own limits, runaway ones do within seconds. */
export const DEFAULT_LIMITS: ReplicaLimits = {
    steps: { message: 1_000_000_000, query: 200_000_000, inspect: 50_000_000, install: 2_000_000_000 },
    heapBytesMax: 1024 * MIB,
    stableBytesMax: 1024 * MIB,
    callDepthMax: 10_000,
    logBytesMax: 64 * 1024,
    callsMax: 10_000,
    callBytesMax: 256 * MIB,
    queueMax: 500,
    replyBytesMax: 2 * MIB,
    queryReplyBytesMax: 3 * MIB,
    requestBytesMax: 10 * MIB,
    ingressBytesMax: 2 * MIB
};

/** Limits of the tool that users may set by name. */
export const TOOL_LIMITS = [
    'heapBytesMax', 'stableBytesMax', 'callDepthMax', 'logBytesMax', 'callsMax', 'callBytesMax'
] as const satisfies readonly (keyof ReplicaLimits)[];
export type ToolLimits = Readonly<Partial<Record<(typeof TOOL_LIMITS)[number], number>>>;

/** Step limits for which messages may take `message` steps: other executions get in proportion more, never less. */
export function stepLimits(message: number): StepLimits {
    const { steps } = DEFAULT_LIMITS;
    const factor = Math.max(1, message / steps.message);
    const raised = (limit: number): number => Math.ceil(limit * factor);
    return { message, query: raised(steps.query), inspect: raised(steps.inspect), install: raised(steps.install) };
}

/** Fills in defaults. */
export function limitsOf(options: ReplicaOptions): ReplicaLimits {
    return {
        ...DEFAULT_LIMITS,
        ...options.limits,
        steps: { ...DEFAULT_LIMITS.steps, ...options.limits?.steps }
    };
}
