/** Exhaustive search with reduction: far fewer schedules, and nothing else that differs from the enumeration of all. */
import { describe, expect, it } from '@jest/globals';
import { afterReply, invariant, rejects } from '../../index.ts';
import type { CallSpec, ScenarioSpec } from '../../index.ts';
import { runCampaign } from '../index.ts';
import { enumerate } from '../../../selffuzz/exploration/enumerate.ts';
import type { Enumerated } from '../../../selffuzz/exploration/enumerate.ts';
import { deposit, toyBinding, vaultScenario, withdraw } from './toys.ts';

const ACTORS = ['alice', 'bob', 'carol', 'dave', 'erin'];
const NOTHING = invariant('nothing', 'always', () => undefined);
const UNOBSERVED: Partial<ScenarioSpec> = { observe: {}, invariants: [NOTHING] };

function withdrawals(count: number, variant = 'guarded', amount = 10n): readonly CallSpec[] {
    return ACTORS.slice(0, count).map(actor => withdraw(variant, actor, amount));
}

function enumerated(
    calls: readonly CallSpec[],
    reduction: 'none' | 'dpor',
    rest: Partial<ScenarioSpec> = {}
): Enumerated {
    return enumerate(toyBinding(vaultScenario('reduced', { calls, ...rest })), reduction)!;
}

describe('the schedules that are run', () => {
    it.each([
        [1, 1, 1],
        [2, 6, 14],
        [3, 90, 636],
        [4, 2520, 61_800]
    ])('with %i concurrent withdrawals are %i, and stand for exactly %i', (count, run, legal) => {
        // The vault runs twice a call, and the ledger in the order in which it was called: (2n)! / 2^n orders of the vault.
        const reduced = enumerated(withdrawals(count), 'dpor', UNOBSERVED);
        expect(reduced).toMatchObject({ run, standsFor: legal, blocked: 0 });
    });

    const rejected = (max: number): Partial<ScenarioSpec> => ({ faults: [rejects({ callee: 'ledger', max })] });
    const first = withdraw('guarded', 'alice', 10n);
    it.each<[string, readonly CallSpec[], Partial<ScenarioSpec>]>([
        ['a guarded vault', withdrawals(3), {}],
        ['a vault that overdraws', withdrawals(3, 'stale', 60n), {}],
        ['deposits too', [...withdrawals(2, 'stale', 60n), deposit('carol', 50n)], {}],
        ['a rejection', withdrawals(3, 'snapshot', 40n), rejected(1)],
        ['several rejections', withdrawals(3), rejected(2)],
        ['codes', withdrawals(2), { faults: [rejects({ codes: [1, 2] }), rejects({ codes: [2, 4] })] }],
        ['sessions', [first, afterReply(first), withdraw('guarded', 'bob', 10n)], {}],
        ['sessions and a rejection', [first, afterReply(first), withdraw('stale', 'bob', 60n)], rejected(1)]
    ])('show the same as all of them: %s', (_name, calls, rest) => {
        const [all, reduced] = [enumerated(calls, 'none', rest), enumerated(calls, 'dpor', rest)];
        const { violations, observations, overlapped } = all;
        expect(reduced).toMatchObject({ standsFor: all.run, violations, observations, overlapped });
    });

    it('are all judged, whatever an invariant reads while a trace is recorded', () => {
        // Exploring does not ask again what has said "low".
        const low = invariant('low', 'always', ({ observed }) => {
            if (observed['balance'] >= 0n) return undefined;
            return observed['balance'] < -50n ? `far too low, ${observed['paid']} paid` : 'low';
        });
        // Broken in later steps, so that its trace goes on there.
        const lower = invariant('lower', 'always', ({ observed }) => {
            return observed['balance'] < -70n ? 'even lower' : undefined;
        });
        const calls = withdrawals(3, 'swapped', 60n);
        const scenario = vaultScenario('recorded', { calls, invariants: [low, lower] });
        const { binding, backend } = toyBinding(scenario);
        const [all, reduced] = (['none', 'dpor'] as const).map(reduction => {
            const most = { schedulesAfterViolation: 10_000, shrink: false };
            return runCampaign(binding, backend, { seed: 1, strategy: 'exhaustive', reduction, ...most });
        });
        expect(all?.verdict).toBe('violated');
        expect(reduced?.stats.standsFor?.schedules).toBe(all?.stats.schedules);
    });
});
