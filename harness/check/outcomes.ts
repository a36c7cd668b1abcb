/** Outcomes of "observe" scenarios: an outcome that is not listed is treated like a broken invariant. */
import type { Binding } from '../scenario/bind.ts';
import { ScenarioFunctionError } from '../scenario/errors.ts';
import type { Invariant } from '../scenario/types.ts';
import { OUTCOMES } from '../scenario/validate.ts';
import { outcomeText } from './guard.ts';
import { valueText } from './value-text.ts';

/** The texts of the outcomes that a scenario expects; empty where it states none. Throws ScenarioFunctionError on a value without text. */
export function expectedTexts(binding: Binding): readonly string[] {
    try {
        return (binding.scenario.outcomes?.exactly ?? []).map(value => valueText(value));
    } catch (cause) {
        throw new ScenarioFunctionError(
            binding.scenario,
            '`outcomes.exactly`',
            `holds a value that cannot be compared: ${String(cause)}`,
            cause
        );
    }
}

/** As an invariant: one in a list, or none where the scenario states no outcomes. */
export function expectedOutcomes(binding: Binding): readonly Invariant[] {
    const { outcomes } = binding.scenario;
    if (outcomes === undefined) return [];
    const expected = new Set(expectedTexts(binding));
    const check: Invariant['check'] = view => {
        const text = outcomeText(binding, outcomes, view);
        return expected.has(text)
            ? undefined
            : `the outcome ${text} is none of those expected: ${[...expected].join(' | ')}`;
    };
    return [{ name: OUTCOMES, when: outcomes.at === 'commit' ? 'always' : 'quiescent', check }];
}
