/** How an enumeration gets by without running every schedule. */

/**
 * `dpor`: one schedule of each class (`strategy/exhaustive-reduced.ts`); `merge`: through each state once, where the backend knows
 * its state (`strategy/exhaustive-merged.ts`); `none`: every schedule.
 */
export const REDUCTIONS = ['dpor', 'merge', 'none'] as const;
export type Reduction = (typeof REDUCTIONS)[number];

/** What an exhaustive search does unless it is told otherwise: `dpor` where the backend does not know its state. */
export const REDUCTION_DEFAULT: Reduction = 'merge';
