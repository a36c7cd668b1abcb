/**
 * Some random schedules of a program, run before the others and not counted, from which strategies learn how long schedules are and
 * which message causes how much. The papers take such numbers from earlier runs; ours come from runs with generators of their
 * own, so that no schedule depends on those before it, and work can be divided anywhere.
 */
import type { Outcome, PendingMessage } from '../../trace/types.ts';
import type { Random } from '../random.ts';
import { Causes } from './causes.ts';
import { RandomWalk } from './random-walk.ts';
import type { ChoicePoint, Strategy } from './strategy.ts';

/** What a trial schedule was like. */
export interface Trial {
    /** Messages of its steps. */
    readonly steps: readonly PendingMessage[];
    /** Per step, the step that caused it, or ROOT. */
    readonly parents: readonly number[];
}

/** Trials of a program that all schedules share. */
const TRIALS = 8;
/** Of a generated program, which has few schedules. */
const TRIALS_GENERATED = 2;

/** Runs the trials of program number `program` and tells the strategy, where it wants to know. `run` runs one schedule, not counted. */
export function runTrials(
    strategy: Strategy,
    program: { readonly index: number; readonly generated: boolean; readonly withFaults: boolean },
    random: (index: number) => Random,
    run: (walker: Strategy, random: Random) => void
): void {
    if (strategy.learn === undefined) return;
    const walker = new Walker(program.withFaults);
    const count = program.generated ? TRIALS_GENERATED : TRIALS;
    const first = program.generated ? program.index * count : 0;
    const trials = Array.from({ length: count }, (_, index) => {
        run(walker, random(first + index));
        return walker.trial();
    });
    strategy.learn(trials);
}

/**
 * About how many schedules a program has: in a random walk the product of the numbers of choices estimates without bias how many leaves the
 * tree has (Knuth: Estimating the Efficiency of Backtrack Programs, 1975). Where faults are declared they count as choices, but none is
 * taken, so that this is rougher.
 */
export function schedulesEstimate(
    random: (index: number) => Random,
    run: (walker: Strategy, random: Random) => void
): number {
    const walker = new Walker(false);
    let sum = 0;
    for (let index = 0; index < TRIALS; index++) {
        run(walker, random(index));
        sum += walker.choices;
    }
    return sum / TRIALS;
}

/** A random walk that notes causes. */
class Walker implements Strategy {
    readonly backtracks = false;
    readonly #walk: RandomWalk;
    readonly #causes = new Causes();
    /** The product of the numbers of choices in this schedule. */
    choices = 1;

    constructor(withFaults: boolean) {
        this.#walk = new RandomWalk({ withFaults });
    }

    trial(): Trial {
        return { steps: [...this.#causes.steps], parents: [...this.#causes.parents] };
    }

    begin(random: Random): number {
        this.#causes.begin();
        this.choices = 1;
        return this.#walk.begin(random);
    }

    executed(outcome: Outcome): void {
        this.#causes.executed(outcome);
    }

    pick(point: ChoicePoint): number {
        this.#causes.see(point.enabled);
        const index = this.#walk.pick(point);
        const count = point.enabled.length;
        this.choices *= count + point.faults().length;
        this.#causes.took(index < count ? point.enabled[index]! : point.faults()[index - count]!.message);
        return index;
    }
}
