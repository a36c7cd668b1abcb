/** The port's faults besides rejects and expiries. What is offered can happen on the IC at this point; the rest throws. */
import type { Outcome, PendingMessage } from '../trace/types.ts';

/** Calls to a canister (index in the deployment, -1: the management canister), to a method; what is left out is any. */
export interface CallTarget {
    readonly canister?: number | undefined;
    readonly method?: string | undefined;
}

/** A queue that takes no such calls any more: those after the first `room` (default none) of an execution are refused. */
export interface FullQueue extends CallTarget {
    readonly room?: number | undefined;
}

/** What may happen to a canister at any time. */
export type CanisterFault = 'stop' | 'freeze' | 'uninstall' | 'upgrade' | 'snapshot' | 'heartbeat';

/**
 * When an injected trap strikes: before the execution does anything; at its end, as if its instructions were used up; before a callback
 * does anything, and its cleanup too.
 */
export type TrapTime = 'start' | 'end' | 'start-and-cleanup';

export interface FaultPort {
    /** The call that a request or ingress message makes, or that a response answers; undefined for all others. */
    callOf(message: PendingMessage): CallTarget | undefined;
    /** Whether executing an enabled message, or a heartbeat, runs a method, callback or task that may trap then. */
    mayTrap(message: PendingMessage, at: TrapTime): boolean;
    /** Executes it so that the method, callback or task traps; a callback's cleanup runs. */
    trap(message: PendingMessage, at: TrapTime): Outcome;
    /** Whether executing an enabled message would make such a call that finds no room. Costs an execution, which is undone. */
    wouldCall(message: PendingMessage, queue: FullQueue): boolean;
    /** Executes it while the queue for such calls is full: they fail at once with SYS_TRANSIENT. */
    executeWithFullQueue(message: PendingMessage, queue: FullQueue): Outcome;
    /** Whether `canister_inspect_message` refuses an enabled ingress message, which could run without. */
    mayPass(message: PendingMessage): boolean;
    /** Executes it without asking `canister_inspect_message`. */
    executeUninspected(message: PendingMessage): Outcome;
    /** Keeps an undelivered response from its caller, until `releaseLate` or for ever. */
    withhold(response: PendingMessage, until: 'rest' | 'never'): Outcome;
    /** Enables the responses that are late; false when there are none. */
    releaseLate(): boolean;
    /** Whether some response was withheld for ever: then calls stay open, and the system never comes to rest. */
    hasLost(): boolean;
    /** What would happen to the canister next, as a message for `strike`; undefined when it cannot, or would change nothing. */
    onCanister(fault: CanisterFault, canister: number): PendingMessage | undefined;
    /** Time that passes, in nanoseconds, or to the next timer; undefined when there is none. */
    onClock(ns: bigint | undefined): PendingMessage | undefined;
    /** Lets it happen. What has to follow (a stopped canister is started) is enabled then. */
    strike(message: PendingMessage): Outcome;
}
