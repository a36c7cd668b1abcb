/** Binds a scenario and runs its campaign: what a front end calls. */
import type { ControlledBackend } from '../backend/port.ts';
import { Binding } from '../scenario/bind.ts';
import type { RoleInterface } from '../scenario/bind.ts';
import type { Scenario } from '../scenario/types.ts';
import { campaignError } from './campaign-error.ts';
import { runCampaign } from './campaign.ts';
import { settle } from './options.ts';
import type { CampaignOptions } from './options.ts';
import type { CampaignResult } from './results.ts';
import { expectationText } from './verdict.ts';

/**
 * Like `runCampaign`, for a scenario that is not bound yet: names that the canisters' Candid does not have become a result with
 * the verdict `error` too. `interfaces` by role; the backend must have the scenario's roles deployed. Never throws.
 */
export function exploreScenario(
    scenario: Scenario, interfaces: Readonly<Record<string, RoleInterface>>, backend: ControlledBackend, options: CampaignOptions
): CampaignResult {
    let binding: Binding;
    try {
        binding = new Binding(scenario, interfaces, backend);
    } catch (cause) {
        return failedResult(scenario, options, cause);
    }
    return runCampaign(binding, backend, options);
}

/** The result of a scenario that could not be run at all: it did not bind, or its canisters did not deploy. Pure. */
export function failedResult(scenario: Scenario, options: CampaignOptions, cause: unknown): CampaignResult {
    const error = campaignError(cause);
    const expected = expectationText(scenario);
    return {
        scenario: scenario.id, about: scenario.about, location: scenario.location,
        strategy: settle(scenario, options).strategy, seed: options.seed,
        verdict: 'error', exhaustive: false, reason: error.message,
        ...(expected === undefined ? {} : { expected }),
        comparison: expected === undefined ? 'no-expectation' : 'unexpected',
        mismatches: [error.message], broken: [], error,
        stats: { schedules: 0, messages: 0, steps: 0, overlaps: 0, faults: 0, programs: 0, cut: 0, witnessed: {} }
    };
}
