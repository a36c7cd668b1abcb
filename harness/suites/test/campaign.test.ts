/** What runs that say nothing about a schedule do to the exploration of a suite. */
import { describe, expect, it } from '@jest/globals';
import { exploreSuite, type Ran, type RunPlan } from '../campaign.ts';

const DEVIATION = { server: 0, instance: 0, instead: 'a', path: 'b', act: 'execute' } as const;
const STEP = { server: 0, instance: 0, path: 'b', name: 'b', choices: 2, deviation: DEVIATION };
const PASSED: Ran = { passed: true, output: '', trace: { steps: [STEP], arrivals: [], interfaces: [] } };
const FAILED: Ran = { ...PASSED, passed: false, output: 'the race' };
const SETTINGS = { seed: 1, runs: 3, faultsMax: 0, shrinkRuns: 9, onProgress: () => undefined };

describe('exploring a suite', () => {
    it('takes a run that the user ended for no failure of what it tried', async () => {
        let stopped = false;
        const runSuite = async ({ mode }: RunPlan): Promise<Ran> => {
            if (mode === 'production') return PASSED;
            if (mode === 'random') return FAILED;
            stopped = true;
            return { ...FAILED, output: 'killed' };
        };
        const result = await exploreSuite({ ...SETTINGS, runSuite, shouldStop: () => stopped });
        const repeats = { runs: 0, failed: 0 };
        const finding = { deviations: [DEVIATION], shrunk: 'reduced', repeats, output: 'the race' };
        expect(result).toMatchObject({ verdict: 'violated', finding });
    });

    it('does not count a run that fails before it has a server', async () => {
        const runSuite = async ({ mode }: RunPlan): Promise<Ran> =>
            mode === 'production' ? PASSED : { passed: false, output: 'no such file', trace: undefined };
        const exploring = exploreSuite({ ...SETTINGS, runSuite, shouldStop: () => false });
        await expect(exploring).rejects.toMatchObject({
            code: 'NO_SERVER_STARTED',
            message: expect.stringContaining('no such file')
        });
    });
});
