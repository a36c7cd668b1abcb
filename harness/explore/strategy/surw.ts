/**
 * SURW: selectively uniform random walk (Zhao, Wolff, Mathur, Roychoudhury: Selectively Uniform Concurrency Testing, ASPLOS 2025). A
 * random walk favours schedules in which short calls end early; weighing every thread with the interesting events that are still to
 * come makes all orders of the interesting events equally likely. Between them everything else runs at random.
 *
 * Interesting is what a canister executes that invariants observe. The paper has threads and counts what is left of each; we have a
 * forest of messages (see causes.ts), in which orders are uniform when a message is weighed with the size of all that it causes;
 * threads are the special case without branches. Sizes are means over some trial schedules (trials.ts). Requests that wait in a
 * queue behind others are not weighed, so uniformity is approximate where queues form.
 */
import type { Outcome, PendingMessage } from '../../trace/types.ts';
import type { Random } from '../random.ts';
import { Causes } from './causes.ts';
import { FaultDice } from './fault-dice.ts';
import type { ChoicePoint, Strategy } from './strategy.ts';
import { SubtreeSizes } from './subtree-sizes.ts';
import type { Trial } from './trials.ts';

/** Weights are drawn in integers: parts of one interesting event. */
const PARTS = 1024;

/** Whose turn it is: nobody's yet, a message's, or that of whatever the step with this number causes. */
type Turn = { readonly of: 'nobody' } | { readonly of: 'message'; readonly key: number } | AfterStep;
interface AfterStep {
    readonly of: 'caused-by';
    readonly step: number;
}
const NOBODY: Turn = { of: 'nobody' };

export class SelectivelyUniform implements Strategy {
    readonly backtracks = false;
    readonly #faults: FaultDice;
    readonly #causes = new Causes();
    readonly #sizes: SubtreeSizes;
    readonly #interesting: (message: PendingMessage) => boolean;
    readonly #candidates: number[] = [];
    readonly #weights: number[] = [];
    #random: Random | undefined;
    #turn: Turn = NOBODY;

    /** `observed`: whether invariants observe a canister, by its index; none: all are interesting. */
    constructor(options: { readonly withFaults: boolean; readonly observed: readonly boolean[] }) {
        const { observed, withFaults } = options;
        this.#interesting = observed.includes(true) ? ({ canister }) => observed[canister] === true : () => true;
        this.#faults = new FaultDice(withFaults);
        this.#sizes = new SubtreeSizes(this.#interesting);
    }

    learn(trials: readonly Trial[]): void {
        this.#sizes.learn(trials);
    }

    begin(random: Random): number {
        this.#random = random;
        this.#faults.begin(random);
        this.#causes.begin();
        this.#turn = NOBODY;
        return 0;
    }

    executed(outcome: Outcome): void {
        this.#causes.executed(outcome);
    }

    pick(point: ChoicePoint): number {
        const { enabled } = point;
        const fault = this.#causes.struck(point, this.#faults);
        if (fault !== undefined) return fault;
        const index = enabled.length === 1 ? 0 : this.#choose(enabled);
        const message = enabled[index]!;
        if (this.#isTurnOf(message)) {
            const step = this.#causes.steps.length;
            this.#turn = this.#interesting(message) ? NOBODY : { of: 'caused-by', step };
        }
        this.#causes.took(message);
        return index;
    }

    /** Whoever has the turn, or anything that is not interesting, uniformly. */
    #choose(enabled: readonly PendingMessage[]): number {
        const next = this.#next(enabled);
        this.#candidates.length = 0;
        for (let index = 0; index < enabled.length; index++) {
            if (index === next || !this.#interesting(enabled[index]!)) this.#candidates.push(index);
        }
        return this.#candidates[this.#random!.below(this.#candidates.length)]!;
    }

    /** The index of the message whose turn it is; drawn by weight when it is nobody's, or whoever has it waits in a queue. */
    #next(enabled: readonly PendingMessage[]): number {
        const among = this.#turn.of === 'nobody' ? enabled : enabled.filter(each => this.#isTurnOf(each));
        const index = enabled.indexOf(this.#drawn(among.length === 0 ? enabled : among));
        this.#turn = { of: 'message', key: enabled[index]!.key };
        return index;
    }

    #isTurnOf(message: PendingMessage): boolean {
        const turn = this.#turn;
        if (turn.of === 'message') return message.key === turn.key;
        return turn.of === 'caused-by' && this.#causes.of(message) === turn.step;
    }

    #drawn(among: readonly PendingMessage[]): PendingMessage {
        this.#weights.length = 0;
        let sum = 0;
        for (const message of among) sum += this.#weights[this.#weights.push(this.#weight(message)) - 1]!;
        let draw = this.#random!.below(sum);
        for (let index = 0; index < among.length; index++) {
            draw -= this.#weights[index]!;
            if (draw < 0) return among[index]!;
        }
        return among.at(-1)!;
    }

    /** At least one part, so that what never caused anything interesting can still run, and every order remains possible. */
    #weight(message: PendingMessage): number {
        return Math.max(1, Math.round(this.#sizes.of(message) * PARTS));
    }
}
