/**
 * How many different numbers were seen, in flat memory: the k smallest hashes (Bar-Yossef, Jayram, Kumar, Sivakumar & Trevisan 2002).
 * Exact up to k. Joining two sketches gives the sketch of both, whatever was seen where, so that the count does not depend on how a
 * campaign was divided.
 */

/** Kept hashes: a relative error of 1 / sqrt(2,048), 2.2 %, beyond. */
const KEPT = 2_048;
/** Hashes are below this. */
export const HASHES = 2 ** 53;

/** How many there are: exactly, or about. */
export interface Estimate {
    readonly count: number;
    readonly exact: boolean;
}

export class DistinctSketch {
    readonly #kept = new Set<number>();
    /** Hashes from here on are not among the smallest. */
    #bound = HASHES;

    /** Takes an integer from 0 to `HASHES - 1`, uniform over what is counted. */
    add(hash: number): void {
        if (hash >= this.#bound) return;
        this.#kept.add(hash);
        // Sorted once in a while, so that adding costs the same for ever.
        if (this.#kept.size >= 2 * KEPT) this.#prune();
    }

    /** The kept hashes, sorted: plain data. */
    values(): readonly number[] {
        this.#prune();
        return [...this.#kept];
    }

    #prune(): void {
        const smallest = [...this.#kept].sort((one, other) => one - other).slice(0, KEPT);
        this.#kept.clear();
        for (const each of smallest) this.#kept.add(each);
        if (smallest.length === KEPT) this.#bound = smallest.at(-1)!;
    }
}

/** The values of several sketches as those of one. Pure. */
export function joined(sketches: readonly (readonly number[])[]): readonly number[] {
    const all = new DistinctSketch();
    for (const values of sketches) for (const each of values) all.add(each);
    return all.values();
}

/** How many different numbers a sketch has seen. Pure. */
export function estimateOf(values: readonly number[]): Estimate {
    if (values.length < KEPT) return { count: values.length, exact: true };
    return { count: Math.round(((KEPT - 1) / values.at(-1)!) * HASHES), exact: false };
}
