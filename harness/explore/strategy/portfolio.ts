/**
 * Several strategies in turns, since no one of them finds every race soonest (docs/strategies.md). First an enumeration: a program
 * with few schedules is then passed exhaustively. When it is not done after a few hundred, samplers take turns, schedule by schedule.
 */
import type { StrategyName } from '../../scenario/strategy-name.ts';
import type { Outcome } from '../../trace/types.ts';
import type { Random } from '../random.ts';
import type { ChoicePoint, Strategy } from './strategy.ts';

/** Schedules that the enumeration may take. */
const ENUMERATED_MAX = 256;
/** Who takes turns. The first is the one that users know best and that most races need least. */
const SAMPLERS: readonly StrategyName[] = ['random', 'surw', 'pos', 'fair-pctcp:2', 'fair-pct:2', 'fair-pct:3'];

export class Portfolio implements Strategy {
    readonly #samplers: readonly Strategy[];
    #enumeration: Strategy | undefined;
    #schedules = 0;
    #now: Strategy;

    /** `oneProgram`: only then there is an enumeration, since it cannot go on with another program. */
    constructor(options: { readonly oneProgram: boolean; readonly make: (name: StrategyName) => Strategy }) {
        const { oneProgram, make } = options;
        this.#samplers = SAMPLERS.map(make);
        this.#enumeration = oneProgram ? make('exhaustive') : undefined;
        this.#now = this.#enumeration ?? this.#samplers[0]!;
    }

    get backtracks(): boolean {
        return this.#now.backtracks;
    }

    begin(random: Random): number {
        const index = this.#schedules++;
        if (this.#enumeration !== undefined && index < ENUMERATED_MAX) return this.#enumeration.begin(random);
        // Its marks are given up with the next schedule, which begins at the root.
        this.#enumeration = undefined;
        this.#now = this.#samplers[index % this.#samplers.length]!;
        return this.#now.begin(random);
    }

    again(): void {
        this.#schedules--;
        this.#now.again?.();
    }

    executed(outcome: Outcome): void {
        this.#now.executed?.(outcome);
    }

    pick(point: ChoicePoint): number {
        return this.#now.pick(point);
    }
}
