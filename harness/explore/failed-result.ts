/** What a campaign that never began comes to. */
import type { Scenario } from '../scenario/types.ts';
import { campaignError } from './campaign-error.ts';
import { settle } from './options.ts';
import type { CampaignOptions } from './options.ts';
import type { CampaignResult } from './results.ts';
import { expectationText } from './verdict.ts';

/** The result of a scenario that could not be run at all: its checks cannot be set up. Pure. */
export function failedResult(scenario: Scenario, options: CampaignOptions, cause: unknown): CampaignResult {
    const error = campaignError(cause);
    const expected = expectationText(scenario);
    return {
        scenario: scenario.id,
        about: scenario.about,
        location: scenario.location,
        strategy: settle(scenario, options).strategy,
        seed: options.seed,
        verdict: 'error',
        basis: { kind: 'partial', schedulesRun: 0, because: 'stopped', bound: { messages: 0, timeAdvances: 0 } },
        exhaustive: false,
        reason: error.message,
        ...(expected === undefined ? {} : { expected }),
        comparison: expected === undefined ? 'no-expectation' : 'unexpected',
        mismatches: [error.message],
        broken: [],
        findings: [],
        furtherFailures: 0,
        error,
        stats: { schedules: 0, messages: 0, steps: 0, overlaps: 0, faults: 0, programs: 0, cut: 0, witnessed: {} }
    };
}
