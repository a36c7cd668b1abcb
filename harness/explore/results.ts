/**
 * What exploration hands out: campaigns, findings and traces as plain data (strings, numbers, bigints, byte arrays), so that they
 * cross a worker boundary by structured clone, are written to files, and are rendered without the scenario at hand.
 */
import type { StrategyName } from '../scenario/strategy-name.ts';
import type { CoverageNumbers } from './coverage/data.ts';
import type { MessageKind, Reject, ScheduleStep } from '../trace/types.ts';

/** How a campaign or a replay ended (style: exhaustive, never a boolean). */
export type Verdict = 'violated' | 'passed' | 'vacuous' | 'budget-exhausted' | 'diverged' | 'error';

/** One root call of a program, with everything that a replay and a reader need. */
export interface ProgramCall {
    readonly actor: string;
    /** `alice#1`: the n-th call of this actor in the program, counted from 1. */
    readonly label: string;
    /** Role that is called. */
    readonly canister: string;
    readonly method: string;
    /** Candid-encoded argument. */
    readonly arg: Uint8Array;
    /** The argument as Candid text without the outer parentheses: `60`, `"bob", 20`. */
    readonly argText: string;
    readonly order: 'at-once' | 'after-reply';
}

/** An invariant that does not hold at a commit point. */
export interface Violation {
    readonly invariant: string;
    /** The sentence that the invariant returned. */
    readonly message: string;
    /** Number of the step after which it was seen, from 1; 0 means before the first step. */
    readonly step: number;
}

/** A named value as Candid-like text. */
export interface NamedText {
    readonly name: string;
    readonly text: string;
}

/** A root call that was answered. */
export interface AnsweredCall {
    readonly label: string;
    readonly text: string;
    readonly ok: boolean;
}

export interface TraceStep {
    /** From 1. */
    readonly number: number;
    /** The decision, as a schedule file holds it. */
    readonly step: ScheduleStep;
    readonly kind: MessageKind;
    /** Role that executed it; `aaaaa-aa` for the management canister. For a rejected or expired call the role called. */
    readonly canister: string;
    /** Actor or role of the sender. */
    readonly sender: string;
    /** Method called (for a response: of the call that it answers; empty for a timer). */
    readonly method: string;
    /** For a response: the role of the canister that was called. */
    readonly callee?: string;
    /** Label of the root call that caused it; absent for timers armed by the deployment. */
    readonly rootLabel?: string;
    /** Of an HTTP outcall: method, URL, headers and body. */
    readonly outcall?: string;
    /**
     * Argument, or reply of a response that replies, as Candid text without outer parentheses; hex when its type is not known. Of an
     * HTTP outcall: what it was answered with.
     */
    readonly dataText: string;
    /** Of a response that rejects. */
    readonly reject?: Reject;
    readonly status: 'committed' | 'trapped' | 'refused';
    readonly error?: Reject;
    readonly cleanup: 'none' | 'ran' | 'trapped';
    readonly prints: readonly string[];
    /** Requests that left with the commit. */
    readonly sent: readonly { readonly path: string; readonly name: string }[];
    /** Present when this step answered a root call. */
    readonly answered?: AnsweredCall;
    /** Present when it answered root calls of others, or time that passed after it did. */
    readonly alsoAnswered?: readonly AnsweredCall[];
    /** Values of the observe queries after this step, in the order in which the scenario declares them. */
    readonly observed: readonly NamedText[];
    /** Names of those that differ from the step before. */
    readonly changed: readonly string[];
    /** State of the reference model after this step; absent without a model. */
    readonly model?: string;
    /** Invariants that do not hold after this step. */
    readonly violations: readonly Violation[];
    /** Metered steps of the execution. */
    readonly steps: number;
    /** Time of the subnet at this step. */
    readonly timeNs: bigint;
}

/** A schedule executed once more with recording on. */
export interface Trace {
    readonly initial: { readonly observed: readonly NamedText[]; readonly model?: string };
    readonly steps: readonly TraceStep[];
    /** SHA-256 (hex) over a canonical text of everything above except `steps` metered; the same in every process. */
    readonly hash: string;
}

/** What a failing schedule is about, in names of methods: the same for the same race, whoever calls and with whatever numbers. */
export interface Cause {
    /** Methods that had calls open at once before the break: `vault.deposit || vault.withdraw`. */
    readonly overlaps: readonly string[];
    /** Injected faults: `reject ledger.transfer`. */
    readonly faults: readonly string[];
    /** Methods of all calls that had begun. */
    readonly calls: readonly string[];
}

/** A schedule that breaks an invariant: complete enough to replay and to explain. */
export interface Finding {
    readonly scenario: string;
    readonly calls: readonly ProgramCall[];
    /** Principals of all roles and actors, so that readers see names. */
    readonly principals: readonly NamedPrincipal[];
    readonly schedule: readonly ScheduleStep[];
    /** The invariant that this finding is about: the first one that broke in the raw schedule; shrinking keeps it. */
    readonly invariant: string;
    /** What it says at the step where it breaks. */
    readonly message: string;
    readonly cause: Cause;
    /** Invariant and cause in one line. Two findings of a scenario with the same identity are the same failure. */
    readonly identity: string;
    /** Other invariants that break when the schedule goes on to its end, with the oldest message first. */
    readonly alsoBroken: readonly string[];
    /** First violation of every invariant that breaks in this schedule, in order of appearance. */
    readonly violations: readonly Violation[];
    readonly faults: number;
    /** Context switches beyond the calls' own order: how often a call was interrupted that could have gone on. */
    readonly switches: number;
    readonly seed: number;
    readonly strategy: StrategyName;
    /** Index of the schedule in its campaign, from 0. */
    readonly scheduleIndex: number;
    /** `raw`: as found; `minimal`: 1-minimal in calls and faults; `reduced`: shrinking was stopped by its budget or by the user. */
    readonly shrunk: 'raw' | 'minimal' | 'reduced';
    readonly trace: Trace;
}

/** Who is behind a principal: roles and actors by name. */
export interface NamedPrincipal {
    readonly name: string;
    readonly principal: string;
}

export interface BrokenInvariant {
    readonly name: string;
    /** Number of schedules of the campaign in which it broke. */
    readonly schedules: number;
    /** Index of the first one. */
    readonly firstSchedule: number;
    readonly message: string;
}

export interface OutcomeCount {
    /** The outcome as text. */
    readonly text: string;
    /** At how many commit points, or ends of schedules, it was seen; 0 for an expected outcome that never came. */
    readonly seen: number;
    readonly expected: boolean;
}

/** A number of legal schedules, or of at least so many. */
export interface LegalSchedules {
    readonly schedules: number;
    readonly exact: boolean;
}

export interface CampaignStats {
    /** Schedules explored. */
    readonly schedules: number;
    /** Of an enumeration with reduction: how many legal schedules those stand for; not `exact` when there are more than that. */
    readonly standsFor?: LegalSchedules;
    /** Messages executed, faults included. */
    readonly messages: number;
    /** Metered steps of the canisters. */
    readonly steps: number;
    /** Schedules in which two root calls were open at once. */
    readonly overlaps: number;
    readonly faults: number;
    readonly programs: number;
    /** Schedules cut because they did not become quiescent within the bound on messages. */
    readonly cut: number;
    /** Schedules that ended with a call open because its answer never came: not judged at rest. Absent when there are none. */
    readonly open?: number;
    /** How often each witness was true at a quiescent point. */
    readonly witnessed: Readonly<Record<string, number>>;
}

/** What the theorem of a strategy speaks of, in the schedules that it drew. */
export interface Promised {
    /** Ordering constraints that a bug needs at most. */
    readonly depth: number;
    /** Threads (PCT) or chains (PCTCP) at most. */
    readonly threads: number;
    /** Steps that the strategy took a schedule to have. */
    readonly steps: number;
    /** Steps of the longest one. */
    readonly longest: number;
}

/** A bug of this depth in the scenario's one program was missed with probability `atMost`, if no schedule has more threads and steps. */
export interface MissBound extends Omit<Promised, 'longest'> {
    readonly atMost: number;
}

/** Limits of the schedules that were looked at; longer ones are no legal schedules within the bound. */
interface Bound {
    readonly messages: number;
    readonly timeAdvances: number;
    /** Context switches; absent where there may be any number. */
    readonly switches?: number;
}

/** What a verdict rests on. */
export type Basis =
    /** Every legal schedule within the bound: those that were run, and the `standsFor` (or more, unless `exact`) that they stand for. */
    | {
          readonly kind: 'exhaustive';
          readonly schedulesRun: number;
          readonly standsFor: number;
          readonly exact: boolean;
          readonly bound: Bound;
      }
    /** So many schedules, and what the strategy's theorem says about the others. */
    | { readonly kind: 'sampled'; readonly schedulesRun: number; readonly bound: Bound; readonly missed?: MissBound }
    /** Less than was asked for. */
    | {
          readonly kind: 'partial';
          readonly schedulesRun: number;
          readonly because: 'stopped' | 'spent' | 'more-schedules' | 'cut' | 'undecided';
          readonly bound: Bound;
      };

/** What went wrong with a scenario itself, or with us; never a violation. */
export interface CampaignError {
    readonly code: string;
    readonly message: string;
    /** One line on what to do next. */
    readonly fix: string;
    readonly stack?: string;
}

/** What every campaign hands out, whether it chose the order of messages or a running replica did. */
export interface CommonResult {
    readonly scenario: string;
    readonly about: string;
    /** File and line of the scenario. */
    readonly location: string;
    readonly seed: number;
    /** One line: why this verdict. */
    readonly reason: string;
    /** The declared expectation as a word or two (`holds`, `breaks overdraw`, `observe`); absent without one. */
    readonly expected?: string;
    readonly comparison: 'as-expected' | 'unexpected' | 'no-expectation';
    /** Why the comparison failed, one line each. */
    readonly mismatches: readonly string[];
    /** For scenarios that state outcomes: each one seen or expected, sorted by text. */
    readonly outcomes?: readonly OutcomeCount[];
    readonly error?: CampaignError;
}

export interface CampaignResult extends CommonResult {
    readonly strategy: StrategyName;
    readonly verdict: Verdict;
    /** What was run, and what that says of what was not. */
    readonly basis: Basis;
    /** True when every legal schedule within the bound was explored. */
    readonly exhaustive: boolean;
    readonly broken: readonly BrokenInvariant[];
    /** The first of `findings`. */
    readonly finding?: Finding;
    /**
     * One for each failure that could be told from those before it, in the order in which they were found: its minimal schedule, or the
     * raw one when shrinking was off.
     */
    readonly findings: readonly Finding[];
    /** Failures that were seen, but not looked into because there are so many. */
    readonly furtherFailures: number;
    readonly stats: CampaignStats;
    /** Declared faults that struck in no schedule, so that nothing is known of them; absent when there are none. */
    readonly idleFaults?: readonly string[];
    /** What the schedules covered; absent where none could be run. */
    readonly coverage?: CoverageNumbers;
}

/** Of a failing schedule. */
export interface Size {
    readonly calls: number;
    readonly faults: number;
    readonly switches: number;
    readonly steps: number;
}

export interface CampaignProgress {
    readonly phase: 'explore' | 'shrink';
    readonly scenario: string;
    readonly schedules: number;
    /** Schedules that this phase will run at most; undefined when not known. */
    readonly schedulesMax?: number;
    readonly messages: number;
    readonly broken: readonly string[];
    /** While shrinking: the smallest failing schedule so far. */
    readonly size?: Size;
    /** While exploring: pairs of segments that met, and the schedule in which the last new one did (-1: none has). */
    readonly coverage?: Pick<CoverageNumbers, 'pairs' | 'lastGrew'>;
}

/** What a replay found. */
export type ReplayResult =
    | {
          readonly kind: 'still-fails';
          readonly violation: Violation;
          readonly trace: Trace;
          readonly sameTrace: boolean | 'unknown';
      }
    | { readonly kind: 'fails-differently'; readonly violations: readonly Violation[]; readonly trace: Trace }
    | { readonly kind: 'passes'; readonly trace: Trace }
    | {
          readonly kind: 'diverged';
          readonly divergence: Divergence;
          /** What broke all the same: the replay goes on without the steps that it cannot take, then with the oldest message first. */
          readonly violations: readonly Violation[];
          readonly trace: Trace;
      };

/** The replayed run could not follow the schedule. */
export interface Divergence {
    /** Number of the step that could not be taken, from 1. */
    readonly step: number;
    /** Absent when the schedule was over, but the system was not quiescent. */
    readonly expected?: ScheduleStep;
    /** What could run instead: path and name. */
    readonly enabled: readonly { readonly path: string; readonly name: string }[];
    /** A sentence. */
    readonly reason: string;
}
