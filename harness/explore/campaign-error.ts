/** Any error as plain data. Every command needs it, and it needs nothing: not exploration, and no library. */
import { ScenarioError } from '../scenario/errors.ts';
import type { CampaignError } from './results.ts';

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
