/**
 * Timing: several slices of one workload, of which the median counts. What is counted is the thread's own processor time: on an idle
 * machine that is the time that passes, and on a busy one others do not count. Nothing here is a test.
 */

export interface Rate {
    /** Operations a second: the median of the slices. */
    readonly perSecond: number;
    readonly slowest: number;
    readonly fastest: number;
}

export interface Comparison {
    readonly one: Rate;
    readonly other: Rate;
    readonly ratio: number;
}

const SLICES = 15;

/** Calls `batch`, which returns how many operations it did, for `seconds` after a warm-up of a third of that. */
export function measure(seconds: number, batch: () => number): Rate {
    slice(seconds / 3, batch);
    const rates = Array.from({ length: SLICES }, () => slice(seconds / SLICES, batch)).sort((a, b) => a - b);
    return { perSecond: rates[SLICES >> 1]!, slowest: rates[0]!, fastest: rates[SLICES - 1]! };
}

/**
 * Measures two workloads in turn, slice by slice, so that a machine that changes its speed changes both. Returns both rates and
 * the median of the slices' ratios: how often the second runs while the first runs once.
 */
export function compare(seconds: number, one: () => number, other: () => number): Comparison {
    slice(seconds / 3, one);
    slice(seconds / 3, other);
    const pairs = Array.from({ length: SLICES }, () => {
        return [slice(seconds / SLICES, one), slice(seconds / SLICES, other)] as const;
    });
    const ratios = pairs.map(([a, b]) => b / a).sort((a, b) => a - b);
    return { one: rateOf(pairs.map(([a]) => a)), other: rateOf(pairs.map(([, b]) => b)), ratio: ratios[SLICES >> 1]! };
}

function rateOf(rates: readonly number[]): Rate {
    const sorted = [...rates].sort((a, b) => a - b);
    return { perSecond: sorted[SLICES >> 1]!, slowest: sorted[0]!, fastest: sorted[SLICES - 1]! };
}

function slice(seconds: number, batch: () => number): number {
    const started = process.threadCpuUsage();
    const end = performance.now() + seconds * 1000;
    let operations = 0;
    while (performance.now() < end) operations += batch();
    const { user, system } = process.threadCpuUsage(started);
    return (operations * 1e6) / (user + system);
}
