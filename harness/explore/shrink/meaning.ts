/**
 * Keeps shrinking from turning one failure into another. An invariant may count on calls ("both were paid"): without them it
 * breaks whatever the order, and a schedule of what is left shows nothing about the race that was found.
 */
import type { Failure } from '../failure.ts';
import type { Search } from './search.ts';

/**
 * A finding whose whole program keeps the invariant while its calls run one after the other, whichever comes first, is one of order
 * or faults. A part of that program counts only if it, too, keeps the invariant one call after the other. Where the whole program breaks
 * it even so, every part counts: then a missing check needs no race, and one call may be enough.
 */
export class Meaning {
    readonly #search: Search;
    readonly #original: Failure;
    #needsRace: boolean | undefined;

    constructor(search: Search, original: Failure) {
        this.#search = search;
        this.#original = original;
    }

    /** Whether the whole program keeps the invariant one call after the other. The first time it costs a schedule for each call. */
    get needsRace(): boolean {
        return (this.#needsRace ??= !this.#search.breaksOneByOne(this.#original.program, true));
    }

    /** Whether a failure of a part of the program is the failure of the whole. Costs a schedule. */
    isKept(candidate: Failure): boolean {
        return !this.needsRace || this.#isWhole(candidate, false);
    }

    /**
     * Whether a failure of the same calls with other arguments is the same failure. Costs a schedule for each call. Where no race is
     * needed nothing tells: the invariant may break just because it counts on the arguments.
     */
    isSame(candidate: Failure): boolean {
        return this.needsRace && this.#isWhole(candidate, true);
    }

    /** Not without a budget that lets it be seen. */
    #isWhole({ program }: Failure, anyFirst: boolean): boolean {
        return !this.#search.breaksOneByOne(program, anyFirst) && !this.#search.exhausted;
    }
}
