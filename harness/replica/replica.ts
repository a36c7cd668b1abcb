/** The embedded replica: a subnet, or several, of the Internet Computer as a synchronous, deterministic state machine. */
import { acceptIngress } from './acceptance.ts';
import { noteBlocks, type BlockMakers } from './blocks.ts';
import { viewOf, type CanisterView } from './canister-view.ts';
import { executeCall } from './calls.ts';
import { executeResponse } from './callbacks.ts';
import { describe, type Description } from './describe.ts';
import { advanceClock } from './clock.ts';
import { executeControl } from './control.ts';
import { digestOf } from './digest.ts';
import {
    NotEnabledError,
    NotSettledError,
    TimeMovesBackError,
    UnknownMarkError
} from './errors.ts';
import { expireCall, overdueCalls, rejectMessage, type ExpiredRequest } from './faults.ts';
import { heartbeats } from './heartbeats.ts';
import { Injection } from './injection.ts';
import {
    answerByHand,
    executeOutcall,
    unansweredOutcalls,
    type PendingOutcall
} from './management/outcalls.ts';
import type { OutcallAnswer } from './management/outcalls-answer.ts';
import { updateLowMemory } from './low-memory.ts';
import type { Message } from './message.ts';
import { Operator } from './operator.ts';
import type { ReplicaOptions, SubnetOptions } from './options.ts';
import { beginStep, type Execution } from './outcome.ts';
import { ANONYMOUS, MANAGEMENT_INDEX, type Address } from './principal.ts';
import { observe, runQuery } from './query.ts';
import { resultOf, type CallResult, type RejectCode } from './rejects.ts';

import { forgetIngress, submitIngress } from './submit.ts';
import { Subnet } from './subnet.ts';
import { executeHeartbeat, executeHook, executeTimer } from './tasks.ts';
import { dropRound, nextInRound, nextInTick, noteRan, runRound } from './tick.ts';
import { nextTimer } from './timers.ts';
import type { IngressCall, QueryCall } from './user-call.ts';

/** A point to come back to. Opaque. */
export type Mark = number;

const SETTLE_LIMIT = 100_000;

/**
 * Offers what is legal and executes what it is told, one message at a time; a strategy outside decides. No promises, no
 * clock, no randomness but the seed: the same calls give the same states, on every machine. Whatever is thrown while a
 * message executes and is no `ReplicaError` of misuse (`InternalReplicaError`, or the memory engine's undo limit)
 * leaves a half-done step behind: roll back to a mark, or drop the replica.
 */
export class Replica {
    /** Faults besides `reject` and `expire`. */
    readonly faults: Injection;
    readonly #subnet: Subnet;

    constructor(options: ReplicaOptions = {}) {
        this.#subnet = new Subnet(options);
        this.faults = new Injection(this.#subnet, this);
    }

    /**
     * Adds an ingress message; it is enabled at once. Throws `DuplicateLabelError`, and `IngressTooLargeError` over 2
     * MiB (management calls are exempt).
     */
    submit(call: IngressCall): Message {
        return submitIngress(this.#subnet, call);
    }

    /**
     * Whether a replica would take the ingress message in, before consensus: undefined, or the reject that the user is
     * told instead (canister missing, empty, not running, out of cycles, or its inspect_message declined). Leaves no
     * trace. Label and root do not matter.
     */
    accept(call: IngressCall): CallResult | undefined {
        const subnet = this.#subnet;
        const refusal = acceptIngress(subnet, subnet.addresses.find(call.canisterId), call);
        return refusal === undefined ? undefined : resultOf(refusal);
    }

    /** A non-replicated query on committed state. Leaves no trace. */
    query(call: QueryCall): CallResult {
        const subnet = this.#subnet;
        const address = subnet.addresses.find(call.canisterId);
        const { sender = ANONYMOUS, method, arg, timeNs, dataCertificate, callerInfo } = call;
        return runQuery(subnet, { sender, address, method, arg }, { timeNs, dataCertificate, callerInfo });
    }

    /** The same for whoever watches: whether the canister runs or not, can pay or not, and what it said before it was uninstalled. */
    observe({ canisterId, method, arg, sender = ANONYMOUS }: QueryCall): CallResult {
        return observe(this.#subnet, sender, this.#subnet.addresses.find(canisterId), method, arg);
    }

    /** Every message that may legally execute now, in creation order. The array is live: copy it to keep it. */
    enabled(): readonly Message[] {
        return this.#subnet.pending.enabled;
    }

    /**
     * The next heartbeat of every running canister that exports `canister_heartbeat`. Each may execute at any time, or
     * never, so they are not among `enabled()` and do not count for `quiescent()`.
     */
    heartbeats(): readonly Message[] {
        return heartbeats(this.#subnet);
    }

    /** Requests not yet executed, HTTP outcalls not answered and responses not yet delivered, in creation order. */
    inFlight(): readonly Message[] {
        return this.#subnet.pending.inFlight();
    }

    /** Bounded-wait calls that `expire` may end, in creation order. The array is live: copy it to keep it. */
    expirable(): readonly Message[] {
        return this.#subnet.pending.expirable;
    }

    /** Those whose deadline has passed: production's rounds end with their expiry. */
    overdue(): readonly Message[] {
        return overdueCalls(this.#subnet);
    }

    /**
     * Everything undelivered, also what may not execute yet, and calls that `expire` may end: each once, in creation
     * order. The array may be live: copy it to keep it.
     */
    waiting(): readonly Message[] {
        return this.#subnet.pending.waiting();
    }

    /** Runs exactly one message. Throws `NotEnabledError`. */
    execute(message: Message): Execution {
        const subnet = this.#subnet;
        if (!subnet.pending.isEnabled(message) && !this.heartbeats().includes(message)) {
            throw new NotEnabledError(message.path);
        }
        beginStep(subnet);
        subnet.beginChanges();
        const execution = this.#run(message);
        noteRan(subnet, execution);
        if (message.canister === MANAGEMENT_INDEX) {
            subnet.canisters.forEach((canister) => updateLowMemory(subnet, canister, message));
        }
        subnet.forgetUnmarked();
        return execution;
    }

    /**
     * Fault: the system rejects an undelivered request or an HTTP outcall under way (any code but SYS_UNKNOWN) or an
     * ingress message (SYS_FATAL, SYS_TRANSIENT). Throws `IllegalFaultError`.
     */
    reject(message: Message, code: RejectCode, text: string): Execution {
        beginStep(this.#subnet);
        dropRound(this.#subnet);
        const execution = rejectMessage(this.#subnet, message, code, text);
        this.#subnet.forgetUnmarked();
        return execution;
    }

    /**
     * Fault: the caller of a bounded-wait call receives SYS_UNKNOWN while the request is queued, its callee works, or
     * its response is undelivered. A queued request is dropped, as production does it, or still delivered later, as the
     * specification allows. Throws `IllegalFaultError`.
     */
    expire(request: Message, queued: ExpiredRequest = 'dropped'): Execution {
        beginStep(this.#subnet);
        dropRound(this.#subnet);
        const execution = expireCall(this.#subnet, request, queued);
        this.#subnet.forgetUnmarked();
        return execution;
    }

    /** HTTP outcalls that wait for `answerOutcall`, oldest first; none unless the option `outcalls` is `by-hand`. */
    outcalls(): readonly PendingOutcall[] {
        return unansweredOutcalls(this.#subnet);
    }

    /**
     * Answers the HTTP outcall of `message`, one of `outcalls()`. Returns the message that delivers the answer; it is
     * enabled at once. Throws `NoOutcallError`.
     */
    answerOutcall(message: Message, answer: OutcallAnswer): Message {
        const delivers = answerByHand(this.#subnet, message, answer);
        this.#subnet.forgetUnmarked();
        return delivers;
    }

    /** Nanoseconds since 1970. */
    time(): bigint {
        return this.#subnet.timeNs;
    }

    /**
     * Moves the clock: timers become due, stop_canister calls that waited for 5 minutes and HTTP outcalls that waited
     * for one are rejected, and canisters pay for their memory: those that cannot are uninstalled. Returns the numbers of the
     * root calls that were answered by that. Throws `TimeMovesBackError`.
     */
    advanceTime(ns: bigint): readonly number[] {
        const subnet = this.#subnet;
        if (ns < 0n) {
            throw new TimeMovesBackError(ns);
        }
        beginStep(subnet);
        advanceClock(subnet, ns);
        subnet.forgetUnmarked();
        return subnet.answered.filter((root) => root >= 0);
    }

    /** The earliest armed timer that is not due yet. */
    nextTimer(): bigint | undefined {
        return nextTimer(this.#subnet);
    }

    /** How an ingress call ended, once known. */
    result(ingress: Message): CallResult | undefined {
        return ingress.place?.message === ingress ? ingress.result : undefined;
    }

    /**
     * Forgets an answered ingress message: its result and its label. For replicas that run for days; while a mark is
     * outstanding it stays, because a rollback may bring it back.
     */
    forget(ingress: Message): void {
        if (this.#subnet.marks.length === 0 && this.result(ingress) !== undefined) {
            forgetIngress(this.#subnet, ingress);
        }
    }

    /** No undelivered message, no open call context, no due timer. */
    quiescent(): boolean {
        const { pending, openContexts } = this.#subnet;
        return pending.enabled.length === 0 && openContexts.length === 0;
    }

    /**
     * One production round of every subnet, see `tick.ts`, with heartbeats: the clock moves by a nanosecond unless it has moved since
     * the last one, and calls whose deadline has passed expire in the end. Returns how many messages ran.
     */
    executeRound(): number {
        const subnet = this.#subnet;
        if (subnet.timeNs <= subnet.roundNs) {
            this.advanceTime(1n);
        }
        subnet.journal.set(subnet, 'roundNs', subnet.timeNs);
        return runRound(subnet, this, true, SETTLE_LIMIT);
    }

    /** A block of every subnet is made as said, or by its first node. For nodes that have names only. */
    noteBlocks(makers: readonly BlockMakers[]): void {
        noteBlocks(this.#subnet, makers);
        this.#subnet.forgetUnmarked();
    }

    /**
     * Executes production rounds until nothing is enabled: quiescent, or nothing but timers that are not due. The clock
     * stands still and no heartbeats run. Returns how many messages ran. Throws `NotSettledError` after `limit`.
     */
    settle(limit: number = SETTLE_LIMIT): number {
        const { pending } = this.#subnet;
        let executed = 0;
        while (pending.enabled.length > 0 || overdueCalls(this.#subnet).length > 0) {
            const [next] = pending.enabled;
            if (executed >= limit && next !== undefined) {
                throw new NotSettledError(executed, next.path);
            }
            executed += runRound(this.#subnet, this, false, limit - executed);
        }
        return executed;
    }

    /** The message that `settle` would execute next; undefined when nothing is enabled. Execute it, or any other. */
    nextInRound(): Message | undefined {
        const next = nextInRound(this.#subnet);
        this.#subnet.forgetUnmarked();
        return next;
    }

    /** What a tick would execute next, message by message; undefined when it is over, see `tick.ts`. Execute it, or any other. */
    nextInTick(): Message | undefined {
        const next = nextInTick(this.#subnet);
        this.#subnet.forgetUnmarked();
        return next;
    }

    /** A point to come back to; everything after it is kept undoable until it is released. */
    mark(): Mark {
        const { marks, journal } = this.#subnet;
        const mark = journal.savepoint();
        marks.push(mark);
        return mark;
    }

    /**
     * Undoes everything since the mark, which stays valid; later marks die. Cost: what was changed. Throws
     * `UnknownMarkError`.
     */
    rollback(mark: Mark): void {
        const { marks, journal } = this.#subnet;
        const left = this.#indexOf(mark) + 1;
        // Assigning a length is a call into V8, also where it is the same.
        if (marks.length > left) {
            marks.length = left;
        }
        journal.undoTo(mark);
    }

    /** Gives the mark and later ones up; the state stays. Throws `UnknownMarkError`. */
    release(mark: Mark): void {
        this.#subnet.marks.length = this.#indexOf(mark);
        this.#subnet.forgetUnmarked();
    }

    /**
     * Equal numbers mean that every query of this canister gives the same answer (memory, cycles, time, ...). Restored
     * by rollback, never given to two states. 0 for a canister that does not exist.
     */
    stateVersion(canisterId: Uint8Array): number {
        return this.#subnet.addresses.find(canisterId).canister?.stateVersion ?? 0;
    }

    /** The canister with this id as it is now, or undefined when there is none. */
    canister(canisterId: Uint8Array): CanisterView | undefined {
        const { canister } = this.#subnet.addresses.find(canisterId);
        return canister === undefined ? undefined : viewOf(canister);
    }

    /** The canister with this id in the hands of a test server, or undefined when there is none. */
    operator(canisterId: Uint8Array): Operator | undefined {
        const { canister } = this.#subnet.addresses.find(canisterId);
        return canister === undefined ? undefined : new Operator(this.#subnet, canister);
    }

    /** Ids of all canisters, in creation order. */
    canisterIds(): Uint8Array[] {
        return this.#subnet.canisters.map(({ address }) => address.bytes);
    }

    /** Adds a subnet. For servers: nothing brings back the time before. */
    addSubnet(options: SubnetOptions): void {
        dropRound(this.#subnet);
        this.#subnet.homes.add(options);
    }

    /** The address that `Message.canister` numbers; -1 is the management canister. Throws `RangeError`. */
    addressAt(index: number): Address {
        return this.#subnet.addresses.at(index);
    }

    /** SHA-256 over the whole state, hex; `by-name`: whatever order messages were created in. Slow; for tests. */
    digest(order?: 'as-created' | 'by-name'): string {
        return digestOf(this.#subnet, order);
    }

    describe(message: Message): Description {
        return describe(this.#subnet, message);
    }

    #run(message: Message): Execution {
        switch (message.kind) {
            case 'ingress':
            case 'request':
                return executeCall(this.#subnet, message);
            case 'heartbeat':
                return executeHeartbeat(this.#subnet, message);
            case 'hook':
                return executeHook(this.#subnet, message);
            case 'response':
                return executeResponse(this.#subnet, message);
            case 'timer':
                return executeTimer(this.#subnet, message);
            case 'outcall':
                return executeOutcall(this.#subnet, message);
            case 'control':
                return executeControl(this.#subnet, message);
        }
    }

    #indexOf(mark: Mark): number {
        const index = this.#subnet.marks.lastIndexOf(mark);
        if (index < 0) {
            throw new UnknownMarkError(mark);
        }
        return index;
    }
}
