/** Exhaustive search that goes through each state once: it finds and counts what the enumeration of all schedules does. */
import { describe, expect, it } from '@jest/globals';
import { remembering } from '../../backend/remember/remembering.ts';
import { BOUNDS } from '../../backend/remember/state-graph.ts';
import { afterReply, invariant, rejects } from '../../index.ts';
import type { CallSpec, Scenario, ScenarioSpec } from '../../index.ts';
import { runCampaign } from '../index.ts';
import { randomSource } from '../random.ts';
import { strategyFor } from '../strategy/index.ts';
import { Walk } from '../walk.ts';
import { enumerate } from '../../../selffuzz/exploration/enumerate.ts';
import type { Enumerated } from '../../../selffuzz/exploration/enumerate.ts';
import { realBinding } from './real-canisters.ts';
import { deposit, vaultScenario, withdraw } from './toys.ts';

const ACTORS = ['alice', 'bob', 'carol', 'dave'];

function withdrawals(count: number, variant = 'guarded', amount = 10n): readonly CallSpec[] {
    return ACTORS.slice(0, count).map(actor => withdraw(variant, actor, amount));
}

async function enumerated(
    calls: readonly CallSpec[],
    reduction: 'none' | 'dpor' | 'merge',
    rest: Partial<ScenarioSpec>
): Promise<Enumerated> {
    const { binding, backend } = await realBinding(scenarioOf(calls, rest), 'motoko');
    return enumerate({ binding, backend: reduction === 'merge' ? remembering(backend, 'on') : backend }, reduction)!;
}

function scenarioOf(calls: readonly CallSpec[], rest: Partial<ScenarioSpec>): Scenario {
    const vault: ScenarioSpec['canisters'][string] = { canister: 'vault', init: at => [at.canister('ledger'), 100n] };
    return vaultScenario('merged', { canisters: { ledger: 'ledger', vault }, calls, ...rest });
}

const inOrder = invariant('answered in order', 'always', ({ calls }) => {
    const [first, second] = calls.map(each => each.answeredAt ?? Infinity);
    return second! < first! ? `${second} before ${first}` : undefined;
});
const oneAtATime = invariant('one under way', 'always', ({ inFlight }) => {
    return inFlight.length > 1 ? inFlight.map(({ kind, root }) => `${kind} of ${root}`).join(', ') : undefined;
});
const steady = invariant('the balance falls', 'always', ({ observed, previous }) => {
    if (previous === undefined || (previous['balance'] as bigint) >= (observed['balance'] as bigint)) return undefined;
    return `from ${String(previous['balance'])} to ${String(observed['balance'])}`;
});

describe('merging', () => {
    it('runs one schedule of each order of the vault, and counts all', async () => {
        expect(await enumerated(withdrawals(2), 'merge', {})).toMatchObject({ run: 6, standsFor: 14 });
        expect(await enumerated(withdrawals(3), 'merge', {})).toMatchObject({ run: 90, standsFor: 636 });
    });

    it('goes through each state once also after the table was left alone', async () => {
        const scenario = scenarioOf(withdrawals(4), {});
        const alone = await enumerated(withdrawals(4), 'merge', {});
        const { binding, backend } = await realBinding(scenario, 'motoko');
        const table = remembering(backend, 'on', { ...BOUNDS, fewEntries: 0 });
        const walk = new Walk(binding, table);
        walk.load(binding.program(withdrawals(4)));
        const strategy = strategyFor('random', { withFaults: false });
        for (let index = 0; index < 100; index++) walk.run(strategy, randomSource(1, 'merged', 'random')(index));
        walk.reset();
        const { run, standsFor } = enumerate({ binding, backend: table }, 'merge')!;
        expect({ run, standsFor }).toEqual({ run: alone.run, standsFor: alone.standsFor });
    });

    it.each<[string, bigint, string]>([
        ['guarded', 60n, 'passed'],
        ['stale', 60n, 'violated']
    ])('is what a campaign may do: %s', async (variant, amount, verdict) => {
        const scenario = scenarioOf(withdrawals(2, variant, amount), {});
        const { binding, backend } = await realBinding(scenario, 'motoko');
        const options = { seed: 1, strategy: 'exhaustive', schedulesAfterViolation: 100 } as const;
        const all = runCampaign(binding, backend, { ...options, reduction: 'none' });
        const merged = runCampaign(binding, remembering(backend, 'on'), { ...options, reduction: 'merge' });
        expect(all).toMatchObject({ verdict, exhaustive: true });
        expect(merged).toMatchObject({ verdict, exhaustive: true });
        expect(merged.stats.standsFor).toEqual({ schedules: all.stats.schedules, exact: true });
        expect(merged.stats.schedules).toBeLessThan(all.stats.schedules);
        const names = (each: typeof all): unknown => each.broken.map(({ name, message }) => [name, message]);
        expect(names(merged)).toEqual(names(all));
    });

    const rejected = (max: number): Partial<ScenarioSpec> => ({ faults: [rejects({ callee: 'ledger', max })] });
    const first = withdraw('guarded', 'alice', 10n);
    it.each<[string, readonly CallSpec[], Partial<ScenarioSpec>]>([
        ['a vault that overdraws', withdrawals(3, 'stale', 60n), {}],
        ['deposits too', [...withdrawals(2, 'stale', 60n), deposit('carol', 50n)], {}],
        ['a rejection', withdrawals(2, 'snapshot', 40n), rejected(1)],
        ['several rejections', withdrawals(2), rejected(2)],
        ['codes', withdrawals(2), { faults: [rejects({ codes: [1, 2] }), rejects({ codes: [2, 4] })] }],
        ['sessions and a rejection', [first, afterReply(first), withdraw('stale', 'bob', 60n)], rejected(1)],
        ['what reads the order of answers', withdrawals(2, 'stale', 60n), { invariants: [inOrder] }],
        ['what reads messages under way', withdrawals(3, 'stale', 60n), { invariants: [oneAtATime] }],
        ['what reads the values before', withdrawals(2, 'snapshot', 40n), { invariants: [steady], ...rejected(1) }]
    ])('shows the same as all of them: %s', async (_name, calls, rest) => {
        const all = await enumerated(calls, 'none', rest);
        const { violations, observations, overlapped } = all;
        const merged = await enumerated(calls, 'merge', rest);
        expect(merged).toMatchObject({ standsFor: all.run, violations, observations, overlapped });
        expect(merged.run).toBeLessThanOrEqual(all.run);
    });

    it('shows the same as one schedule of each class, on real canisters too', async () => {
        const calls = withdrawals(2, 'snapshot', 40n);
        const { run, violations, observations, overlapped } = await enumerated(calls, 'none', rejected(1));
        const reduced = await enumerated(calls, 'dpor', rejected(1));
        expect(reduced).toMatchObject({ standsFor: run, violations, observations, overlapped });
        expect(reduced.run).toBeLessThan(run);
        expect(violations).not.toEqual([]);
        expect(observations.length).toBeGreaterThan(4);
    });
});
