/** Depth-first enumeration of every choice, faults included; shared prefixes execute once, because the explorer backtracks to marks. */
import type { Frontier } from '../reduction/frontier.ts';
import { EXHAUSTED } from './strategy.ts';
import type { ChoicePoint, Strategy } from './strategy.ts';

export class Exhaustive implements Strategy {
    readonly backtracks = true;
    /** Per depth: the choice taken and how many there are. Invariant: `chosen[d] < counts[d]`, same length. */
    readonly #chosen: number[];
    readonly #counts: number[];
    #depth = 0;
    /** Whether the next schedule begins at the root: the first one, and one that is run again. */
    #fromRoot = true;

    /** `from`: goes on there; the first schedule is the one that was run last. */
    constructor(from?: Extract<Frontier, { readonly kind: 'none' }>) {
        this.#chosen = [...(from?.chosen ?? [])];
        this.#counts = [...(from?.counts ?? [])];
    }

    begin(): number {
        if (this.#fromRoot) {
            this.#fromRoot = false;
            this.#depth = 0;
            return 0;
        }
        while (this.#chosen.length > 0) {
            const last = this.#chosen.length - 1;
            if (this.#chosen[last]! + 1 < this.#counts[last]!) {
                this.#chosen[last]!++;
                this.#depth = last;
                return last;
            }
            this.#chosen.pop();
            this.#counts.pop();
        }
        return EXHAUSTED;
    }

    /** The next schedule is the last one again, from the root: gives marks back that something else has undone. */
    again(): void {
        this.#fromRoot = true;
    }

    frontier(): Frontier {
        return { kind: 'none', chosen: [...this.#chosen], counts: [...this.#counts] };
    }

    pick(point: ChoicePoint): number {
        if (this.#depth === this.#chosen.length) {
            this.#chosen.push(0);
            this.#counts.push(point.enabled.length + point.faults().length);
        }
        return this.#chosen[this.#depth++]!;
    }
}
