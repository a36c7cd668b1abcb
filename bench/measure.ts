/**
 * Timing: several slices of one workload, of which the median counts. All times are the thread's own processor time: on an idle
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
/** How long V8 may take to settle on what code it compiles. Campaigns run for longer. */
const WARM_UP_SECONDS = 1.5;

/** Calls `batch`, which returns how many operations it did, for `seconds` after a warm-up. */
export function measure(seconds: number, batch: () => number): Rate {
    warmUp(seconds, batch);
    const rates = Array.from({ length: SLICES }, () => slice(seconds / SLICES, batch)).sort((a, b) => a - b);
    return { perSecond: rates[SLICES >> 1]!, slowest: rates[0]!, fastest: rates[SLICES - 1]! };
}

/**
 * Measures two workloads in turn, slice by slice, so that a machine that changes its speed changes both. Returns both rates and
 * the median of the slices' ratios: how often the second runs while the first runs once.
 */
export function compare(seconds: number, one: () => number, other: () => number): Comparison {
    warmUp(seconds, one);
    warmUp(seconds, other);
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

function warmUp(seconds: number, batch: () => number): void {
    slice(Math.max(WARM_UP_SECONDS, seconds / 3), batch);
}

/** Operations a second, for at least so long. Asking for the processor time costs as much as a message, so it is not asked each time. */
function slice(seconds: number, batch: () => number): number {
    const started = process.threadCpuUsage();
    let operations = 0;
    for (;;) {
        const next = performance.now() + 1;
        while (performance.now() < next) operations += batch();
        const { user, system } = process.threadCpuUsage(started);
        const spent = (user + system) / 1e6;
        if (spent >= seconds) return operations / spent;
    }
}
