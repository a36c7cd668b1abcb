/** Exploration on the embedded replica with the real Motoko canisters: the same counts and verdicts as on the toy backend. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { breaks, holds, observes, rejects, timePasses } from '../../index.ts';
import type { CallSpec, Scenario, ScenarioSpec } from '../../index.ts';
import { replaySchedule, runCampaign } from '../index.ts';
import { realBinding } from './real-canisters.ts';
import type { Real } from './real-canisters.ts';
import { vaultScenario, withdraw } from './toys.ts';

const twice = (variant: string, amount: bigint): CallSpec[] =>
    ['alice', 'bob'].map(actor => withdraw(variant, actor, amount));

function realVault(id: string, rest: Partial<ScenarioSpec> & Pick<ScenarioSpec, 'calls'>): Scenario {
    const init: ScenarioSpec['canisters'][string] = {
        canister: 'vault',
        init: at => [at.canister('ledger'), 100n]
    };
    return vaultScenario(id, { canisters: { ledger: 'ledger', vault: init }, ...rest });
}

describe('the enumerator on Motoko canisters', () => {
    it.each([
        [1, 1],
        [2, 14],
        [3, 636],
        [4, 61_800]
    ])('finds for %i concurrent withdrawals exactly %i legal schedules', async (calls, schedules) => {
        const withdrawals = ['alice', 'bob', 'carol', 'dave']
            .slice(0, calls)
            .map(actor => withdraw('guarded', actor, 10n));
        const { binding, backend } = await realBinding(
            realVault('count', { calls: withdrawals, expect: holds() }),
            'motoko'
        );
        const before = backend.digest();
        const result = runCampaign(binding, backend, { seed: 1, strategy: 'exhaustive' });
        expect(result).toMatchObject({ verdict: 'passed', exhaustive: true, stats: { standsFor: { schedules } } });
        expect(backend.digest()).toBe(before);
    });
});

it('an outcome that nobody expected replays exactly although more might strike at rest', async () => {
    const scenario = realVault('at-rest', {
        calls: [withdraw('guarded', 'alice', 10n)],
        faults: [timePasses({ seconds: 1 })],
        invariants: [],
        expect: observes({ at: 'quiescent', of: ({ observed }) => observed['balance'], exactly: [1n] })
    });
    const { binding, backend } = await realBinding(scenario, 'motoko');
    const { finding } = runCampaign(binding, backend, { seed: 1, strategy: 'exhaustive', shrink: false });
    const { calls, schedule: steps, invariant, trace, faults } = finding!;
    expect(faults).toBe(0);
    const again = replaySchedule(binding, backend, { calls, steps, invariant, traceHash: trace.hash });
    expect(again).toMatchObject({ kind: 'still-fails', sameTrace: true });
});

describe.each<['motoko' | 'azle']>([['motoko'], ['azle']])('a race in %s', language => {
    let real: Real;
    beforeAll(async () => {
        real = await realBinding(
            realVault('snapshot', {
                calls: twice('snapshot', 40n),
                faults: [rejects({ callee: 'ledger', method: 'transfer' })],
                expect: breaks({ invariants: ['conservation'], calls: 2, faults: 1, switches: 1 })
            }),
            language
        );
    }, 120_000);

    it('is found with its minimum, replays with the same trace, and comes again with the same seed', () => {
        const { binding, backend } = real;
        const run = () => runCampaign(binding, backend, { seed: 1, schedules: 300, schedulesAfterViolation: 20 });
        const result = run();
        expect(result).toMatchObject({ comparison: 'as-expected', finding: { shrunk: 'minimal' } });
        expect(run()).toEqual(result);
        const { calls, schedule, invariant, trace } = result.finding!;
        const recorded = { calls, steps: schedule, invariant, traceHash: trace.hash };
        expect(replaySchedule(binding, backend, recorded)).toMatchObject({ kind: 'still-fails', sameTrace: true });
    });
});
