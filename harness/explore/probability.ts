/**
 * What samples promise. Only the schedulers of PCT and PCTCP promise anything, and only for one program with its arguments and without
 * faults: each schedule finds a given bug of depth d with probability at least 1 / (w n^(d-1)), where w threads (chains) have n steps
 * together (Burckhardt et al. 2010, theorem 9; Ozkan et al. 2018, for our forests as `strategy/pctcp.ts` says). Schedules are drawn
 * independently of each other, so N of them all miss it with probability at most (1 - that)^N.
 */
import type { MissBound, Promised } from './results.ts';

/**
 * What `schedules` schedules of one strategy have promised by finding nothing. Undefined where the theorem does not apply: a schedule was
 * longer than the number of steps from which the strategy drew. Pure.
 */
export function missBound(promised: Promised, schedules: number): MissBound | undefined {
    const { depth, threads, steps, longest } = promised;
    if (schedules === 0 || threads === 0 || longest > steps) return undefined;
    const found = 1 / (threads * steps ** (depth - 1));
    // By logarithms: 1 - found is 1 in floating point when found is small.
    return { depth, threads, steps, atMost: Math.exp(schedules * Math.log1p(-found)) };
}

/** Of two parts of the same campaign; undefined when either has none. Pure. */
export function bothPromised(one: Promised | undefined, other: Promised | undefined): Promised | undefined {
    if (one === undefined || other === undefined) return undefined;
    if (one.depth !== other.depth || one.steps !== other.steps) return undefined;
    return {
        ...one,
        threads: Math.max(one.threads, other.threads),
        longest: Math.max(one.longest, other.longest)
    };
}
