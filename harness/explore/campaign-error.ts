/** Any error as plain data. */
import { ScenarioError } from '../scenario/errors.ts';
import type { Scenario } from '../scenario/types.ts';
import { settle } from './options.ts';
import type { CampaignOptions } from './options.ts';
import type { CampaignError, CampaignResult } from './results.ts';
import { expectationText } from './verdict.ts';

/**
 * An error that names its code and what to do next keeps them, wherever it comes from (scenario, exploration, backend); anything
 * else is a bug of ours and says so.
 */
export function campaignError(error: unknown): CampaignError {
    const known = error as { code?: unknown; fix?: unknown; message?: unknown; stack?: unknown } | null;
    if (error instanceof ScenarioError || (typeof known?.code === 'string' && typeof known.fix === 'string')) {
        const { code, message, fix } = known as { code: string; message: string; fix: string };
        return { code, message, fix, ...causeStack(error) };
    }
    const message = typeof known?.message === 'string' ? known.message : String(error);
    return {
        code: 'INTERNAL_ERROR',
        message,
        fix: 'This is an error of Interleave: please report it with this text.',
        ...(typeof known?.stack === 'string' ? { stack: known.stack } : {})
    };
}

/** Of a failing function of the scenario its own stack helps, not ours. */
function causeStack(error: unknown): { stack?: string } {
    const cause = (error as { cause?: { stack?: unknown } } | null)?.cause;
    return typeof cause?.stack === 'string' ? { stack: cause.stack } : {};
}

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
