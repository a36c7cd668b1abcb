/** How much a message still causes: learnt from earlier schedules, for weights. */
import type { PendingMessage } from '../../trace/types.ts';
import { ROOT } from './causes.ts';
import type { Causes } from './causes.ts';

/** Messages remembered; a scenario that has more is learnt afresh. */
const MESSAGES_MAX = 100_000;

export class SubtreeSizes {
    readonly #counts: (message: PendingMessage) => boolean;
    /** By message key: sums over the schedules in which it ran, and how many these were. */
    #sums: number[] = [];
    #times: number[] = [];
    /** Of the schedule being learnt, by step. */
    readonly #sizes: number[] = [];

    /** `counts`: whether a message is one of those that sizes count. */
    constructor(counts: (message: PendingMessage) => boolean) {
        this.#counts = counts;
    }

    /** Takes note of a schedule that has ended: how many counted messages each of its messages was, with all that it caused. */
    learn({ steps, parents }: Causes): void {
        const sizes = this.#sizes;
        sizes.length = steps.length;
        sizes.fill(0);
        for (let step = steps.length - 1; step >= 0; step--) {
            const message = steps[step]!;
            if (this.#counts(message)) sizes[step]!++;
            const parent = parents[step]!;
            if (parent !== ROOT) sizes[parent]! += sizes[step]!;
            this.#add(message.key, sizes[step]!);
        }
    }

    /** The mean of what was seen; of a message never seen, whether it counts itself. */
    of(message: PendingMessage): number {
        const times = this.#times[message.key] ?? 0;
        return times === 0 ? Number(this.#counts(message)) : this.#sums[message.key]! / times;
    }

    #add(key: number, size: number): void {
        if (key > MESSAGES_MAX) return;
        while (this.#times.length <= key) {
            this.#times.push(0);
            this.#sums.push(0);
        }
        this.#times[key]!++;
        this.#sums[key]! += size;
    }
}
