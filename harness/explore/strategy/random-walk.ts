/** Uniform choice among the enabled messages at every step; faults with a rate drawn once a schedule. */
import type { Random } from '../random.ts';
import type { ChoicePoint, Strategy } from './strategy.ts';

/**
 * One fault in so many steps, drawn per schedule; 0 is none. A mixture, because some races need a schedule without faults, some
 * exactly one, and some that most calls fail.
 */
const FAULT_RATES = [0, 0, 8, 2] as const;

export class RandomWalk implements Strategy {
    readonly backtracks = false;
    readonly #withFaults: boolean;
    #random: Random | undefined;
    #rate = 0;

    constructor(options: { readonly withFaults: boolean }) {
        this.#withFaults = options.withFaults;
    }

    begin(random: Random): number {
        this.#random = random;
        this.#rate = this.#withFaults ? FAULT_RATES[random.below(FAULT_RATES.length)]! : 0;
        return 0;
    }

    pick(point: ChoicePoint): number {
        const random = this.#random!;
        const count = point.enabled.length;
        if (count === 0) return random.below(point.faults().length);
        if (this.#rate > 0 && random.oneIn(this.#rate)) {
            const faults = point.faults();
            if (faults.length > 0) return count + random.below(faults.length);
        }
        return count === 1 ? 0 : random.below(count);
    }
}
