/** Each call to its end before the next one begins: the schedule in which nothing races. */
import type { PendingMessage } from '../../trace/types.ts';
import { STOP } from '../strategy/strategy.ts';
import type { ChoicePoint, Strategy } from '../strategy/strategy.ts';

export class OneByOne implements Strategy {
    readonly backtracks = false;
    readonly #roots: readonly number[];
    #last = -1;

    /** `roots`: numbers of the calls in the order in which they are to run, as far as they may. */
    constructor(roots: readonly number[]) {
        this.#roots = roots;
    }

    begin(): number {
        this.#last = -1;
        return 0;
    }

    /** The oldest message of the call under way; then of the next one. No faults. */
    pick({ enabled }: ChoicePoint): number {
        if (enabled.length === 0) return STOP;
        const rank = ({ root }: PendingMessage): number => (root === this.#last ? -1 : this.#roots.indexOf(root));
        let best = 0;
        for (let index = 1; index < enabled.length; index++) {
            if (rank(enabled[index]!) < rank(enabled[best]!)) best = index;
        }
        this.#last = enabled[best]!.root;
        return best;
    }
}
