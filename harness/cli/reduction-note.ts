/** `--reduction` in a selection of which it concerns a part: what is sampled is named, so that nobody takes it for reduced. */
import type { StrategyName } from '../scenario/strategy-name.ts';
import type { Scenario } from '../scenario/types.ts';
import { isArbitrary } from '../scenario/validate.ts';
import { enumerates } from './strategy-option.ts';
import type { ReductionChoice } from './strategy-option.ts';

/** What to say when a reduction is about some of what is run only; undefined when it is about all, or there is none. Pure. */
export function reductionNote(
    { strategy, reduction }: ReductionChoice,
    selected: readonly { readonly scenario: Pick<Scenario, 'id' | 'calls'> & { readonly strategy?: StrategyName } }[]
): string | undefined {
    if (reduction === undefined) return undefined;
    const sampled = selected.flatMap(({ scenario }) => {
        const chosen = strategy ?? scenario.strategy;
        // A portfolio enumerates first, but not generated programs.
        if (chosen === 'exhaustive' || (enumerates(chosen) && !isArbitrary(scenario.calls))) return [];
        return [`${scenario.id} (${chosen ?? 'portfolio'})`];
    });
    if (sampled.length === 0) return undefined;
    return `--reduction ${reduction} is not about what is sampled: ${sampled.join(', ')}`;
}
