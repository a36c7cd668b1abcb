/** What runs that say nothing about a schedule do to the exploration of a suite. */
import { describe, expect, it } from '@jest/globals';
import { exploreSuite, type Ran, type RunPlan } from '../campaign.ts';

const DEVIATION = { server: 0, instance: 0, instead: 'a', path: 'b', act: 'execute' } as const;
const STEP = { server: 0, instance: 0, path: 'b', name: 'b', choices: 2, deviation: DEVIATION };
const NOTHING = { arrivals: [], interfaces: [], live: false };
const PASSED: Ran = { passed: true, output: '', trace: { steps: [STEP], ran: [], ...NOTHING } };
const FAILED: Ran = { ...PASSED, passed: false, output: 'the race' };
const SETTINGS = { seed: 1, runs: 3, faultsMax: 0, shrinkRuns: 9, onProgress: () => undefined };

describe('exploring a suite', () => {
    const forever = (): boolean => false;

    it('takes a run that the user ended for no failure of what it tried', async () => {
        let stopped = false;
        const runSuite = async ({ mode, run }: RunPlan): Promise<Ran> => {
            if (mode === 'production') return PASSED;
            if (mode === 'random' && run === 1) return FAILED;
            stopped = true;
            return { ...FAILED, output: 'killed' };
        };
        const result = await exploreSuite({ ...SETTINGS, runSuite, shouldStop: () => stopped });
        const repeats = { runs: 1, failed: 1 };
        const finding = { deviations: [DEVIATION], shrunk: 'reduced', repeats, output: 'the race' };
        expect(result).toMatchObject({ verdict: 'violated', finding });
    });

    it('does not count a run that fails before it has a server', async () => {
        const runSuite = async ({ mode }: RunPlan): Promise<Ran> =>
            mode === 'production' ? PASSED : { passed: false, output: 'no such file', trace: undefined };
        const exploring = exploreSuite({ ...SETTINGS, runSuite, shouldStop: forever });
        await expect(exploring).rejects.toMatchObject({
            code: 'NO_SERVER_STARTED',
            message: expect.stringContaining('no such file')
        });
    });

    it('tells a suite that fails by itself from one that a schedule makes fail', async () => {
        let productionRuns = 0;
        const runSuite = async ({ mode, deviations }: RunPlan): Promise<Ran> => {
            if (mode !== 'production' && deviations.length > 0) return FAILED;
            return mode === 'production' && productionRuns++ === 0 ? PASSED : FAILED;
        };
        const result = await exploreSuite({ ...SETTINGS, runSuite, shouldStop: forever });
        const often = { repeated: { runs: 2, failed: 2 }, production: { runs: 1, failed: 1 } };
        expect(result).toMatchObject({ verdict: 'unsteady', run: 1, ...often });
    });

    it('tells a failure that does not come again under the same schedule', async () => {
        const failing = new Set([1]);
        const runSuite = async ({ mode, run }: RunPlan): Promise<Ran> =>
            mode !== 'production' && failing.delete(run) ? FAILED : PASSED;
        const result = await exploreSuite({ ...SETTINGS, runSuite, shouldStop: forever });
        const often = { repeated: { runs: 4, failed: 1 }, production: { runs: 1, failed: 0 } };
        expect(result).toMatchObject({ verdict: 'unsteady', run: 1, ...often, output: 'the race' });
    });

    it.each([[1, 0], [2, 1]])('blames nothing for %d failures in production\'s order', async (failures, again) => {
        let left = failures;
        const none: Ran = { ...PASSED, trace: { steps: [], ran: [], ...NOTHING } };
        const runSuite = async ({ mode }: RunPlan): Promise<Ran> =>
            mode !== 'production' && left-- > 0 ? { ...none, passed: false, output: 'no race' } : none;
        const result = await exploreSuite({ ...SETTINGS, runSuite, shouldStop: forever });
        const often = { repeated: { runs: 1, failed: 1 }, production: { runs: 1, failed: again } };
        expect(result).toMatchObject({ verdict: 'unsteady', run: 1, ...often, output: 'no race' });
    });

    it('runs production\'s order once more, and a minimal schedule three times in all', async () => {
        const plans: RunPlan[] = [];
        const runSuite = async (plan: RunPlan): Promise<Ran> => {
            plans.push(plan);
            return plan.mode === 'production' || plan.deviations.length === 0 && plan.run > 0 && plans.length > 2
                ? PASSED
                : FAILED;
        };
        const result = await exploreSuite({ ...SETTINGS, runSuite, shouldStop: forever });
        const finding = { shrunk: 'minimal', deviations: [DEVIATION], repeats: { runs: 3, failed: 3 } };
        expect(result).toMatchObject({ verdict: 'violated', finding });
        expect(plans.slice(2).map(({ deviations }) => deviations.length)).toEqual([1, 0, 1]);
    });

    it('says that a suite hangs, which no schedule is to blame for', async () => {
        const runSuite = async (): Promise<Ran> => ({ ...PASSED, passed: false, overdue: true, output: 'no end' });
        const exploring = exploreSuite({ ...SETTINGS, runSuite, shouldStop: forever });
        const message = expect.stringContaining('no end');
        await expect(exploring).rejects.toMatchObject({ code: 'SUITE_HANGS', message });
    });

    it('ends when no other order is left, and says so', async () => {
        const plans: RunPlan[] = [];
        const runSuite = async (plan: RunPlan): Promise<Ran> => {
            plans.push(plan);
            return { ...PASSED, trace: { steps: [], ran: [], ...NOTHING } };
        };
        const vacuous = await exploreSuite({ ...SETTINGS, runs: 9, faultsMax: 1, runSuite, shouldStop: forever });
        expect([vacuous, plans.length]).toEqual([{ verdict: 'vacuous', runs: 2 }, 3]);
        const [server, instance] = [0, 0];
        const order = (...paths: string[]) => paths.map((ran) => ({ server, instance, ran, kind: 'ingress', at: 1 }));
        const step = { server, instance, choices: 2, number: 0 };
        const choosing = async ({ deviations }: RunPlan): Promise<Ran> => {
            const [deviation] = deviations;
            const [first, other] = deviation === undefined ? ['a', 'b'] : ['b', 'a'];
            const here = { ...step, path: first, name: '', others: [other] };
            const steps = [deviation === undefined ? here : { ...here, deviation }];
            return { ...PASSED, trace: { steps, ran: order(first, other), ...NOTHING } };
        };
        const passed = await exploreSuite({ ...SETTINGS, runs: 9, runSuite: choosing, shouldStop: forever });
        expect(passed).toMatchObject({ verdict: 'passed', exhausted: true });
        expect(passed.runs).toBeLessThan(4);
    });
});
