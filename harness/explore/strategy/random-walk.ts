/** Uniform choice among the enabled messages at every step; faults with a rate drawn once a schedule. */
import type { Random } from '../random.ts';
import { FaultDice } from './fault-dice.ts';
import type { ChoicePoint, Strategy } from './strategy.ts';

export class RandomWalk implements Strategy {
    readonly backtracks = false;
    readonly #faults: FaultDice;
    #random: Random | undefined;

    constructor(options: { readonly withFaults: boolean }) {
        this.#faults = new FaultDice(options.withFaults);
    }

    begin(random: Random): number {
        this.#random = random;
        this.#faults.begin(random);
        return 0;
    }

    pick(point: ChoicePoint): number {
        const count = point.enabled.length;
        return this.#faults.pick(point) ?? (count === 1 ? 0 : this.#random!.below(count));
    }
}
