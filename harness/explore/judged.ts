/** One invariant and what it last looked at: whether it has to be asked again. */
import { CALLS, IN_FLIGHT, MODEL, observationBit, PREVIOUS } from '../check/index.ts';
import type { Observer } from '../check/index.ts';
import type { CallRecord, Invariant } from '../scenario/types.ts';

/** Where an invariant is judged, and all that it has ever read, as bits of `check/reads.ts`. */
export interface InvariantReads {
    readonly invariant: Invariant;
    readonly at: 'commit' | 'quiescent';
    readonly mask: number;
}

/** The parts of a view that are no observation; lists of calls are never changed in place. */
interface Live {
    readonly model: unknown;
    readonly calls: readonly CallRecord[];
}

/** Always a new value, as far as anyone can tell without looking. */
const VOLATILE = IN_FLIGHT | PREVIOUS;

export class Judged implements InvariantReads {
    readonly invariant: Invariant;
    readonly at: 'commit' | 'quiescent';
    mask = 0;
    /** Whether it held when it was asked last. */
    #held = false;
    /** What it read then. */
    #last = 0;
    #model: unknown;
    #calls: readonly CallRecord[] | undefined;
    /** Places of the observations that it read then, and their values. */
    #places: readonly number[] = [];
    readonly #values: unknown[] = [];

    constructor(invariant: Invariant, at: 'commit' | 'quiescent') {
        this.invariant = invariant;
        this.at = at;
    }

    /** True when it held and everything that it read has the same value: it would say the same. */
    holdsStill(live: Live, observer: Observer): boolean {
        const last = this.#last;
        if (!this.#held || (last & VOLATILE) !== 0) return false;
        if ((last & MODEL) !== 0 && live.model !== this.#model) return false;
        if ((last & CALLS) !== 0 && live.calls !== this.#calls) return false;
        const places = this.#places;
        for (let index = 0; index < places.length; index++) {
            if (observer.at(places[index]!) !== this.#values[index]) return false;
        }
        return true;
    }

    /** It was asked: `mask` is what it read. True when it has never read some of that before. */
    asked(held: boolean, mask: number, live: Live, observer: Observer, observations: number): boolean {
        this.#held = held;
        if (mask !== this.#last || this.#values.length !== this.#places.length) this.#readOthers(mask, observations);
        this.#model = live.model;
        this.#calls = live.calls;
        const places = this.#places;
        for (let index = 0; index < places.length; index++) this.#values[index] = observer.at(places[index]!);
        if ((mask & ~this.mask) === 0) return false;
        this.mask |= mask;
        return true;
    }

    #readOthers(mask: number, observations: number): void {
        this.#last = mask;
        this.#values.length = 0;
        this.#places = [...Array(observations).keys()].filter(place => (mask & observationBit(place)) !== 0);
    }
}
