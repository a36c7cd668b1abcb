/**
 * The vocabulary that every room shares: messages, steps, outcomes and schedules, as plain data.
 * The words are those of the IC interface specification ("Message execution", "Reject codes").
 */

/** Reject codes of the IC interface specification, section "Reject codes". */
export type RejectCode = 1 | 2 | 3 | 4 | 5 | 6;

export const REJECT_CODE_NAMES: Readonly<Record<RejectCode, string>> = {
    1: 'SYS_FATAL',
    2: 'SYS_TRANSIENT',
    3: 'DESTINATION_INVALID',
    4: 'CANISTER_REJECT',
    5: 'CANISTER_ERROR',
    6: 'SYS_UNKNOWN'
};

export interface Reject {
    readonly code: RejectCode;
    readonly message: string;
    /** e.g. `IC0503`; present where the replica gives one. */
    readonly errorCode?: string;
}

/** How a call ended, as its caller sees it. */
export type CallResult =
    | { readonly kind: 'reply'; readonly reply: Uint8Array }
    | ({ readonly kind: 'reject' } & Reject);

/**
 * What a step executes. A response runs the caller's reply or reject callback; an outcall is the answer to an HTTP request, of which
 * the system makes a response. A control is no message of the IC but something that happens to a canister or to the clock: the
 * canister is stopped, started, upgraded, ..., time passes.
 */
export type MessageKind = 'ingress' | 'request' | 'response' | 'timer' | 'outcall' | 'heartbeat' | 'hook' | 'control';

/** Whether it has no caller: timer, heartbeat, low-memory hook, and what merely happens. */
export function isTask(kind: MessageKind): boolean {
    return kind === 'timer' || kind === 'heartbeat' || kind === 'hook' || kind === 'control';
}

/**
 * One message that may execute now. The same causal path has the same key (and object) for as long as its backend lives, also
 * across rollbacks; keys are small integers and must not be printed (they depend on the order of discovery): print `path`.
 */
export interface PendingMessage {
    readonly key: number;
    readonly kind: MessageKind;
    /** Index of the canister that executes it, in the deployment's order; -1 for the management canister. */
    readonly canister: number;
    /** Index of the root call that caused it, -1 for timers armed by the deployment. */
    readonly root: number;
    /**
     * Of an outcall that may be answered in several ways: the same with the answer that is declared before this one. Each possible
     * answer is a message of its own, and executing one takes the others away.
     */
    readonly earlier?: PendingMessage | undefined;
}

/** What people read about a message; rendered lazily. */
export interface MessageDescription {
    /**
     * Causal name, the same on every machine: `alice#2`, `alice#2/0` its first request, `alice#2/0/r` the response to it, and before
     * that `alice#2/0/o` (or `/o2`, `/o3`: other answers) where it is an HTTP outcall.
     */
    readonly path: string;
    readonly kind: MessageKind;
    /** Role of the canister that executes it. */
    readonly canister: string;
    /** Actor or role of the sender. */
    readonly sender: string;
    /** Method called (for a response: the method of the call that it answers; for a control: what happens; for a timer: empty). */
    readonly method: string;
    /** Candid-encoded argument, or reply bytes of a response that replies; empty for timers and outcalls. */
    readonly data: Uint8Array;
    /** For a response or an outcall: the Candid-encoded argument of the call that it answers. */
    readonly argument?: Uint8Array;
    /** For an outcall: what was asked and what it is answered with, in words that say all of it. */
    readonly outcall?: { readonly request: string; readonly answer: string };
    /** Present in a response that rejects. */
    readonly reject?: Reject;
    /** For a response: the role of the canister that was called. */
    readonly callee?: string;
    /** True when the call is bounded-wait (best-effort response). */
    readonly bestEffort: boolean;
}

/** What one execution did. */
export interface Outcome {
    /** `refused`: never reached Wasm (no such method, stopped, ...) or was rejected by a fault. */
    readonly status: 'committed' | 'trapped' | 'refused';
    /** Why it trapped or was refused. */
    readonly error?: Reject;
    readonly cleanup: 'none' | 'ran' | 'trapped';
    /** Requests that left with the commit, in order. */
    readonly sent: readonly PendingMessage[];
    /** True when this execution answered the root call of `root`, whose result is now known. */
    readonly answeredRoot: boolean;
    /** Root calls of others that it answered, by number: it uninstalled a canister that served them, or time passed. */
    readonly answeredOthers?: readonly number[];
    /** Lines that the canister printed, also those of a trapped execution. */
    readonly prints: readonly string[];
    /** Metered steps, or instructions. */
    readonly steps: number;
    /** What it cost in unit steps, for budgets; absent when `steps` are. */
    readonly work?: number;
}

/**
 * What a step of a schedule is; all but `execute` are faults.
 * - `reject`: the system answers an undelivered message, which is never executed.
 * - `expire`: a bounded-wait call is answered with SYS_UNKNOWN; a request that is queued is dropped, as the production replica does.
 * - `abandon`: the same while the request is queued and stays there: the callee runs later all the same.
 * - `trap`: the message executes, and the method, callback or task traps before it does anything.
 * - `exhaust`: the message executes, and the method, callback or task runs out of instructions at its end.
 * - `trap-cleanup`: the message executes, and the callback traps before it does anything, and so does its cleanup.
 * - `full-queue`: the message executes, and calls that it makes are refused at once, because the output queue is full.
 * - `delay`, `lose`: a response does not arrive before everything else is done, or never.
 * - `uninspected`: an ingress message executes that `canister_inspect_message` refuses.
 * - `strike`: something happens that no message asked for: a heartbeat, or what a control says.
 */
export type Act =
    | 'execute'
    | 'reject'
    | 'expire'
    | 'abandon'
    | 'trap'
    | 'full-queue'
    | 'delay'
    | 'lose'
    | 'strike'
    | 'exhaust'
    | 'trap-cleanup'
    | 'uninspected';

/** Whether it makes its message trap. */
export function isTrap(act: Act): act is 'trap' | 'exhaust' | 'trap-cleanup' {
    return act === 'trap' || act === 'exhaust' || act === 'trap-cleanup';
}

/** Whether the step executes its message, so that Wasm of its canister may run. */
export function isExecution(act: Act): boolean {
    return act === 'execute' || act === 'full-queue' || act === 'uninspected' || act === 'strike' || isTrap(act);
}

/** A schedule in readable form: what a schedule file holds and a replay follows. */
export interface ScheduleStep {
    readonly act: Act;
    /** Causal path of the message. */
    readonly path: string;
    /** Human name, for readers and divergence reports: `vault -> ledger.transfer [alice#2]`. */
    readonly name: string;
    readonly code?: RejectCode;
    /** Of a reject: what the caller is told. Of a full queue: which calls are refused. */
    readonly text?: string;
    /** Of an outcall: what it was answered with. */
    readonly answer?: string;
}

/** A root call of a program: who calls what with which (already encoded) argument. */
export interface RootCall {
    readonly actor: string;
    /** Label shown and used as causal name: `alice#1`. */
    readonly label: string;
    readonly canister: string;
    readonly method: string;
    readonly arg: Uint8Array;
}
