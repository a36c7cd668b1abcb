/** An await race between realistic canisters, end to end: a bank on an ICRC-1 ledger, in both languages. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { deploy } from '../harness/cli/deploy.ts';
import { canisterTypes } from '../harness/cli/fuzz.ts';
import { roleBuilds } from '../harness/cli/jobs.ts';
import { targetsOf } from '../harness/cli/targets.ts';
import { loadProject } from '../harness/build/index.ts';
import { runCampaign } from '../harness/explore/index.ts';
import type { CampaignResult } from '../harness/explore/index.ts';
import type { Language, Scenario } from '../harness/index.ts';
import { DEFAULT_LIMITS } from '../harness/replica/index.ts';
import { counted, swept } from './test/bank.ts';
import { build, ROOT } from './test/edited-canisters.ts';
import type { Built } from './test/edited-canisters.ts';

// Compilers take their time on a busy machine.
jest.setTimeout(300_000);

const PROJECT = join(ROOT, 'canisters', 'realistic');
const LANGUAGES: readonly Language[] = ['motoko', 'azle'];
const SCHEDULES = 40;

let built: Built;
beforeAll(async () => {
    const names = LANGUAGES.flatMap(language => [`icrc1_ledger_${language}`, `bank_${language}`]);
    built = await build(names, PROJECT);
});

async function explored(scenario: Scenario, language: Language, shrink: boolean): Promise<CampaignResult> {
    const loaded = { scenario, path: scenario.location, file: scenario.location };
    const [target] = targetsOf(loaded, canisterTypes(loadProject(PROJECT)), language);
    const { backend, binding } = await deploy(scenario, roleBuilds(target!.canisters, built), {
        seed: 1,
        fees: 'standard',
        stepsMax: DEFAULT_LIMITS.steps.message,
        cacheDirectory: join(ROOT, '.interleave', 'cache')
    });
    return runCampaign(binding, backend, { seed: 1, shrink, schedules: SCHEDULES, schedulesAfterViolation: 0 });
}

describe.each(LANGUAGES)('a bank on an ICRC-1 ledger in %s', language => {
    it('owes more than it has when a deposit is counted twice; two calls suffice', async () => {
        const result = await explored(counted, language, true);
        expect(result).toMatchObject({ verdict: 'violated', comparison: 'as-expected' });
        const { finding } = result;
        expect(finding?.shrunk).toBe('minimal');
        expect(finding?.calls.map(({ method }) => method)).toEqual(['deposit_counted', 'deposit_counted']);
        expect(finding?.message).toBe('the bank owes 200 and has 100');
    });

    it('always has what it owes when the ledger moves the deposit first', async () => {
        expect(await explored(swept, language, false)).toMatchObject({ verdict: 'passed', broken: [] });
    });
});
