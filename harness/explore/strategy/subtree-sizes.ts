/** How much a message still causes: learnt from trial schedules, for weights. */
import type { PendingMessage } from '../../trace/types.ts';
import { ROOT } from './causes.ts';
import type { Trial } from './trials.ts';

export class SubtreeSizes {
    readonly #counts: (message: PendingMessage) => boolean;
    /** By message key: the sum over the trials in which it ran, and how many these were. */
    readonly #known = new Map<number, { sum: number; times: number }>();

    /** `counts`: whether a message is one of those that sizes count. */
    constructor(counts: (message: PendingMessage) => boolean) {
        this.#counts = counts;
    }

    /** Takes note of trials instead of those before: how many counted messages each message was, with all that it caused. */
    learn(trials: readonly Trial[]): void {
        this.#known.clear();
        for (const { steps, parents } of trials) {
            const sizes = steps.map(message => Number(this.#counts(message)));
            for (let step = steps.length - 1; step >= 0; step--) {
                const parent = parents[step]!;
                if (parent !== ROOT) sizes[parent]! += sizes[step]!;
                this.#add(steps[step]!.key, sizes[step]!);
            }
        }
    }

    /** The mean of what was seen; of a message never seen, whether it counts itself. */
    of(message: PendingMessage): number {
        const known = this.#known.get(message.key);
        return known === undefined ? Number(this.#counts(message)) : known.sum / known.times;
    }

    #add(key: number, size: number): void {
        const known = this.#known.get(key);
        if (known === undefined) this.#known.set(key, { sum: size, times: 1 });
        else {
            known.sum += size;
            known.times++;
        }
    }
}
