/** Campaigns whose programs are drawn from an arbitrary, under every strategy. */
import { describe, expect, it } from '@jest/globals';
import { constantFrom, integer, tuple } from 'fast-check';
import { holds, programs, someCalls } from '../../index.ts';
import type { Scenario } from '../../index.ts';
import { runCampaign } from '../index.ts';
import type { CampaignOptions } from '../index.ts';
import { toyBinding, vaultScenario, withdraw } from './toys.ts';

const calls = someCalls(
    1,
    3,
    tuple(constantFrom('alice', 'bob'), integer({ min: 1, max: 70 })).map(([actor, amount]) => {
        return withdraw('guarded', actor, BigInt(amount));
    })
);

function explored(declared: Scenario, options: Partial<CampaignOptions>) {
    const { binding, backend } = toyBinding(declared);
    return runCampaign(binding, backend, { seed: 1, ...options });
}

describe('generated programs', () => {
    const declared = vaultScenario('generated', { calls, expect: holds() });

    it('are drawn once for so many schedules of a random walk', () => {
        const result = explored(declared, { schedules: 100, schedulesPerProgram: 4 });
        expect(result).toMatchObject({ verdict: 'passed', exhaustive: false, stats: { schedules: 100, programs: 25 } });
    });

    it('have one schedule each in production order', () => {
        const result = explored(declared, { strategy: 'production', schedules: 30 });
        expect(result.stats).toMatchObject({ schedules: 30, programs: 30 });
    });

    it('are enumerated one after the other, which is not called exhaustive: there are other programs', () => {
        const result = explored(declared, { strategy: 'exhaustive', programs: 5 });
        expect(result).toMatchObject({ verdict: 'passed', exhaustive: false, stats: { programs: 5 } });
        // The sizes of scenarios.md for 1, 2 and 3 calls; refused withdrawals have fewer.
        expect(result.stats.schedules).toBeLessThanOrEqual(5 * 636);
        expect(result.stats.schedules).toBeGreaterThan(5);
    });

    it('that are no list of calls, or do not fit the canisters, are an error by name', () => {
        const wrong = vaultScenario('wrong', { calls: integer() as never });
        expect(explored(wrong, {})).toMatchObject({ verdict: 'error', error: { code: 'SCENARIO_INVALID' } });
        const unknown = vaultScenario('unknown', {
            calls: calls.map(list => list.map(each => ({ ...each, method: 'x' })))
        });
        expect(explored(unknown, {})).toMatchObject({ verdict: 'error', error: { code: 'SCENARIO_UNKNOWN_METHOD' } });
    });

    it('of a declaration are refused before the first one is drawn when a method does not exist', () => {
        const methods = { vault: { withdraw_guarded: [integer().map(BigInt)], refund: [] } };
        const declaredCalls = programs({ actors: ['alice'], calls: 1, methods, swarm: true });
        const result = explored(vaultScenario('refund', { calls: declaredCalls }), { schedules: 1 });
        expect(result).toMatchObject({ verdict: 'error', error: { code: 'SCENARIO_UNKNOWN_METHOD' } });
        expect(result.error!.message).toContain('a generated program names vault.refund');
        expect(result.stats.schedules).toBe(0);
    });
});
