/** What a result needs to know about its scenario, as plain data: results are put together where the scenario is not loaded. */
import { expectedTexts } from '../check/index.ts';
import type { Binding } from '../scenario/bind.ts';
import { faultText } from '../scenario/fault-text.ts';
import { OUTCOMES } from '../scenario/validate.ts';
import type { Judged } from './verdict.ts';

export interface ScenarioFacts extends Judged {
    readonly id: string;
    readonly about: string;
    readonly location: string;
    /** Names of all that may break, in the order in which results list them. */
    readonly invariants: readonly string[];
    /** Declared faults, as the scenario file writes them. */
    readonly faults: readonly string[];
    readonly outcomes?: {
        readonly schedules?: number;
        /** As text. */
        readonly expected: readonly string[];
    };
}

/** Calls the functions of the scenario that name its outcomes; throws what they throw. */
export function factsOf(binding: Binding): ScenarioFacts {
    const { id, about, location, invariants, expect, required, outcomes, faults = [] } = binding.scenario;
    return {
        id,
        about,
        location,
        invariants: [...invariants.map(each => each.name), OUTCOMES],
        faults: faults.map(faultText),
        // The outcomes of an expectation are those of the scenario, and hold functions.
        ...(expect === undefined ? {} : { expect: expect.verdict === 'observe' ? { verdict: 'observe' } : expect }),
        ...(required?.overlap === undefined ? {} : { required: { overlap: required.overlap } }),
        ...(outcomes === undefined
            ? {}
            : {
                  outcomes: {
                      ...(outcomes.schedules === undefined ? {} : { schedules: outcomes.schedules }),
                      expected: [...expectedTexts(binding)]
                  }
              })
    };
}
