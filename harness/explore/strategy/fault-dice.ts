/** Whether a declared fault strikes now: one sampler for all strategies that draw. */
import type { Random } from '../random.ts';
import type { ChoicePoint } from './strategy.ts';

/**
 * One fault in so many steps, drawn per schedule; 0 is none. A mixture, because some races need a schedule without faults, some
 * exactly one, and some that most calls fail.
 */
const FAULT_RATES = [0, 0, 8, 2] as const;

export class FaultDice {
    readonly #withFaults: boolean;
    #random: Random | undefined;
    #rate = 0;

    /** `withFaults`: whether the scenario declares any; without, nothing is drawn. */
    constructor(withFaults: boolean) {
        this.#withFaults = withFaults;
    }

    begin(random: Random): void {
        this.#random = random;
        this.#rate = this.#withFaults ? FAULT_RATES[random.below(FAULT_RATES.length)]! : 0;
    }

    /** The choice of a fault, as `Strategy.pick` returns it; undefined when a message is to be executed. */
    pick(point: ChoicePoint): number | undefined {
        const random = this.#random!;
        const count = point.enabled.length;
        if (count === 0) return random.below(point.faults().length);
        if (this.#rate === 0 || !random.oneIn(this.#rate)) return undefined;
        const faults = point.faults();
        return faults.length === 0 ? undefined : count + random.below(faults.length);
    }
}
