/** The entry of a scenario file: checks the declaration and notes where it stands. */
import { InvalidScenarioError } from './errors.ts';
import { callerLocation } from './location.ts';
import type { Scenario, ScenarioSpec } from './types.ts';
import { problemsOf } from './validate.ts';

/**
 * Declares a scenario. `id` is unique in the project, e.g. `vault-stale/overdraw`; the scenario file exports the result, alone or
 * in a list. Throws InvalidScenarioError that names file, line and everything that is wrong. Methods and argument types are
 * checked when the scenario meets the canisters' Candid interfaces.
 */
export function scenario<S = any>(id: string, spec: ScenarioSpec<S>): Scenario<S> {
    const location = callerLocation(scenario);
    const problems = problemsOf(id, spec);
    if (problems.length > 0) throw new InvalidScenarioError({ id, location }, problems);
    const outcomes = spec.outcomes ?? (spec.expect?.verdict === 'observe' ? spec.expect.outcomes : undefined);
    return Object.freeze({ ...spec, id, location, ...(outcomes === undefined ? {} : { outcomes }) });
}
