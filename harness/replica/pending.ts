/**
 * Undelivered messages and which of them may execute: every ingress message, every response, every due timer, and the
 * oldest request of each ordered pair of canisters (IC interface specification, "Ordering guarantees": only calls from
 * one canister to one other are ordered; responses never are).
 */
import type { Journal } from './journal.ts';
import type { Message } from './message.ts';

/** Calls from one canister to one other. */
interface Pair {
    /** Undelivered requests, oldest first: only the first is enabled. */
    readonly queue: Message[];
    /** Calls whose response was not delivered yet: each holds a slot (IC: 500). Journalled. */
    outstanding: number;
}

const PAIR_BASE = 1 << 20;

/** All of it is journalled but creation order, which is only ever compared. */
export class Pending {
    /** Messages that may execute now, in creation order. */
    readonly enabled: Message[] = [];
    /** Requests behind another one of the same pair, in creation order. */
    readonly blocked: Message[] = [];
    /** Bounded-wait calls whose caller may still be told SYS_UNKNOWN, in creation order. */
    readonly expirable: Message[] = [];
    /** Messages that wait for the low-memory hook of their canister, in creation order. */
    readonly held: Message[] = [];
    /** Responses that a fault keeps from their callers until everything else is done, and for ever. */
    readonly late: Message[] = [];
    readonly lost: Message[] = [];
    /** Enabled low-memory hooks. */
    readonly #hooks: Message[] = [];
    readonly #pairs = new Map<number, Pair>();
    readonly #journal: Journal;
    // Only the order matters, so it need not be rolled back.
    #sequence = 0;

    constructor(journal: Journal) {
        this.#journal = journal;
    }

    pair(caller: number, callee: number): Pair {
        const key = caller * PAIR_BASE + callee + 1;
        let pair = this.#pairs.get(key);
        if (pair === undefined) {
            // An empty pair is the same as none, so creating one is no change of state.
            pair = { queue: [], outstanding: 0 };
            this.#pairs.set(key, pair);
        }
        return pair;
    }

    /** Adds an ingress message, a response or a due timer. */
    add(message: Message): void {
        this.#journal.set(message, 'sequence', ++this.#sequence);
        this.#journal.push(this.#listOf(message), message);
    }

    /** Adds a low-memory hook: all messages of its canister but responses wait for it. */
    hold(hook: Message): void {
        for (const message of this.enabled.filter((other) => isHeldBy(hook, other))) {
            this.#move(message, this.enabled, this.held);
        }
        this.add(hook);
        this.#journal.push(this.#hooks, hook);
    }

    /** Removes a low-memory hook. */
    unhold(hook: Message): void {
        this.remove(hook);
        this.#journal.remove(this.#hooks, this.#hooks.indexOf(hook));
        for (const message of this.held.filter((other) => isHeldBy(hook, other))) {
            this.#move(message, this.held, this.enabled);
        }
    }

    /** Adds a request of `caller`. */
    addRequest(message: Message, caller: number): void {
        this.#journal.set(message, 'sequence', ++this.#sequence);
        const { queue } = this.pair(caller, message.canister);
        this.#journal.push(queue.length === 0 ? this.#listOf(message) : this.blocked, message);
        this.#journal.push(queue, message);
        if (message.bestEffort) {
            this.#journal.push(this.expirable, message);
        }
    }

    isEnabled(message: Message): boolean {
        return this.enabled.includes(message);
    }

    isQueued(message: Message): boolean {
        return this.enabled.includes(message) || this.blocked.includes(message) || this.held.includes(message);
    }

    /** Removes an enabled ingress message, response or timer. */
    remove(message: Message): void {
        const at = this.enabled.indexOf(message);
        if (at >= 0) {
            this.#journal.remove(this.enabled, at);
        } else {
            this.#journal.remove(this.held, this.held.indexOf(message));
        }
    }

    /** Removes a request of `caller`, enabled or not; the next one of the pair takes its place. */
    removeRequest(message: Message, caller: number): void {
        const { queue } = this.pair(caller, message.canister);
        const at = queue.indexOf(message);
        this.#journal.remove(queue, at);
        if (at > 0) {
            this.#journal.remove(this.blocked, this.blocked.indexOf(message));
            return;
        }
        this.remove(message);
        const next = queue[0];
        if (next !== undefined) {
            this.#move(next, this.blocked, this.#listOf(next));
        }
    }

    /** Removes a call from `expirable`, if it is there. */
    settleExpiry(request: Message): void {
        const at = this.expirable.indexOf(request);
        if (at >= 0) {
            this.#journal.remove(this.expirable, at);
        }
    }

    /** Keeps an enabled response from its caller: until `release`, or for ever. */
    withhold(response: Message, until: 'rest' | 'never'): void {
        this.#journal.remove(this.enabled, this.enabled.indexOf(response));
        this.#journal.push(until === 'rest' ? this.late : this.lost, response);
    }

    /** Enables a response that was withheld, if it was; returns whether it was. */
    release(response: Message): boolean {
        const list = this.late.includes(response) ? this.late : this.lost;
        if (!list.includes(response)) {
            return false;
        }
        this.#move(response, list, this.enabled);
        return true;
    }

    /** Undelivered requests and responses, in creation order, and HTTP outcalls: each once, by its first answer. */
    inFlight(): Message[] {
        const enabled = this.enabled.filter(isInFlight);
        const { blocked, held, late, lost } = this;
        return blocked.length + held.length + late.length + lost.length === 0
            ? enabled
            : [...enabled, ...blocked, ...held.filter(isInFlight), ...late, ...lost].sort(byCreation);
    }

    /** Everything that has arrived, in creation order. */
    arrived(): Message[] {
        return [...this.enabled, ...this.blocked, ...this.held].sort(byCreation);
    }

    /** Everything that has arrived, and calls that may expire, in creation order. May be the live list. */
    waiting(): readonly Message[] {
        const { enabled, blocked, held, late, lost, expirable } = this;
        if (blocked.length + held.length + late.length + lost.length + expirable.length === 0) {
            return enabled;
        }
        return [...new Set([...enabled, ...blocked, ...held, ...late, ...lost, ...expirable])].sort(byCreation);
    }

    #listOf(message: Message): Message[] {
        return this.#hooks.length > 0 && this.#hooks.some((hook) => isHeldBy(hook, message)) ? this.held : this.enabled;
    }

    #move(message: Message, from: Message[], to: Message[]): void {
        this.#journal.remove(from, from.indexOf(message));
        this.#journal.insert(to, positionOf(message, to), message);
    }
}

function isHeldBy(hook: Message, { kind, canister }: Message): boolean {
    return canister === hook.canister && kind !== 'response' && kind !== 'hook' && kind !== 'control';
}

function isInFlight({ kind, index }: Message): boolean {
    return kind === 'request' || kind === 'response' || (kind === 'outcall' && index === 0);
}

function byCreation(a: Message, b: Message): number {
    return a.sequence - b.sequence;
}

/**
 * Where to insert so that the list stays in creation order. Searched from the end: what is inserted is mostly young.
 */
function positionOf(message: Message, list: readonly Message[]): number {
    let at = list.length;
    while (at > 0 && (list[at - 1] as Message).sequence > message.sequence) {
        at--;
    }
    return at;
}
