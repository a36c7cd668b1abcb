/** Follows decisions by message key: for schedules of this very process, where keys are stable. */
import type { Decision } from '../walk.ts';
import { STOP } from './strategy.ts';
import type { ChoicePoint, Strategy } from './strategy.ts';

/**
 * `exact`: stops where a decision cannot be taken, and after the last one. `loose`: leaves such decisions out and ends with the
 * oldest enabled message first.
 */
export class Follow implements Strategy {
    readonly backtracks = false;
    /** Whether a decision could not be taken. */
    missed = false;
    readonly #decisions: readonly Decision[];
    readonly #mode: 'exact' | 'loose';
    #next = 0;

    constructor(decisions: readonly Decision[], mode: 'exact' | 'loose') {
        this.#decisions = decisions;
        this.#mode = mode;
    }

    begin(): number {
        this.#next = 0;
        this.missed = false;
        return 0;
    }

    pick(point: ChoicePoint): number {
        while (this.#next < this.#decisions.length) {
            const index = indexOf(this.#decisions[this.#next]!, point);
            if (index >= 0) {
                this.#next++;
                return index;
            }
            this.missed = true;
            if (this.#mode === 'exact') return STOP;
            this.#next++;
        }
        return this.#mode === 'exact' || point.enabled.length === 0 ? STOP : 0;
    }
}

function indexOf({ act, message, code, spec }: Decision, point: ChoicePoint): number {
    if (act === 'execute') return point.enabled.findIndex(each => each.key === message.key);
    const fault = point.faults().findIndex(each => {
        return (
            each.act === act &&
            each.message.key === message.key &&
            (act !== 'reject' || each.code === code) &&
            (act !== 'full-queue' || each.spec === spec)
        );
    });
    return fault < 0 ? -1 : point.enabled.length + fault;
}
