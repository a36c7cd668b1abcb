/** All state of a subnet, or of several that belong together, in one place. The rules that change it live in the files around it. */
import { createHash } from 'node:crypto';
import { minus, plus, type Amount } from './amount.ts';
import type { CallContext, Canister } from './canister.ts';
import { CYCLES_MAX } from './fees.ts';
import { Frame } from './frame.ts';
import { Homes } from './home.ts';
import { Journal } from './journal.ts';
import type { Outcall, OutcallHandler } from './management/outcalls.ts';
import { Message, type KeySource, type Place } from './message.ts';
import type { PrepareOptions } from './wasm/index.ts';
import { INITIAL_TIME_NS, limitsOf, type ReplicaLimits, type ReplicaOptions } from './options.ts';
import { Pending } from './pending.ts';
import type { FullQueue, TrapTime } from './injection.ts';
import { AddressBook, type Address } from './principal.ts';
import { subnetKeyOf } from './root-key.ts';
import type { Tick } from './tick.ts';
import type { CanisterInstance } from './wasm/contract.ts';

/** Self-authenticating principals. */
const SUBNET_ID_BYTES = 29;

/** One object for the whole state, so that undoing means undoing the journal and nothing else. */
export class Subnet implements KeySource {
    readonly limits: ReplicaLimits;
    /** The subnets that it consists of; nearly always one. */
    readonly homes: Homes;
    /** How modules are prepared. */
    readonly prepare: PrepareOptions;
    readonly identity: 'causal' | 'ordered';
    readonly seed: string;
    readonly outcallHandler: OutcallHandler | 'by-hand' | undefined;
    readonly onPrint: ReplicaOptions['onPrint'];
    readonly lineageMax: number;
    readonly admins: readonly Uint8Array[];

    readonly journal = new Journal();
    readonly addresses = new AddressBook();
    readonly pending = new Pending(this.journal);
    readonly frame = new Frame(this);
    /** In creation order. Journalled. */
    readonly canisters: Canister[] = [];
    /** Call contexts that are not finished, in creation order. Journalled. */
    readonly openContexts: CallContext[] = [];
    /** HTTP outcalls that are not answered, in creation order. Journalled. */
    readonly outcalls: Outcall[] = [];
    /** Canisters that were deleted: their ids are never given out again. Journalled. */
    readonly deleted: Address[] = [];
    /** Ingress messages by root number and label, heartbeats and controls by label; interned, so not journalled. */
    readonly roots = new Map<string, Message>();
    /** By root number, the message found last; a shortcut to `roots`. */
    readonly latestRoots: (Message | undefined)[] = [];
    /** Ingress messages of this history by label; empty places stay, because most are taken again after a rollback. */
    readonly submitted = new Map<string, Place>();
    /** How often faults have stopped, upgraded, ... which canister (`stop@id`). Journalled. */
    readonly controls = new Map<string, number>();
    /** Journalled. */
    timeNs: bigint;
    /** The clock of the latest production round. Journalled. */
    roundNs = 0n;
    /** The production rounds under way, if any. Journalled. */
    round: Tick | undefined = undefined;
    /** Number of ingress messages submitted without a label. Journalled. */
    unlabelled = 0;
    /** Outstanding marks: journal positions, ascending. */
    readonly marks: number[] = [];

    // Faults that strike the message which executes now; see injection.ts.
    trapsAt: TrapTime | undefined = undefined;
    fullQueue: FullQueue | undefined = undefined;
    /** Calls of this execution to `fullQueue`, whether or not there was room. */
    callsToFull = 0;
    skipsInspection = false;

    // What the message that executes now has done so far; see outcome.ts.
    sent: Message[] = [];
    responses: Message[] = [];
    /** Numbers of the root calls that were answered. */
    answered: number[] = [];
    prints: string[] = [];
    limitNotes: string[] = [];
    printedBytes = 0;
    work = 0;
    /** Lines for the log of `logging`, which gets them when the step ends, whatever happens to the execution. */
    logLines: Uint8Array[] = [];
    logging: Canister | undefined = undefined;

    // Instances that can undo commits of the current history: their undo stacks were empty at the first of them.
    readonly #touched = new Set<CanisterInstance>();
    #keys = 0;
    #versions = 0;
    /** The last number given before the message that executes; outside of messages every change has a number of its own. */
    #versionBefore = Infinity;

    constructor(options: ReplicaOptions) {
        this.limits = limitsOf(options);
        this.homes = new Homes(options);
        const { memory = 'fast', metering = 'auto', marksBlocks = false } = options;
        this.prepare = { memory, metering, marksBlocks };
        this.identity = options.identity ?? 'causal';
        this.seed = String(options.seed ?? 0);
        this.outcallHandler = options.outcalls;
        this.onPrint = options.onPrint;
        this.lineageMax = options.lineageMax ?? Infinity;
        this.admins = options.subnetAdmins ?? [];
        this.timeNs = options.timeNs ?? INITIAL_TIME_NS;
    }

    nextKey(): number {
        return this.#keys++;
    }

    /** DER form of the key that certificates verify with in the end: the root's, which is the subnet itself where there is one. */
    get rootKey(): Uint8Array {
        return subnetKeyOf(this.seed).publicKeyDer;
    }

    /** The next heartbeat of a canister, as a message. */
    heartbeat({ address, heartbeats }: Canister): Message {
        const label = `heartbeat#${heartbeats + 1}@${address.text}`;
        let node = this.roots.get(label);
        if (node === undefined) {
            node = new Message(this.nextKey(), 'heartbeat', undefined, heartbeats, label, address.index, -1);
            this.roots.set(label, node);
            if (this.lineageMax !== Infinity) {
                // The last one is over: a replica that runs for days keeps no beats.
                this.roots.delete(`heartbeat#${heartbeats}@${address.text}`);
            }
        }
        return node;
    }

    /** Whom a canister calls by these bytes: a canister, the management canister, or that of the subnet with this id. */
    calleeOf(bytes: Uint8Array): Address {
        // Ids are made of keys, which take long.
        const called = bytes.length === SUBNET_ID_BYTES ? this.homes.withId(bytes) : undefined;
        return called?.address ?? this.addresses.of(bytes);
    }

    /** 32 bytes that depend on the seed and a causal name only. */
    random(name: string): Uint8Array {
        return new Uint8Array(createHash('sha256').update(`${this.seed}\n${name}`).digest());
    }

    /** A number that no state had before, for `Canister.stateVersion`. */
    nextVersion(): number {
        return ++this.#versions;
    }

    /** A message begins to execute. Nobody sees states until it ends: a canister needs one new number at most. */
    beginChanges(): void {
        this.#versionBefore = this.#versions;
    }

    /** The canister's state changed in a way that a query can see. */
    changed(canister: Canister): void {
        if (canister.stateVersion <= this.#versionBefore) {
            canister.keepCounts(this.journal);
            canister.stateVersion = this.nextVersion();
        }
    }

    /** Something happened that `ic0.canister_version` counts. */
    countChange(canister: Canister): void {
        canister.keepCounts(this.journal);
        canister.changes++;
    }

    /** Adds to (or, negative, takes from) a balance, which saturates at 2^128 - 1. */
    addCycles(canister: Canister, amount: Amount): void {
        if (amount !== 0 && amount !== 0n) {
            canister.keepCounts(this.journal);
            const sum = plus(canister.balance, amount);
            canister.balance = typeof sum === 'number' || sum < CYCLES_MAX ? sum : CYCLES_MAX;
            this.changed(canister);
        }
    }

    /** Takes from a balance that is at least as large. */
    takeCycles(canister: Canister, amount: Amount): void {
        canister.keepCounts(this.journal);
        canister.balance = minus(canister.balance, amount);
        this.changed(canister);
    }

    /** Commits what Wasm changed, undoably. Throws when the undo stack is full; then nothing is committed. */
    commitInstance(instance: CanisterInstance): void {
        const height = instance.undoHeight();
        let changed: boolean;
        try {
            changed = instance.commit();
        } catch (error) {
            instance.abort();
            throw error;
        }
        if (changed) {
            this.journal.deferOldest(undoInstance, instance, height);
            if (height === 0) {
                this.#touched.add(instance);
            }
        }
    }

    /** After every step. Without a mark nobody can come back, so history is forgotten. */
    forgetUnmarked(): void {
        this.#versionBefore = Infinity;
        if (this.marks.length === 0) {
            this.journal.forget();
            for (const instance of this.#touched) {
                instance.forget();
            }
            this.#touched.clear();
        }
    }
}

function undoInstance(instance: CanisterInstance, height: number): void {
    instance.undoTo(height);
}
