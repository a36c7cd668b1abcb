/**
 * A canister, its module and its call contexts: plain data. Everything mutable here changes through the journal only.
 */
import { amountOf, type Amount } from './amount.ts';
import type { MetadataSection } from './canister-view.ts';
import { NO_CHUNKS, type ChunkStore } from './chunk-store.ts';
import { ConsumedCycles } from './consumed.ts';
import { NO_HISTORY, type History } from './history.ts';
import type { Home } from './home.ts';
import type { Counting, Journal } from './journal.ts';
import { NO_LOG, type CanisterLog } from './logs.ts';
import type { Message } from './message.ts';
import type { Address } from './principal.ts';
import type { Snapshot } from './snapshot.ts';
import type { Source } from './round-inputs.ts';
import type { StableMemory } from './stable.ts';
import type { CanisterInstance, PreparedModule } from './wasm/contract.ts';

/** `stopping`: no new calls, callbacks still run; `stopped`: nothing runs ("Stopping a canister"). */
export type CanisterStatus = 'running' | 'stopping' | 'stopped';

/** What a public method is. Composite queries are listed so that calling one can say what is wrong. */
export type MethodKind = 'update' | 'query' | 'composite_query';

/** A public method and the export that implements it. */
export interface Method {
    readonly kind: MethodKind;
    readonly exportName: string;
}

/** A module as the replica sees it. */
export interface Code {
    readonly prepared: PreparedModule;
    /** As uploaded. */
    readonly module: Uint8Array;
    readonly methods: ReadonlyMap<string, Method>;
    /** Exported system methods such as `canister_init`. */
    readonly system: ReadonlySet<string>;
    /** Those that every message asks for: whether there is a `canister_inspect_message`, and a low-memory hook. */
    readonly inspects: boolean;
    readonly hooked: boolean;
    /** `icp:` custom sections by name, without prefix and visibility. */
    readonly metadata: ReadonlyMap<string, MetadataSection>;
    readonly enhancedOrthogonalPersistence: boolean;
}

/** Who may read something besides the controllers: nobody, everybody, or these. */
export type Visibility = 'controllers' | 'public' | readonly Uint8Array[];

/** Settings that a canister can see or that callers can read back. */
export interface Settings {
    readonly controllers: readonly Uint8Array[];
    readonly computeAllocation: bigint;
    readonly memoryAllocation: bigint;
    /** Seconds. */
    readonly freezingThreshold: bigint;
    readonly reservedCyclesLimit: bigint;
    readonly minimumIncomingCallCycles: bigint;
    readonly logVisibility: Visibility;
    readonly snapshotVisibility: Visibility;
    readonly statusVisibility: Visibility;
    readonly wasmMemoryLimit: bigint;
    readonly wasmMemoryThreshold: bigint;
    /** Sorted by name. */
    readonly environment: readonly { readonly name: string; readonly value: string }[];
}

/** A stop_canister call that waits for the canister's open call contexts. */
export interface StopCall {
    readonly origin: Message;
    /** Subnet time at which the system gives the caller up; the canister goes on stopping. */
    readonly deadlineNs: bigint;
}

/** The last state of a canister that is empty now. */
export interface Removed {
    readonly code: Code;
    readonly instance: CanisterInstance;
    readonly stable: StableMemory;
}

/** All state of one canister except its queues, which belong to pairs of canisters (see `pending.ts`). */
export class Canister implements Counting {
    readonly address: Address;
    /** The subnet that it lives on. */
    readonly home: Home;
    /** Nanoseconds since 1970. */
    readonly createdNs: bigint;
    /** When `code` was installed; 0 before the first time. */
    installedNs = 0n;
    status: CanisterStatus = 'running';
    /** Undefined while the canister is empty. */
    code: Code | undefined = undefined;
    instance: CanisterInstance | undefined = undefined;
    /** What was uninstalled, for whoever watches (`Replica.observe`); kept while somebody may come back. */
    removed: Removed | undefined = undefined;
    stable: StableMemory;
    settings: Settings;
    /** Among the counts, as is the next. See `version`. */
    changes = 0;
    /** See `cycles`. */
    balance: Amount;
    readonly consumed = new ConsumedCycles();
    /** Until when allocations are paid, in nanoseconds since 1970. */
    chargedNs: bigint;
    certifiedData: Uint8Array = new Uint8Array(0);
    /** Nanoseconds since 1970, 0 when disarmed. */
    timerNs = 0n;
    /** The timer message that becomes enabled at `timerNs`. */
    timer: Message | undefined = undefined;
    /** `timer` is in the list of enabled messages. */
    timerEnabled = false;
    /** Heartbeats that have run. */
    heartbeats = 0;
    /** Whether little Wasm memory is left, and the low-memory hook is yet to run for that. */
    lowMemory: 'no' | 'ready' | 'executed' = 'no';
    /** The message that runs the hook. */
    hook: Message | undefined = undefined;
    /** `hook` is in the list of enabled messages, and other messages wait for it. */
    hookEnabled = false;
    /** Production rounds: what the canister's turn begins with in the next round. */
    turn: 'timer' | 'heartbeat' | 'message' = 'timer';
    /** Production rounds: where the next input is taken from, if there is any. */
    nextInput: Source = 'local';
    /** Replaced, never changed; so are those that follow. */
    history: History = NO_HISTORY;
    log: CanisterLog = NO_LOG;
    chunks: ChunkStore = NO_CHUNKS;
    snapshots: readonly Snapshot[] = [];
    /** Number of snapshots ever made: ids are not used again. */
    snapshotsMade = 0;
    /** What chunks, snapshots and history count (see `stored-bytes.ts`). */
    storedBytes = 0;
    /** The freezing limit that was computed last, and what it follows from: not state, so not journalled. */
    freezing: { readonly usage: number; readonly settings: Settings; readonly limit: Amount } | undefined = undefined;
    /** Among the counts. */
    openContexts = 0;
    /** stop_canister calls that wait for the last context to close, oldest first. Replaced, never changed. */
    stopCalls: readonly StopCall[] = [];
    /** Equal numbers mean equal state (see `Replica.stateVersion`). Among the counts. */
    stateVersion: number;
    keptIn = 0;

    constructor(
        address: Address,
        home: Home,
        createdNs: bigint,
        stable: StableMemory,
        settings: Settings,
        cycles: bigint,
        stateVersion: number
    ) {
        this.address = address;
        this.home = home;
        this.createdNs = createdNs;
        this.chargedNs = createdNs;
        this.stable = stable;
        this.settings = settings;
        this.balance = amountOf(cycles);
        this.stateVersion = stateVersion;
    }

    /** `ic0.canister_version`. */
    get version(): bigint {
        return BigInt(this.changes);
    }

    get cycles(): bigint {
        return BigInt(this.balance);
    }

    counts(into: Float64Array, at: number): number {
        const { balance, consumed } = this;
        into[at] = this.changes;
        into[at + 1] = this.stateVersion;
        into[at + 2] = this.openContexts;
        into[at + 3] = numberOr0(balance);
        into[at + 4] = numberOr0(consumed.ingress);
        into[at + 5] = numberOr0(consumed.instructions);
        into[at + 6] = numberOr0(consumed.transmission);
        return at + 7;
    }

    putBack(from: Float64Array, at: number): void {
        const { consumed } = this;
        this.changes = from[at] as number;
        this.stateVersion = from[at + 1] as number;
        this.openContexts = from[at + 2] as number;
        this.balance = from[at + 3] as number;
        consumed.ingress = from[at + 4] as number;
        consumed.instructions = from[at + 5] as number;
        consumed.transmission = from[at + 6] as number;
    }

    /** To be called before counts change. */
    keepCounts(journal: Journal): void {
        // Several times a message, and each time but the first there is nothing to do.
        if (this.keptIn !== journal.epoch) {
            this.#keepCounts(journal);
        }
    }

    #keepCounts(journal: Journal): void {
        const { balance, consumed } = this;
        const { ingress, instructions, transmission } = consumed;
        const areNumbers = typeof balance === 'number' && typeof ingress === 'number' &&
            typeof instructions === 'number' && typeof transmission === 'number';
        if (!areNumbers) {
            journal.defer(putBackAmounts, this, { balance, ingress, instructions, transmission });
        }
        journal.keep(this);
    }
}

type Amounts = Pick<Canister, 'balance'> & Pick<ConsumedCycles, 'ingress' | 'instructions' | 'transmission'>;

/** Undone after the counts were put back, among which a bigint is 0. */
function putBackAmounts(canister: Canister, { balance, ...paid }: Amounts): void {
    canister.balance = balance;
    Object.assign(canister.consumed, paid);
}

function numberOr0(amount: Amount): number {
    return typeof amount === 'number' ? amount : 0;
}

/** Created by each ingress message, request and timer that executes; shared by the callbacks of its calls. */
export class CallContext implements Counting {
    readonly canister: Canister;
    /** The message that opened it. */
    readonly origin: Message;
    /** Caller as `ic0.msg_caller` gives it, also in callbacks. */
    readonly caller: Uint8Array;
    /** False after the answer, and from the start for timers. Among the counts. */
    needsToRespond: boolean;
    /** Attached cycles that were not accepted yet; they return with the answer. */
    available: bigint;
    /** Calls whose callback has not run. Among the counts. */
    outstanding = 0;
    /** The canister was uninstalled: responses bring their cycles back, and no callback runs. */
    deleted = false;
    /** Steps of all executions so far. Among the counts. */
    steps = 0;
    keptIn = 0;

    constructor(canister: Canister, origin: Message, caller: Uint8Array, needsToRespond: boolean, available: bigint) {
        this.canister = canister;
        this.origin = origin;
        this.caller = caller;
        this.needsToRespond = needsToRespond;
        this.available = available;
    }

    counts(into: Float64Array, at: number): number {
        into[at] = this.needsToRespond ? 1 : 0;
        into[at + 1] = this.outstanding;
        into[at + 2] = this.steps;
        return at + 3;
    }

    putBack(from: Float64Array, at: number): void {
        this.needsToRespond = from[at] === 1;
        this.outstanding = from[at + 1] as number;
        this.steps = from[at + 2] as number;
    }
}
