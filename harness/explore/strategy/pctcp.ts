/**
 * PCTCP: priorities belong to causal chains, which are found as messages appear. See priorities.ts.
 *
 * The paper partitions any partial order online into at most w^2 chains, w being its width. Ours is a forest, for which w chains do
 * (see threads.ts), so that a bug of depth d is found with probability at least 1 / (w n^(d-1)), n being the number of steps, where
 * the paper has 1 / (w^2 n^(d-1)).
 */
import { PATIENCE, PriorityScheduler } from './priorities.ts';
import type { PriorityOptions } from './priorities.ts';
import { ChainThreads } from './threads.ts';

export class Pctcp extends PriorityScheduler {
    constructor(options: { readonly withFaults: boolean; readonly depth: number; readonly fair: boolean }) {
        const { withFaults, depth, fair } = options;
        const threads: PriorityOptions['threads'] = causes => new ChainThreads(causes);
        super({ withFaults, depth, threads, patience: fair ? PATIENCE : Infinity });
    }
}
