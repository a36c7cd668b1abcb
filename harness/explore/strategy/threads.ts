/** What priorities belong to: how the messages of a schedule are put into threads. */
import type { PendingMessage } from '../../trace/types.ts';
import type { Causes } from './causes.ts';

/** Puts each message into a thread, a small integer. */
export interface Threads {
    begin(): void;
    /** The thread of an enabled message; stable in a schedule. */
    of(message: PendingMessage): number;
}

/**
 * A root call with everything that it causes is a thread; what the deployment's timers cause is one more. As long as a call awaits
 * one answer at a time this is what a thread is in the paper; a call that has several messages enabled runs them in random order.
 */
export class RootThreads implements Threads {
    begin(): void {
        // Nothing is remembered.
    }

    of({ root }: PendingMessage): number {
        return root + 1;
    }
}

/**
 * Causal chains: the first message that a step causes goes on with its chain, each further one begins a chain of its own.
 * Since the causal order is a forest (see causes.ts), this greedy rule needs exactly as many chains as the order is wide: a chain ends in
 * a step that has caused nothing yet, so no other chain could ever be gone on with.
 */
export class ChainThreads implements Threads {
    readonly #causes: Causes;
    /** Per message key; -1: not seen in this schedule. */
    readonly #chainOf: number[] = [];
    readonly #seen: number[] = [];
    /** Per step: its chain, and whether a message goes on with it. */
    readonly #continued: boolean[] = [];
    #count = 0;

    constructor(causes: Causes) {
        this.#causes = causes;
    }

    begin(): void {
        for (const key of this.#seen) this.#chainOf[key] = -1;
        this.#seen.length = 0;
        this.#continued.length = 0;
        this.#count = 0;
    }

    of(message: PendingMessage): number {
        const known = this.#chainOf[message.key] ?? -1;
        if (known >= 0) return known;
        while (this.#chainOf.length <= message.key) this.#chainOf.push(-1);
        const cause = this.#causes.of(message);
        const goesOn = cause >= 0 && this.#continued[cause] !== true;
        if (goesOn) this.#continued[cause] = true;
        // What a fault struck was perhaps never enabled, and is put into a chain only now.
        const chain = goesOn ? this.of(this.#causes.steps[cause]!) : this.#count++;
        this.#chainOf[message.key] = chain;
        this.#seen.push(message.key);
        return chain;
    }
}
