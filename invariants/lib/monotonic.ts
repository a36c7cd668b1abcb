import type { Invariant } from '../../harness/index.ts';

/** Always: an observed number never falls from one commit to the next. Reads the observation of that name. */
export function monotonic(observation: string): Invariant {
    return {
        name: 'monotonic',
        when: 'always',
        check: ({ observed, previous }) => {
            // Before the first commit there is nothing to fall behind.
            if (previous === undefined) return undefined;
            const [before, now] = [previous[observation] as bigint, observed[observation] as bigint];
            return now < before ? `${observation} fell from ${before} to ${now}` : undefined;
        }
    };
}
