/** Small constructors for faults; like those in `construct.ts` they return plain data and check nothing. */
import type { RejectCode } from '../trace/types.ts';
import type { FaultSpec, TrapPlace } from './types.ts';

/** Which calls a fault may hit, and how often in one schedule (`max`, default 1). Without `callee` or `method`: any. */
export interface FaultTarget {
    readonly callee?: string;
    readonly method?: string;
    readonly max?: number;
}

/** What a trap may hit: calls, or tasks of a canister. */
export type TrapTarget = { readonly at?: NonNullable<FaultSpec['at']> } & (
    | (FaultTarget & { readonly in?: Exclude<TrapPlace, 'timer' | 'heartbeat' | 'hook'> })
    | (CanisterTarget & { readonly in: 'timer' | 'heartbeat' | 'hook' })
);

/** Which canister a fault may hit, and how often in one schedule (`max`, default 1). Without `canister`: any. */
export interface CanisterTarget {
    readonly canister?: string;
    readonly max?: number;
}

/**
 * The system may reject a request between canisters before it is delivered, with one of `codes` (default SYS_TRANSIENT; `all`: each
 * that the IC may give), and an HTTP outcall (`callee: 'aaaaa-aa', method: 'http_request'`) also while it is under way: SYS_TRANSIENT
 * is its timeout. `of: 'ingress'` or `both`: also an ingress message, with SYS_FATAL or SYS_TRANSIENT.
 * IC interface specification, "Message execution": a call in a queue may be rejected with any code but SYS_UNKNOWN.
 */
export function rejects(
    target: FaultTarget & {
        readonly codes?: readonly RejectCode[] | 'all';
        readonly of?: NonNullable<FaultSpec['of']>;
    } = {}
): FaultSpec {
    return { fault: 'reject', ...target };
}

/**
 * The caller of a bounded-wait call may receive SYS_UNKNOWN at any time: while the request is queued, while the callee works, or
 * while the response is under way. A request that is still queued is `dropped` as in production (the default), `delivered-later`
 * as the specification allows it too, or explored with `either`.
 */
export function expires(target: FaultTarget & { readonly queued?: NonNullable<FaultSpec['queued']> } = {}): FaultSpec {
    return { fault: 'expire', ...target };
}

/**
 * What if this segment fails? `in: 'callee'` (the default): the called method traps before it does anything, and the caller receives
 * CANISTER_ERROR. `in: 'callback'`: the callee has done its work, and the caller's reply or reject callback traps at its start. What the
 * earlier segments did stays, cleanup runs (Motoko's `finally`), and nothing after the `await` does; `in: 'cleanup'`: cleanup traps too.
 * `in: 'ingress'`: a method that a user called. `in: 'timer'`, `'heartbeat'`, `'hook'`, with `canister`: a task; a timer is not set any
 * more then. `at: 'end'`: it does not trap at its start but runs out of instructions at its end; what it did is undone, and what it printed
 * is seen.
 */
export function traps(target: TrapTarget = {}): FaultSpec {
    return { fault: 'trap', ...target };
}

/**
 * A call may fail at once with SYS_TRANSIENT, in the middle of the execution that makes it, as when the output queue is full or the
 * subnet is short of memory (IC interface specification, "Inter-canister method calls": `call_perform`). With `room: n` the first n
 * such calls of the execution leave, and the others fail. With `max` it may stay full for several executions.
 */
export function fillsQueue(target: FaultTarget & { readonly room?: number } = {}): FaultSpec {
    return { fault: 'full-queue', ...target };
}

/** The response to a call may arrive only when nothing else is left to do. */
export function answersLate(target: FaultTarget = {}): FaultSpec {
    return { fault: 'late', ...target };
}

/**
 * The callee of a call has done its work, but may not answer as long as anybody watches. Such a schedule ends with calls open: *always*
 * invariants are judged in it, *quiescent* ones are not.
 */
export function neverAnswers(target: FaultTarget = {}): FaultSpec {
    return { fault: 'never', ...target };
}

/** A controller may stop the canister at any point: new calls are rejected (CANISTER_ERROR). Later it is started again. */
export function stops(target: CanisterTarget = {}): FaultSpec {
    return { fault: 'stop', ...target };
}

/**
 * All cycles of the canister above its freezing limit may be gone at any point: calls to it are rejected (SYS_TRANSIENT, IC0207), its own
 * fail at once. Later it is topped up again.
 */
export function runsOutOfCycles(target: CanisterTarget = {}): FaultSpec {
    return { fault: 'out-of-cycles', ...target };
}

/**
 * A controller may uninstall the canister at any point: whoever waits for it is rejected, its own calls are forgotten. What invariants
 * observe of it stays as it was.
 */
export function uninstalls(target: CanisterTarget = {}): FaultSpec {
    return { fault: 'uninstall', ...target };
}

/**
 * A controller may upgrade the canister to the module that it has, at any point, also between two segments of one call: pre_upgrade and
 * post_upgrade run, and open callbacks meet the new instance. When one of the two traps nothing changes.
 */
export function upgrades(target: CanisterTarget = {}): FaultSpec {
    return { fault: 'upgrade', ...target };
}

/**
 * A controller may take a snapshot of the canister at any point, and load it at any later one, also between two segments of one call: all
 * that the canister did in between is forgotten, and what others did is not. Open callbacks meet a heap of another time.
 */
export function loadsSnapshot(target: CanisterTarget = {}): FaultSpec {
    return { fault: 'snapshot', ...target };
}

/**
 * A call of a user may run although `canister_inspect_message` refuses it: it was let in when the canister was in another state, or by a
 * replica that does not ask (IC interface specification, "Ingress message inspection": it is no access control).
 */
export function skipsInspection(target: FaultTarget = {}): FaultSpec {
    return { fault: 'uninspected', ...target };
}

/** The heartbeat of the canister may run, at any point and at most `max` times. */
export function beats(target: CanisterTarget = {}): FaultSpec {
    return { fault: 'heartbeat', ...target };
}

/** Time may pass at any point: `seconds`, or until the next timer is due. */
export function timePasses(target: { readonly seconds?: number; readonly max?: number } = {}): FaultSpec {
    return { fault: 'clock', ...target };
}
