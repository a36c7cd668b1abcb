/**
 * Several samplers in turns, since no one of them finds every race soonest (docs/strategies.md). Which one draws a schedule follows from
 * its index, so schedule n of the portfolio is schedule n of that member alone. The enumeration that comes first is a leg of the
 * campaign's plan (plan.ts).
 */
import type { Decision } from '../walk.ts';
import type { StrategyName } from '../../scenario/strategy-name.ts';
import type { Outcome } from '../../trace/types.ts';
import type { Random } from '../random.ts';
import type { ChoicePoint, Strategy } from './strategy.ts';
import type { Trial } from './trials.ts';

/** Who takes turns. */
const MEMBERS: readonly StrategyName[] = ['random', 'surw', 'pos', 'fair-pctcp:2', 'fair-pct:2', 'fair-pct:3'];

export class Portfolio implements Strategy {
    readonly backtracks = false;
    readonly #members: readonly Strategy[];
    #index: number;
    #now: Strategy;

    /** `from`: index of the first schedule. */
    constructor(options: { readonly from: number; readonly make: (name: StrategyName) => Strategy }) {
        this.#members = MEMBERS.map(options.make);
        this.#index = options.from - 1;
        this.#now = this.#members[0]!;
    }

    get member(): StrategyName {
        return MEMBERS[this.#index % MEMBERS.length]!;
    }

    learn(trials: readonly Trial[]): void {
        for (const member of this.#members) member.learn?.(trials);
    }

    begin(random: Random): number {
        this.#index++;
        this.#now = this.#members[this.#index % MEMBERS.length]!;
        return this.#now.begin(random);
    }

    executed(outcome: Outcome, decision: Decision, submits: boolean): void {
        this.#now.executed?.(outcome, decision, submits);
    }

    pick(point: ChoicePoint): number {
        return this.#now.pick(point);
    }
}
