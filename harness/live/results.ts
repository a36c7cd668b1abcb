/** What a live campaign hands out, as plain data: rendered without the scenario, written to files. */
import type { CommonResult, NamedPrincipal, NamedText, ProgramCall } from '../explore/results.ts';

/** `skipped`: the scenario needs what a running replica does not do for us. */
export type LiveVerdict = 'violated' | 'passed' | 'vacuous' | 'budget-exhausted' | 'skipped' | 'error';

/** A call of a plan, with everything that a repetition and a reader need. */
export interface LiveCall extends ProgramCall {
    /** Units of time after the start, or after the answer that it waits for. */
    readonly delay: number;
}

/** A call was sent, or its outcome became known. */
export interface LiveEvent {
    readonly label: string;
    readonly kind: 'sent' | 'reply' | 'reject' | 'refused' | 'unknown';
    /** The reply as Candid text, the rejection, why the outcome is not known; empty for `sent`. */
    readonly text: string;
    /** Units of time since the attempt began. */
    readonly at: number;
}

export interface LiveViolation {
    readonly invariant: string;
    readonly message: string;
    readonly at: 'start' | 'rest';
}

/** How often a plan broke the invariant when it was run again from fresh canisters. */
export interface Repeats {
    readonly times: number;
    readonly appeared: number;
}

/** A plan that broke an invariant, and the attempt in which it did. */
export interface LiveFinding {
    readonly scenario: string;
    readonly invariant: string;
    readonly message: string;
    /** Everything that broke in this attempt. */
    readonly violations: readonly LiveViolation[];
    /** In the order of sending. */
    readonly calls: readonly LiveCall[];
    readonly concurrency: number;
    /** What delays and times count. */
    readonly unit: 'ms' | 'round';
    readonly principals: readonly NamedPrincipal[];
    readonly seed: number;
    /** From 0. */
    readonly planIndex: number;
    /** `reduced`: shrinking was stopped; `minimal`: without any call it did not appear in the tries that were made. */
    readonly shrunk: 'raw' | 'reduced' | 'minimal';
    /** Absent while it was not repeated. */
    readonly repeats?: Repeats;
    readonly events: readonly LiveEvent[];
    readonly before: readonly NamedText[];
    readonly after: readonly NamedText[];
}

export interface LiveBroken {
    readonly name: string;
    /** Plans of the campaign in which it broke. */
    readonly plans: number;
    readonly firstPlan: number;
    readonly message: string;
}

export interface LiveStats {
    /** Plans tried while searching. */
    readonly plans: number;
    /** Attempts in all: plans, repetitions, shrinking. */
    readonly attempts: number;
    readonly calls: number;
    /** Plans in which two calls were open at once. */
    readonly overlaps: number;
    /** Calls of which no outcome was learnt. */
    readonly unknown: number;
    /** Calls that were refused before consensus. */
    readonly refused: number;
    readonly programs: number;
    readonly witnessed: Readonly<Record<string, number>>;
}

export interface LiveResult extends CommonResult {
    readonly verdict: LiveVerdict;
    /** What this backend does not judge or do; one line each. */
    readonly notes: readonly string[];
    readonly broken: readonly LiveBroken[];
    readonly finding?: LiveFinding;
    readonly stats: LiveStats;
}

export interface LiveProgress {
    readonly phase: 'search' | 'repeat' | 'shrink';
    readonly done: number;
    readonly most: number;
    readonly broken: readonly string[];
}
