/**
 * What a scenario file declares. Everything here is data and pure, synchronous functions, so that the same file runs on every
 * backend, shrinks, and replays. Scenario files import the public API (`harness/index.ts`) only.
 */
import type { Arbitrary } from 'fast-check';
import type { OutcallRequest } from '../trace/outcalls.ts';
import type { RejectCode } from '../trace/types.ts';
import type { StrategyName } from './strategy-name.ts';

export type Language = 'motoko' | 'azle' | 'custom';

/** A Candid value as @dfinity/candid represents it. */
export type CandidValue = unknown;

/** Principals of the deployed roles and of the actors, for init arguments and call arguments. */
export interface Addresses {
    canister(role: string): import('@dfinity/principal').Principal;
    actor(name: string): import('@dfinity/principal').Principal;
}

export interface CanisterUse {
    /** Name in dfx.json; `vault` stands for `vault_motoko`, `vault_azle` where dfx.json has no canister of exactly that name. */
    readonly canister: string;
    /** Init arguments as Candid values; without it dfx.json's `init_arg` is used, or no arguments. */
    readonly init?: (addresses: Addresses) => readonly CandidValue[];
}

/** One root call: an actor calls a method. Arguments may be a function of the addresses. */
export interface CallSpec {
    readonly actor: string;
    readonly canister: string;
    readonly method: string;
    readonly args: readonly CandidValue[] | ((addresses: Addresses) => readonly CandidValue[]);
    /** `after-reply`: sent only when this actor's previous call was answered. Default `at-once`. */
    readonly order?: 'at-once' | 'after-reply';
}

/**
 * A set of root calls, fixed or generated. Both shrink: calls are removed, arguments get smaller; those of a fixed program stay as they are
 * written where `expect` is that just this invariant breaks, and where it breaks with the calls one after the other.
 */
export type Program = readonly CallSpec[] | Arbitrary<readonly CallSpec[]>;

/**
 * What a fault does.
 * - `reject`: the system rejects an undelivered request, an HTTP outcall under way, or an ingress message.
 * - `expire`: the caller of a bounded-wait call is told SYS_UNKNOWN.
 * - `trap`: the callee traps when it executes the request, or the caller when its callback executes the response.
 * - `full-queue`: calls fail at once with SYS_TRANSIENT, as when the caller's output queue is full.
 * - `late`, `never`: a response does not arrive before everything else is done, or never.
 * - `stop`: a controller stops the canister, and starts it again later.
 * - `out-of-cycles`: the canister's liquid cycles are gone, and it is topped up later.
 * - `uninstall`, `upgrade` (to the same module): a controller does that.
 * - `heartbeat`: the canister's heartbeat runs.
 * - `clock`: time passes.
 */
export type FaultKind =
    | 'reject'
    | 'expire'
    | 'trap'
    | 'full-queue'
    | 'late'
    | 'never'
    | 'stop'
    | 'out-of-cycles'
    | 'uninstall'
    | 'upgrade'
    | 'snapshot'
    | 'uninspected'
    | 'heartbeat'
    | 'clock';

/**
 * What a trap strikes: the called method (`callee`); the caller's reply or reject callback (`callback`), also both (`either`), or the
 * callback and its cleanup (`cleanup`); a method that a user called (`ingress`); a due timer, the next heartbeat, a low-memory hook.
 */
export type TrapPlace =
    | 'callee'
    | 'callback'
    | 'either'
    | 'cleanup'
    | 'ingress'
    | 'timer'
    | 'heartbeat'
    | 'hook';

/** Which faults the explorer may inject; off unless declared. */
export interface FaultSpec {
    readonly fault: FaultKind;
    /** Of faults that strike calls: role called, or `aaaaa-aa`, the management canister; every one when absent. */
    readonly callee?: string;
    readonly method?: string;
    /** Of faults that strike a canister: its role; every one when absent. */
    readonly canister?: string;
    /** Codes of a `reject` fault; default [2] (SYS_TRANSIENT). `all`: each that the IC may give. Never 6. */
    readonly codes?: readonly RejectCode[] | 'all';
    /** What a `reject` fault strikes; default `requests`: calls between canisters and HTTP outcalls. */
    readonly of?: 'requests' | 'ingress' | 'both';
    /** What becomes of a request that expires while it is queued; default `dropped`. */
    readonly queued?: 'dropped' | 'delivered-later' | 'either';
    /** What traps; default `callee`. */
    readonly in?: TrapPlace;
    /** When it traps; default `start`. `end`: it runs out of instructions when all its work is done. */
    readonly at?: 'start' | 'end';
    /** How many calls of the execution a full queue still takes; default 0. */
    readonly room?: number;
    /** How much time passes; default: until the next timer is due. */
    readonly seconds?: number;
    /** Most faults of this kind in one schedule. Default 1. */
    readonly max?: number;
}

/** What the world may answer an HTTP outcall with; what is left out is 200, no headers, no body. */
export interface OutcallResponse {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    /** Text, as UTF-8, or bytes. */
    readonly body?: string | Uint8Array;
}

/** No response: the system rejects the call. Default SYS_TRANSIENT. The fee is spent. */
export interface OutcallFailure {
    readonly rejected: string;
    readonly code?: RejectCode;
}

/**
 * Which HTTP outcalls are answered, and how. Where several answers are given each is explored; the first one is the expected one,
 * which shrinking prefers. The first spec that fits a request answers it; a request that none fits is rejected by name.
 */
export interface OutcallSpec {
    /** The whole URL; `*` stands for any characters. */
    readonly url: string;
    readonly method?: OutcallRequest['method'];
    /** Or a pure function of the request. */
    readonly answers: OutcallAnswers | ((request: OutcallRequest) => OutcallAnswers);
}

/** At least one. */
export type OutcallAnswers = readonly (OutcallResponse | OutcallFailure)[];

/** A query without side effects, asked after every commit of a canister. */
export interface ObserveSpec {
    readonly canister: string;
    readonly method: string;
    readonly args?: readonly CandidValue[] | ((addresses: Addresses) => readonly CandidValue[]);
}

export type Answer =
    | { readonly kind: 'reply'; readonly value: CandidValue }
    | { readonly kind: 'reject'; readonly code: RejectCode; readonly message: string };

/** A root call as invariants and models see it. `value` of an answer is the single result, or an array when there are several. */
export interface CallRecord {
    readonly index: number;
    /** `alice#1` */
    readonly label: string;
    readonly actor: string;
    /** Principal text of the actor. */
    readonly principal: string;
    readonly canister: string;
    readonly method: string;
    readonly args: readonly CandidValue[];
    readonly state: 'waiting' | 'running' | 'answered';
    readonly answer?: Answer;
    /**
     * Number of the commit at which its ingress message executed, from 1. Absent while it waits, and for good when it was rejected
     * before delivery.
     */
    readonly invokedAt?: number;
    /** Number of the commit that answered it. Absent until then. */
    readonly answeredAt?: number;
}

/**
 * A request or response under way between canisters, or an HTTP outcall (a request to `aaaaa-aa` until it is answered); values are
 * decoded on access.
 */
export interface InFlightRecord {
    readonly kind: 'request' | 'response';
    readonly caller: string;
    readonly callee: string;
    readonly method: string;
    /** Arguments of the call. */
    readonly args: readonly CandidValue[];
    /** Of a response. */
    readonly answer?: Answer | undefined;
    /** Root call that caused it; -1 when none did. */
    readonly root: number;
}

/** What an invariant sees at a commit point. */
export interface View<S = unknown> {
    /** Values of the observe queries, by name. */
    readonly observed: Readonly<Record<string, any>>;
    /**
     * Those values at the previous commit point; undefined at the first one, before anything ran. They are kept from a schedule's
     * start for whoever reads `previous` there, so read it in an *always* invariant and at the first commit point too: reading it
     * for the first time later is an error of the scenario.
     */
    readonly previous?: Readonly<Record<string, any>> | undefined;
    /** State of the reference model; undefined without a model. */
    readonly model: S;
    readonly calls: readonly CallRecord[];
    readonly inFlight: readonly InFlightRecord[];
}

/**
 * A sequential reference model: a fold over the answers of the root calls, in the order in which they were answered.
 * Pure: no clock, no randomness, no mutation of `state`.
 */
export interface Model<S> {
    readonly initial: S;
    readonly answered: (state: S, call: CallRecord, answer: Answer) => S;
}

export interface Invariant<S = any> {
    readonly name: string;
    /** `always`: after every commit. `quiescent`: when nothing is in flight. */
    readonly when: 'always' | 'quiescent';
    /**
     * Returns undefined when it holds, else a sentence with the values that break it, or that it could not be decided. Pure and
     * synchronous.
     */
    readonly check: (view: View<S>) => string | Undecided | undefined;
    /**
     * Set when it takes calls for what a caller sees of them: each happened at some time between `invokedAt` and `answeredAt`, in an order
     * that only these tell, and one without an answer happened or did not. On a network nothing more is known; what others say who read
     * these numbers there, or when answers were lost, is called undecided.
     */
    readonly understands?: 'histories';
}

/** A check gave up within its bound: no violation, but the run does not pass either. `undecided` says why and what to do. */
export interface Undecided {
    readonly undecided: string;
}

/** For "observe" rows: the exact set of outcomes over all legal schedules. */
export interface Outcomes {
    /** `commit`: collected at every commit point; `quiescent`: at the end of each schedule. */
    readonly at: 'commit' | 'quiescent';
    readonly of: (view: View) => CandidValue;
    readonly exactly: readonly CandidValue[];
    /** How many legal schedules there are: any other number is a mismatch where exploration was exhaustive, and not compared elsewhere. */
    readonly schedules?: number;
}

export type Expectation =
    | { readonly verdict: 'holds' }
    | {
          readonly verdict: 'breaks';
          /** Names of the invariants that break: exactly these. */
          readonly invariants: readonly string[];
          /** Calls, faults and context switches of the minimal schedule. */
          readonly minimum?: { readonly calls: number; readonly faults: number; readonly switches?: number };
      }
    /** Every outcome is reached, no other is seen. `outcomes` may stand here (`observes(...)`) or at the scenario itself. */
    | { readonly verdict: 'observe'; readonly outcomes?: Outcomes };

/** Which overlaps and answers must have occurred in at least one schedule; otherwise the run is `vacuous`. */
export interface Required {
    /** Two root calls were open at once. Default: true when the program has two or more calls that may overlap. */
    readonly overlap?: boolean;
    /** Each predicate must be true at least once at a quiescent point, named for the report. */
    readonly witnessed?: Readonly<Record<string, (view: View) => boolean>>;
}

export interface ScenarioSpec<S = any> {
    /** One line: what is done and what could go wrong. */
    readonly about: string;
    /** Role name -> canister, deployed in this order. */
    readonly canisters: Readonly<Record<string, CanisterUse | string>>;
    /** Languages it runs in; default: those for which dfx.json has all canisters. */
    readonly languages?: readonly Language[];
    readonly calls: Program;
    readonly faults?: readonly FaultSpec[];
    /** Answers to HTTP outcalls; without them `http_request` is rejected. */
    readonly outcalls?: readonly OutcallSpec[];
    readonly observe?: Readonly<Record<string, ObserveSpec>>;
    readonly model?: Model<S>;
    readonly invariants: readonly Invariant<S>[];
    readonly outcomes?: Outcomes;
    readonly required?: Required;
    readonly expect?: Expectation;
    /**
     * How to explore unless the command line says otherwise: `random`, `pct:3`, ... (docs/strategies.md). Default `portfolio`;
     * `observe` rows default to `exhaustive`.
     */
    readonly strategy?: StrategyName;
    /** Schedules explored at most, unless the command line says otherwise; for scenarios with many or slow calls. */
    readonly schedules?: number;
    /**
     * How executions are counted, unless the command line says otherwise. Default `auto`: the IC's instructions in canisters that read
     * the performance counter, cheaper units in others.
     */
    readonly metering?: 'unit' | 'instructions' | 'auto';
}

export interface Scenario<S = any> extends ScenarioSpec<S> {
    /** `vault-stale/overdraw`, unique. */
    readonly id: string;
    /** File and line of its declaration, for error messages. */
    readonly location: string;
}
