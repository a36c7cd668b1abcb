/** Turns what was thrown into what is shown: a result row for a scenario, lines on stderr and an exit code for a command. */
import { campaignError } from '../explore/campaign-error.ts';
import type { CampaignError, CampaignResult } from '../explore/results.ts';
import { plainLines } from '../report/text.ts';
import type { Paint } from '../report/paint.ts';
import { EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Job } from './protocol.ts';

/** Codes of errors that are ours, not the user's, start so. */
const INTERNAL_PREFIX = 'INTERNAL';

/** True when the error is a bug of ours (exit code 4). Pure. */
export function isInternal(error: CampaignError): boolean {
    return error.code.startsWith(INTERNAL_PREFIX);
}

/** The error for a worker that ended without a result; `schedule`: index of the one that it ran, negative for none. Pure. */
export function workerDied(reason: string, schedule: number): CampaignError {
    const where = schedule < 0 ? '' : ` in schedule ${schedule}`;
    return {
        code: `${INTERNAL_PREFIX}_WORKER_DIED`,
        message: `The worker that explored this scenario died${where}: ${reason}`,
        fix: 'Other scenarios went on. If it was not out of memory, please report it with the scenario and the seed.'
    };
}

/** The error for a scenario that had to be ended from outside. Pure. */
export function neverReturned(): CampaignError {
    return {
        code: 'SCENARIO_NEVER_RETURNS',
        message: 'did not end when it was asked to: a function of the scenario, or a single message, takes for ever',
        fix: 'Look for an endless loop in the invariants, the model and the other functions of the scenario.'
    };
}

/** The row of a scenario that could not be explored. Pure. */
export function failedResult(job: Job, error: CampaignError): CampaignResult {
    const { scenario, about, location, expected, choices } = job;
    return {
        scenario,
        about,
        location,
        seed: choices.seed,
        ...(expected === undefined ? {} : { expected }),
        strategy: 'random',
        verdict: 'error',
        basis: { kind: 'partial', schedulesRun: 0, because: 'stopped', bound: { messages: 0, timeAdvances: 0 } },
        exhaustive: false,
        reason: error.message,
        comparison: expected === undefined ? 'no-expectation' : 'unexpected',
        mismatches: [],
        broken: [],
        findings: [],
        furtherFailures: 0,
        stats: { schedules: 0, messages: 0, steps: 0, overlaps: 0, faults: 0, programs: 0, cut: 0, witnessed: {} },
        error
    };
}

/** Lines for stderr and the exit code of an error that ends the command. Pure. */
export function explainFailure(
    thrown: unknown,
    paint: Paint
): { readonly lines: readonly string[]; readonly exitCode: ExitCode } {
    const error = campaignError(thrown);
    const [first = '', ...more] = plainLines(error.message);
    const lines = [`${paint.red(`error ${error.code}:`)} ${first}`, ...more];
    if (isInternal(error) && error.stack !== undefined) lines.push(...plainLines(error.stack).slice(1));
    lines.push(...plainLines(error.fix).map(line => `${paint.bold('fix:')} ${line}`));
    return { lines, exitCode: isInternal(error) ? EXIT.internal : EXIT.usage };
}
