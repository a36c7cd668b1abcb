import type { Invariant } from '../../harness/index.ts';

/**
 * Always: an observed number never falls back behind what the answered calls have made of it.
 *
 * A view holds no earlier observations. The model is the history: it folds the answers so far, so `floor` of it only
 * grows as long as no answer takes something back, and an increment that was answered must stay visible.
 */
export function monotonic<S>(observation: string, floor: (model: S) => bigint): Invariant<S> {
    return {
        name: 'monotonic',
        when: 'always',
        check: ({ observed, model }) => {
            const value = observed[observation] as bigint;
            const least = floor(model);
            return value < least ? `${observation} is ${value}, but the answered calls made it ${least}` : undefined;
        }
    };
}
