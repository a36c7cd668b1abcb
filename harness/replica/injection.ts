/**
 * Faults that strike an execution, a response, a canister or the clock. Each is something that happens on the IC; here it happens
 * when somebody says so. Rejects and expiries of undelivered messages are in `faults.ts`.
 */
import { wouldRun } from './calls.ts';
import { controlOf, executeControl, type Control, type ControlOrder } from './control.ts';
import { IllegalFaultError } from './errors.ts';
import type { Message } from './message.ts';
import { beginStep, endStep, type Execution } from './outcome.ts';
import { dropRound } from './tick.ts';
import type { Subnet } from './subnet.ts';
import { wouldBeat, wouldRunTask } from './tasks.ts';

/** Calls to a canister (index; -1: the management canister), to a method; what is left out is any. */
export interface CallTarget {
    readonly canister?: number | undefined;
    readonly method?: string | undefined;
}

/** A queue that takes no such calls any more: those after the first `room` (default none) of an execution are refused. */
export interface FullQueue extends CallTarget {
    readonly room?: number | undefined;
}

/**
 * When an injected trap strikes: before the execution does anything; at its end, as if its instructions were used up; before a callback
 * does anything, and its cleanup too. What an execution did before it traps is undone, so that there is nothing in between.
 */
export type TrapTime = 'start' | 'end' | 'start-and-cleanup';

/** Whether a call is one of those. */
export function isTo({ canister, method }: CallTarget, callee: number, called: string): boolean {
    return (canister === undefined || canister === callee) && (method === undefined || method === called);
}

/** Whether it is what has to come after another control, and is enabled by that. */
function isFollowUp({ act }: Control): boolean {
    return act === 'start' || act === 'top-up' || act === 'load-snapshot';
}

/** What faults need of a replica. */
interface Executor {
    execute(message: Message): Execution;
    mark(): number;
    rollback(mark: number): void;
    release(mark: number): void;
}

/** See the head of the file. */
export class Injection {
    readonly #subnet: Subnet;
    readonly #replica: Executor;

    constructor(subnet: Subnet, replica: Executor) {
        this.#subnet = subnet;
        this.#replica = replica;
    }

    /** Whether executing the message, or a heartbeat, runs a method, callback or task, which may then trap. */
    mayTrap(message: Message, at: TrapTime = 'start'): boolean {
        const subnet = this.#subnet;
        const { kind } = message;
        if (kind === 'heartbeat') {
            return at !== 'start-and-cleanup' && wouldBeat(subnet, message);
        }
        if (!subnet.pending.isEnabled(message)) {
            return false;
        }
        if (kind === 'response') {
            const callback = message.cause?.call?.callback;
            const cleans = callback?.cleanup !== undefined;
            return callback?.context.deleted === false && (cleans || at !== 'start-and-cleanup');
        }
        if (at === 'start-and-cleanup') {
            return false;
        }
        if (kind === 'timer' || kind === 'hook') {
            return wouldRunTask(subnet, message);
        }
        // What inspecting an ingress message prints belongs to no step.
        beginStep(subnet);
        return (kind === 'request' || kind === 'ingress') && wouldRun(subnet, message);
    }

    /**
     * Executes a message, or a heartbeat, so that the method, callback or task traps. A callback's cleanup runs (IC interface
     * specification, "Message execution": whatever an execution does, it may trap). Throws `IllegalFaultError`.
     */
    trap(message: Message, at: TrapTime = 'start'): Execution {
        if (!this.mayTrap(message, at)) {
            throw new IllegalFaultError(message.path, 'executing it would run nothing that may trap so');
        }
        const subnet = this.#subnet;
        subnet.trapsAt = at;
        try {
            return this.#replica.execute(message);
        } finally {
            subnet.trapsAt = undefined;
        }
    }

    /** Whether executing the message would make such a call that finds no room: executes it, and goes back. */
    wouldCall(message: Message, queue: FullQueue): boolean {
        const subnet = this.#subnet;
        if (!subnet.pending.isEnabled(message) || subnet.addresses.at(message.canister).canister === undefined) {
            return false;
        }
        const mark = this.#replica.mark();
        try {
            this.#executeFull(message, queue);
            return subnet.callsToFull > (queue.room ?? 0);
        } finally {
            this.#replica.rollback(mark);
            this.#replica.release(mark);
        }
    }

    /**
     * Executes a message while the output queue for such calls is full: `ic0.call_perform` returns 2, SYS_TRANSIENT, at once (IC
     * interface specification, "Inter-canister method calls"). Throws `IllegalFaultError` when it makes no such call.
     */
    executeWithFullQueue(message: Message, queue: FullQueue): Execution {
        if (!this.wouldCall(message, queue)) {
            throw new IllegalFaultError(message.path, 'executing it makes no such call');
        }
        return this.#executeFull(message, queue);
    }

    /** Whether an ingress message is refused by `canister_inspect_message` alone. */
    mayPass(message: Message): boolean {
        const subnet = this.#subnet;
        if (message.kind !== 'ingress' || !subnet.pending.isEnabled(message)) {
            return false;
        }
        // What inspecting prints belongs to no step.
        beginStep(subnet);
        return !wouldRun(subnet, message) && this.#uninspected(() => wouldRun(subnet, message));
    }

    /**
     * Executes an ingress message without inspection: it was let in when the canister was in another state, or by a replica that does not
     * ask (IC interface specification, "Ingress message inspection"). Throws `IllegalFaultError`.
     */
    executeUninspected(message: Message): Execution {
        if (!this.mayPass(message)) {
            throw new IllegalFaultError(message.path, 'inspection does not refuse it');
        }
        return this.#uninspected(() => this.#replica.execute(message));
    }

    /**
     * Keeps an undelivered response from its caller, until `releaseLate` or for ever: a callee takes as long as it likes. The
     * caller of a bounded-wait call may still be told SYS_UNKNOWN meanwhile. Throws `IllegalFaultError`.
     */
    withhold(response: Message, until: 'rest' | 'never'): Execution {
        const { pending } = this.#subnet;
        if (response.kind !== 'response' || !pending.isEnabled(response)) {
            throw new IllegalFaultError(response.path, 'only undelivered responses can be late');
        }
        return this.#step(response, () => pending.withhold(response, until));
    }

    /** Enables all responses that are late; false when there are none. */
    releaseLate(): boolean {
        const { pending } = this.#subnet;
        const late = [...pending.late];
        if (late.length === 0) {
            return false;
        }
        dropRound(this.#subnet);
        late.forEach((response) => pending.release(response));
        this.#subnet.forgetUnmarked();
        return true;
    }

    /** Responses that never arrive. The array is live. */
    lost(): readonly Message[] {
        return this.#subnet.pending.lost;
    }

    /** What would happen next by this order, as a message to give to `strike`; undefined when it cannot happen now. */
    controlOf(order: ControlOrder): Message | undefined {
        return controlOf(this.#subnet, order);
    }

    /** Lets it happen. Throws `IllegalFaultError`. */
    strike(control: Message): Execution {
        const { control: order } = control;
        if (order === undefined || isFollowUp(order)) {
            throw new IllegalFaultError(control.path, 'it was not made by controlOf()');
        }
        beginStep(this.#subnet);
        dropRound(this.#subnet);
        const execution = executeControl(this.#subnet, control);
        this.#subnet.forgetUnmarked();
        return execution;
    }

    #uninspected<T>(act: () => T): T {
        this.#subnet.skipsInspection = true;
        try {
            return act();
        } finally {
            this.#subnet.skipsInspection = false;
        }
    }

    #executeFull(message: Message, queue: FullQueue): Execution {
        const subnet = this.#subnet;
        subnet.fullQueue = queue;
        subnet.callsToFull = 0;
        try {
            return this.#replica.execute(message);
        } finally {
            subnet.fullQueue = undefined;
        }
    }

    #step(message: Message, act: () => void): Execution {
        const subnet = this.#subnet;
        beginStep(subnet);
        dropRound(subnet);
        act();
        const execution = endStep(subnet, message, 'refused', undefined, 'none', 0);
        subnet.forgetUnmarked();
        return execution;
    }
}
