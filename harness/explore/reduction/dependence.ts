/**
 * Which steps may swap places. Two steps are independent when, wherever both are possible, either order leads to the same state, neither
 * makes the other possible or impossible, and no check can tell the orders apart. Schedules that differ in the order of independent
 * neighbours only are one class (Mazurkiewicz 1977), of which one is run.
 *
 * Why it is sound to keep apart no more than what is named below (design.md, section 3):
 * - An execution reads and writes one canister: heap, stable memory, cycles, timers, certified data, call contexts. Two canisters share
 *   nothing but queues; ids, randomness and names follow from causes, and time stands still between its own steps.
 * - A request is put in at the back of its queue and taken from the front. Both at once commute unless the queue is empty, and then the
 *   one makes the other possible: that is a cause, which `Happened` keeps in order anyway. Two that take from one queue do not commute.
 * - Faults draw on common budgets: one may make another impossible.
 * - An *always* invariant is a function of what it reads, at every state. Of two steps of which at most one changes any of that,
 *   either order shows it the same values, some of them twice. So only two that both change something are kept in order ("visible"
 *   steps, condition C2 of Peled 1993). Values of the commit before are values of a step: with `previous` read, what changes an
 *   observation keeps its place among all steps.
 * - What is judged where nothing is in flight is a function of the state at the end, hence of the class; not so the reference model,
 *   which follows the order of answers, and the order of the calls' beginnings and answers, which histories are made of. Whoever reads
 *   the bare numbers of commits can tell any two schedules apart: then nothing is independent.
 *
 * Each clause removed makes a test fail (`dependence.test.ts`), but `queue` and `faults`: where a fault is tried everything is, and
 * messages are tried before faults, so that causes happen to order the same; the argument does not rest on that.
 */
import { MODEL, ORDER, PREVIOUS, observationBit } from '../../check/index.ts';
import type { InvariantReads } from '../judged.ts';
import type { Footprint } from './footprint.ts';

/** Clauses of the relation; tests leave them out one at a time. */
export type Clause = 'canister' | 'queue' | 'faults' | 'all' | 'visible' | 'previous' | 'model' | 'histories';

export class Dependence {
    /** No two steps may swap: every schedule is a class of its own. */
    readonly total: boolean;
    /** Places of the observations whose changes matter. */
    readonly places: readonly number[];
    /** Their bits. */
    readonly #watched: number;
    readonly #visible: readonly number[];
    readonly #loud: boolean;
    readonly #model: boolean;
    readonly #histories: boolean;
    readonly #without: Clause | undefined;

    /** `observations`: how many the scenario has. `total`: whatever is read, no two steps may swap. */
    constructor(reads: readonly InvariantReads[], observations: number, total: boolean, without?: Clause) {
        const readers = (bit: number): readonly InvariantReads[] => reads.filter(({ mask }) => (mask & bit) !== 0);
        const ordered = readers(ORDER);
        this.total = total || ordered.some(({ invariant }) => invariant.understands !== 'histories');
        this.#histories = ordered.length > 0;
        this.#model = readers(MODEL).length > 0;
        this.#loud = readers(PREVIOUS).length > 0;
        const masks = reads.filter(({ at }) => at === 'commit').map(({ mask }) => mask & ~(ORDER | PREVIOUS));
        this.#visible = [...new Set(masks)].filter(mask => mask !== 0);
        const read = this.#loud ? -1 : this.#visible.reduce((all, mask) => all | mask, 0);
        this.places = [...Array(observations).keys()].filter(place => (read & observationBit(place)) !== 0);
        this.#watched = this.places.reduce((all, place) => all | observationBit(place), 0);
        this.#without = without;
    }

    /** Equal texts mean equal relations. */
    get text(): string {
        const visible = [...this.#visible].sort((a, b) => a - b);
        return JSON.stringify([this.total, this.#loud, this.#model, this.#histories, this.#watched, visible]);
    }

    /** Bits of what differs between two lists of the values at `places`. */
    changes(before: readonly unknown[], after: readonly unknown[]): number {
        let mask = 0;
        if (before === after) return mask;
        this.places.forEach((place, index) => {
            if (before[index] !== after[index]) mask |= observationBit(place);
        });
        return mask;
    }

    /** Whether the order of two steps matters. Symmetric. Causes aside: what makes a step possible comes before it in any case. */
    between(a: Footprint, b: Footprint): boolean {
        if (this.total || ((a.touchesAll || b.touchesAll) && this.#without !== 'all')) return true;
        if (a.canister >= 0 && a.canister === b.canister && this.#without !== 'canister') return true;
        if (a.queue >= 0 && a.queue === b.queue && this.#without !== 'queue') return true;
        if (a.isFault && b.isFault && this.#without !== 'faults') return true;
        return this.#toChecks(a, b);
    }

    #toChecks(a: Footprint, b: Footprint): boolean {
        const without = this.#without;
        if (this.#loud && without !== 'previous' && ((a.changed | b.changed) & this.#watched) !== 0) return true;
        if (this.#model && without !== 'model' && a.answered.length > 0 && b.answered.length > 0) return true;
        if (this.#histories && without !== 'histories' && movesHistory(a) && movesHistory(b)) return true;
        if (without === 'visible') return false;
        for (const mask of this.#visible) if ((a.changed & mask) !== 0 && (b.changed & mask) !== 0) return true;
        return false;
    }
}

function movesHistory({ invoked, answered }: Footprint): boolean {
    return invoked >= 0 || answered.length > 0;
}
