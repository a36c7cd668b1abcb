/**
 * The port between exploration and whatever executes messages. A controlled backend offers what may legally happen next
 * and executes exactly what it is told; all methods are synchronous and deterministic.
 */
import type { MeteringChoice, ToolLimits } from '../replica/index.ts';
import type { OutcallHandler } from '../trace/outcalls.ts';
import type { FaultPort } from './fault-port.ts';
import type {
    CallResult,
    MessageDescription,
    Outcome,
    PendingMessage,
    RejectCode,
    RootCall
} from '../trace/types.ts';

export type { CanisterFault, FullQueue } from './fault-port.ts';

/** A point to come back to. Opaque. */
export type Mark = number;

/** Where roles and actors live. */
export interface AddressBook {
    /** Role names in deployment order: `PendingMessage.canister` indexes this list. */
    readonly canisters: readonly string[];
    /** Principal of a role, as text. */
    principalOf(role: string): string;
    /** Principal of an actor (a deterministic self-authenticating identity), as text. */
    actorPrincipal(actor: string): string;
}

export interface ControlledBackend extends AddressBook {
    /** Adds an ingress message; it is enabled at once. `root` becomes its index. */
    submit(call: RootCall, root: number): PendingMessage;
    /** Every message that may legally execute now (scenarios.md section 4), in creation order. The array is live: copy it to keep it. */
    enabled(): readonly PendingMessage[];
    /**
     * The enabled message that the production replica would execute next, in rounds that follow each other while time stands still;
     * undefined when none is enabled. What else is executed, or a fault, ends a round. Restored by rollback.
     */
    nextInRound(): PendingMessage | undefined;
    execute(message: PendingMessage): Outcome;
    /**
     * Fault: an undelivered request or ingress message is rejected by the system, or an HTTP outcall under way fails. Throws if that
     * is not legal here.
     */
    reject(message: PendingMessage, code: RejectCode, text: string): Outcome;
    /** Bounded-wait calls whose caller still waits (request queued, callee at work, or response undelivered), for `expire`. */
    expirable(): readonly PendingMessage[];
    /**
     * Fault: the caller of a bounded-wait call receives SYS_UNKNOWN. A request that is still queued is dropped, or delivered later.
     * Throws if that is not legal here.
     */
    expire(message: PendingMessage, queued: 'dropped' | 'delivered-later'): Outcome;
    /** All other faults. */
    readonly faults: FaultPort;

    /**
     * A query on committed state that leaves no trace, by whoever watches: it is answered also when the canister is stopped or frozen, and
     * for an uninstalled canister as before.
     */
    query(role: string, method: string, arg: Uint8Array): CallResult;
    /** The result of root call `root`, once known. */
    result(root: number): CallResult | undefined;
    /**
     * Requests not yet executed, HTTP outcalls not answered and responses not yet delivered, in creation order (also those not
     * enabled yet).
     */
    inFlight(): readonly PendingMessage[];
    /** No undelivered message, no open call context. */
    quiescent(): boolean;
    describe(message: PendingMessage): MessageDescription;
    /** Equal numbers mean equal canister state; a number is never used for two states. Restored by rollback. */
    stateVersion(canister: number): number;
    /**
     * Where the backend knows it: equal numbers mean that everything is equal, but the order in which messages were created; a number
     * is never used for two states. Undefined at a point where it is not known. Restored by rollback.
     */
    stateId?(): number | undefined;
    /**
     * As `stateId`, for this state and a text together: 16 characters below U+0100 that mean the same in every process in which the same
     * was deployed (a fingerprint: two states have the same one with a chance of 2^-128). `inOrder`: also of the order in which what is in
     * flight was created.
     */
    stateName?(text: string, inOrder: boolean): string | undefined;

    /** Which basic blocks of a canister's module were executed; undefined unless `BackendOptions.marksBlocks`. */
    blocks?(canister: number): BlockCoverage | undefined;

    timeNs(): bigint;
    /** Earliest armed timer that is not due yet. */
    nextTimerNs(): bigint | undefined;
    /** Returns the numbers of the root calls that were answered because time passed: a canister could not pay any more. */
    advanceTimeTo(timeNs: bigint): readonly number[];

    mark(): Mark;
    /** Undoes everything since the mark, which stays valid. Later marks die. */
    rollback(mark: Mark): void;
    /** SHA-256 over the whole state, hex. Slow; for tests. */
    digest(): string;
}

/** What can be remembered: a controlled backend whose messages are named by their causes. */
export interface RememberableBackend extends ControlledBackend {
    /** What is undelivered, also what is not enabled, and calls that may expire; in creation order, each once. */
    waiting(): readonly PendingMessage[];
    /** Causal name of a message: that of its description, for less. */
    pathOf(message: PendingMessage): string;
    /** `by-name`: equal for states that differ in the order only in which messages were created. */
    digest(order?: 'as-created' | 'by-name'): string;
}

/** What must be known to deploy one role. */
export interface Deployment {
    readonly role: string;
    /** Name in dfx.json. */
    readonly name: string;
    readonly wasm: Uint8Array;
    /** Encoded init argument; may use the principals of every role and actor. */
    readonly initArg: (book: AddressBook) => Uint8Array;
}

/** Basic blocks of a module, numbered in the order of its code, and which of them were executed. */
export interface BlockCoverage {
    readonly count: number;
    /** A byte for each block: 1 when it was executed since `clear`. A copy. */
    executed(): Uint8Array;
    clear(): void;
}

export interface BackendOptions {
    readonly seed: number;
    readonly memory?: 'fast' | 'reference';
    readonly fees?: 'standard' | 'free';
    /** How executions are counted; default `auto`: the IC's instructions where canisters read the performance counter. */
    readonly metering?: MeteringChoice;
    /** Whether it is noted which basic blocks of canisters are executed. Default: false. */
    readonly marksBlocks?: boolean;
    /** Unit steps that one message may take. */
    readonly stepsMax?: number;
    /** Other limits of the tool, where they are not the default. */
    readonly limits?: ToolLimits;
    /** What answers HTTP outcalls; without it they are rejected by name. */
    readonly outcalls?: OutcallHandler;
}
