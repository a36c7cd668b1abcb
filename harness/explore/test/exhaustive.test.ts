/** The enumerator against the sizes of scenarios.md, section 4, on an independent backend. */
import { describe, expect, it } from '@jest/globals';
import { afterReply, holds, invariant, rejects } from '../../index.ts';
import { runCampaign } from '../index.ts';
import { randomSource } from '../random.ts';
import { Exhaustive } from '../strategy/exhaustive.ts';
import { Walk } from '../walk.ts';
import { toyBinding, vaultScenario, withdraw } from './toys.ts';

const EVERY = { seed: 1, strategy: 'exhaustive', reduction: 'none' } as const;
const ACTORS = ['alice', 'bob', 'carol', 'dave'];

/** Only the order counts here: toy queries cost more than the rest together. */
const UNOBSERVED = { observe: {}, invariants: [invariant('nothing', 'always', () => undefined)] };

function withdrawals(count: number) {
    return ACTORS.slice(0, count).map(actor => withdraw('guarded', actor, 10n));
}

function factorial(n: number): number {
    return n <= 1 ? 1 : n * factorial(n - 1);
}

describe('the enumerator', () => {
    it.each([
        [1, 1],
        [2, 14],
        [3, 636],
        [4, 61_800]
    ])(
        'finds for %i concurrent withdrawals exactly %i legal schedules',
        (calls, schedules) => {
            const { binding, backend } = toyBinding(
                vaultScenario('count', { ...UNOBSERVED, calls: withdrawals(calls), expect: holds() })
            );
            const result = runCampaign(binding, backend, EVERY);
            expect(result).toMatchObject({
                verdict: 'passed',
                exhaustive: true,
                comparison: 'as-expected',
                // All overlap but those that run the calls one after the other, in any order.
                stats: { schedules, overlaps: schedules - factorial(calls) }
            });
        },
        180_000
    );

    it('never runs the same schedule twice', () => {
        const { binding, backend } = toyBinding(vaultScenario('distinct', { calls: withdrawals(3) }));
        const walk = new Walk(binding, backend);
        walk.load(binding.program(withdrawals(3)));
        const seen = new Set<string>();
        const strategy = new Exhaustive();
        const random = randomSource(1, '', '')(0);
        let count = 0;
        for (; walk.run(strategy, random) !== undefined; count++) {
            seen.add(walk.trail.map(each => each.message.key).join(' '));
        }
        expect([seen.size, count]).toEqual([636, 636]);
    });

    it('sends a call that waits for a reply only when that reply is there', () => {
        const first = withdraw('guarded', 'alice', 10n);
        const calls = [first, afterReply(first), withdraw('guarded', 'bob', 10n)];
        const { binding, backend } = toyBinding(vaultScenario('sessions', { calls }));
        const result = runCampaign(binding, backend, EVERY);
        // Of the C(9, 3) = 84 ways to place Bob's three steps among Alice's six, 51 keep the transfers in the order in which
        // they were sent.
        expect(result.stats).toMatchObject({ schedules: 51 });
        const alone = toyBinding(vaultScenario('session', { calls: calls.slice(0, 2) }));
        const session = runCampaign(alone.binding, alone.backend, EVERY);
        expect(session.stats).toMatchObject({ schedules: 1, messages: 6, overlaps: 0 });
    });

    it('executes shared prefixes once', () => {
        const { binding, backend } = toyBinding(vaultScenario('prefixes', { calls: withdrawals(2) }));
        runCampaign(binding, backend, EVERY);
        // The tree of 14 leaves has 43 nodes below its root; 14 schedules of 6 steps would be 84.
        expect(backend.executions).toBeLessThan(14 * 6);
    });

    it('takes faults as choices: each undelivered request may execute or be rejected, as often as declared', () => {
        const faults = [rejects({ callee: 'ledger', method: 'transfer', max: 1 })];
        const { binding, backend } = toyBinding(vaultScenario('faults', { calls: withdrawals(1), faults }));
        const result = runCampaign(binding, backend, EVERY);
        expect(result.stats).toMatchObject({ schedules: 2, faults: 1 });
    });

    it('multiplies faults by their codes, and counts a fault once that two declarations allow', () => {
        const faults = [rejects({ callee: 'ledger', codes: [1, 2] }), rejects({ method: 'transfer', codes: [2, 4] })];
        const { binding, backend } = toyBinding(vaultScenario('codes', { calls: withdrawals(1), faults }));
        expect(runCampaign(binding, backend, EVERY).stats.schedules).toBe(1 + 3);
    });

    it('says that the budget is exhausted when there are more schedules than it may run', () => {
        const { binding, backend } = toyBinding(vaultScenario('budget', { calls: withdrawals(3), expect: holds() }));
        const result = runCampaign(binding, backend, { ...EVERY, schedules: 100 });
        expect(result).toMatchObject({ verdict: 'budget-exhausted', exhaustive: false, comparison: 'unexpected' });
    });
});
