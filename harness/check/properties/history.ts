/**
 * What became of each message of a schedule so far, in integers. Nothing is allocated for a message that an earlier schedule
 * had too: tables are indexed by message key and root number, begin afresh by generation, and go back by an undo log.
 */

/** A request left its sender. */
export const SENT = 1;
/** It was executed by its callee (or an ingress message by its canister). */
export const DELIVERED = 2;
/** It was rejected, or dropped, before delivery. */
export const GONE = 4;
/** Its caller was told SYS_UNKNOWN. */
export const EXPIRED = 8;
/** Its response was executed by the caller; of a root call: the user knows the result. */
export const ANSWERED = 16;

/** A point to come back to. */
export interface HistoryMark {
    readonly log: number;
    readonly calls: number;
    readonly roots: number;
}

// Entries of the log: what was changed, two numbers to find it, one to bring it back.
const MESSAGE = 0;
const ROOT = 1;
const PUSHED = 2;
const REMOVED = 3;
const ENTRY = 4;

// A pair of canisters is one number of 32 bits; deployments have tens of canisters, not thousands.
const PAIR_BASE = 1 << 15;

export class MessageHistory {
    /** Requests that were sent and whose response was not executed yet. */
    calls = 0;
    /** Root calls that were begun and not answered yet. */
    roots = 0;
    readonly #messages = new Table();
    readonly #roots = new Table();
    readonly #senders: number[] = [];
    /** Undelivered requests of each ordered pair of canisters, oldest first. */
    readonly #queues = new Map<number, number[]>();
    #log = new Int32Array(1024);
    #logged = 0;

    /** Begins a schedule: nothing was sent. */
    begin(): void {
        this.calls = 0;
        this.roots = 0;
        this.#messages.clear();
        this.#roots.clear();
        this.#logged = 0;
        for (const queue of this.#queues.values()) while (queue.length > 0) queue.pop();
    }

    /** Bits of a message; 0 when it did not occur in this schedule. */
    message(key: number): number {
        return this.#messages.get(key);
    }

    root(root: number): number {
        return this.#roots.get(root);
    }

    senderOf(key: number): number {
        return this.#senders[key] ?? -1;
    }

    /** `before`: what `message` gave just now. */
    setMessage(key: number, before: number, bits: number): void {
        this.#note(MESSAGE, key, 0, before);
        this.#messages.set(key, bits);
    }

    /** `before`: what `root` gave just now. */
    setRoot(root: number, before: number, bits: number): void {
        this.#note(ROOT, root, 0, before);
        this.#roots.set(root, bits);
    }

    /** A request waits behind those that `sender` sent to the same canister before. */
    enqueue(key: number, sender: number, receiver: number): void {
        while (this.#senders.length <= key) this.#senders.push(-1);
        // Not undone: it is read only of requests that were sent, and sending writes it.
        this.#senders[key] = sender;
        const pair = pairOf(sender, receiver);
        this.#queue(pair).push(key);
        this.#note(PUSHED, pair, 0, key);
    }

    /** The oldest undelivered request of a pair; -1 when there is none. */
    oldest(sender: number, receiver: number): number {
        return this.#queue(pairOf(sender, receiver))[0] ?? -1;
    }

    /** Takes a request out of its queue; returns how many were before it, or -1 when it is not there. */
    dequeue(key: number, receiver: number): number {
        const pair = pairOf(this.senderOf(key), receiver);
        const queue = this.#queue(pair);
        const at = queue.indexOf(key);
        if (at < 0) return at;
        if (queue.length > 1) queue.copyWithin(at, at + 1);
        queue.pop();
        this.#note(REMOVED, pair, at, key);
        return at;
    }

    save(): HistoryMark {
        return { log: this.#logged, calls: this.calls, roots: this.roots };
    }

    /** Goes back to a mark of this schedule, or of one that it shares its beginning with. */
    restore(mark: HistoryMark): void {
        for (let at = this.#logged - ENTRY; at >= mark.log; at -= ENTRY) this.#undo(at);
        this.#logged = mark.log;
        this.calls = mark.calls;
        this.roots = mark.roots;
    }

    #undo(at: number): void {
        const [where, position, value] = [this.#log[at + 1]!, this.#log[at + 2]!, this.#log[at + 3]!];
        switch (this.#log[at]) {
            case MESSAGE:
                this.#messages.set(where, value);
                return;
            case ROOT:
                this.#roots.set(where, value);
                return;
            case PUSHED:
                this.#queue(where).pop();
                return;
            default:
                this.#queue(where).splice(position, 0, value);
        }
    }

    #note(kind: number, where: number, position: number, value: number): void {
        const at = this.#logged;
        if (at + ENTRY > this.#log.length) this.#grow();
        const log = this.#log;
        log[at] = kind;
        log[at + 1] = where;
        log[at + 2] = position;
        log[at + 3] = value;
        this.#logged = at + ENTRY;
    }

    #grow(): void {
        const larger = new Int32Array(this.#log.length * 2);
        larger.set(this.#log);
        this.#log = larger;
    }

    #queue(pair: number): number[] {
        let queue = this.#queues.get(pair);
        if (queue === undefined) this.#queues.set(pair, (queue = []));
        return queue;
    }
}

/** The management canister is -1. */
function pairOf(sender: number, receiver: number): number {
    return (sender + 1) * PAIR_BASE + receiver + 1;
}

/** Numbers by index that are all 0 after `clear`, which costs nothing. */
class Table {
    readonly #values: number[] = [];
    readonly #born: number[] = [];
    #generation = 1;

    clear(): void {
        this.#generation++;
    }

    get(index: number): number {
        return this.#born[index] === this.#generation ? this.#values[index]! : 0;
    }

    set(index: number, value: number): void {
        while (this.#values.length <= index) {
            this.#values.push(0);
            this.#born.push(0);
        }
        this.#values[index] = value;
        this.#born[index] = this.#generation;
    }
}
