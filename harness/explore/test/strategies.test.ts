/** Strategies: only legal steps, and what each one is for. The toy backend throws at whatever is not legal. */
import { describe, expect, it } from '@jest/globals';
import { call, expires, observes, query, rejects, scenario } from '../../index.ts';
import type { CallSpec } from '../../index.ts';
import { runCampaign } from '../index.ts';
import { randomSource } from '../random.ts';
import type { StrategyName } from '../../scenario/strategy-name.ts';
import { OneByOne } from '../shrink/one-by-one.ts';
import { RandomWalk } from '../strategy/random-walk.ts';
import { Production } from '../strategy/production.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { Walk } from '../walk.ts';
import { toyReceiver, toySender } from './toy-canisters.ts';
import { toyBinding, vaultScenario, withdraw } from './toys.ts';

const calls: CallSpec[] = ['alice', 'bob', 'carol'].map(actor => withdraw('bounded', actor, 20n));

/** Paths of one schedule. */
function pathsOf(strategy: Strategy, program: CallSpec[], index = 0): string[] {
    const { binding, backend } = toyBinding(vaultScenario('toy', { calls: program }));
    const walk = new Walk(binding, backend);
    const paths: string[] = [];
    walk.listener = { before: ({ message }) => void paths.push(backend.describe(message).path) };
    walk.load(binding.program(program));
    expect(walk.run(strategy, randomSource(1, 'toy', 'test')(index))).toBe('quiescent');
    return paths;
}

it('one by one runs each call to its end, in the order asked for, also when another one was sent first', () => {
    const two = calls.slice(0, 2);
    const [alice, bob] = ['alice#1', 'bob#1'].map(label => [label, `${label}/0`, `${label}/0/r`]);
    expect(pathsOf(new OneByOne([0, 1]), two)).toEqual([...alice!, ...bob!]);
    expect(pathsOf(new OneByOne([1, 0]), two)).toEqual([...bob!, ...alice!]);
});

describe('every strategy', () => {
    it.each<[StrategyName]>([['random'], ['production'], ['exhaustive']])(
        '%s takes legal steps only, faults included',
        strategy => {
            const faults = [rejects({ callee: 'ledger', max: 2, codes: [1, 2, 3, 4, 5] }), expires({ max: 2 })];
            const { binding, backend } = toyBinding(
                vaultScenario('legal', {
                    calls: calls.slice(0, 2),
                    faults,
                    invariants: [],
                    required: {},
                    outcomes: { at: 'commit', of: () => 0, exactly: [0] }
                })
            );
            const { verdict, stats } = runCampaign(binding, backend, { seed: 3, strategy, schedules: 3000 });
            expect(verdict).toBe(strategy === 'exhaustive' ? 'budget-exhausted' : 'passed');
            expect(stats.faults > 0).toBe(strategy !== 'production');
        }
    );
});

describe('random walk', () => {
    it('reaches each of the 14 schedules of two withdrawals', () => {
        const seen = new Set<string>();
        const walk = new RandomWalk({ withFaults: false });
        for (let index = 0; index < 300; index++) seen.add(pathsOf(walk, calls.slice(0, 2), index).join(' '));
        expect(seen.size).toBe(14);
    });

    it('injects no more faults than declared, and none, one and many of them', () => {
        const { binding, backend } = toyBinding(vaultScenario('faulty', { calls, faults: [rejects({ max: 2 })] }));
        const walk = new Walk(binding, backend);
        walk.load(binding.program(calls));
        const strategy = new RandomWalk({ withFaults: true });
        const random = randomSource(1, 'toy', 'test');
        const counts = Array.from({ length: 300 }, (_, index) => {
            walk.run(strategy, random(index));
            return walk.trail.filter(each => each.act === 'reject').length;
        });
        expect(new Set(counts)).toEqual(new Set([0, 1, 2]));
    });
});

describe('production order', () => {
    it('runs in iterations: all ingress, then all requests, then all responses', () => {
        expect(pathsOf(new Production(), calls)).toEqual([
            'alice#1',
            'bob#1',
            'carol#1',
            'alice#1/0',
            'bob#1/0',
            'carol#1/0',
            'alice#1/0/r',
            'bob#1/0/r',
            'carol#1/0/r'
        ]);
    });

    it('takes canisters in ascending order within an iteration', () => {
        const mixed = [call('alice', 'ledger', 'transfer', ['x', 1n]), ...calls.slice(0, 1)];
        // The vault is deployed before the ledger, so alice's second message runs before her first.
        expect(pathsOf(new Production(), mixed)).toEqual(['alice#2', 'alice#1', 'alice#2/0', 'alice#2/0/r']);
    });
});

describe('the order of messages', () => {
    const two = { sender: toySender, receiver: toyReceiver };
    const declared = (of: 'log' | 'replies', exactly: string[]) =>
        scenario('fifo-two-requests', {
            about: 'two requests in one segment',
            canisters: { sender: 'sender', receiver: 'receiver' },
            calls: [call('alice', 'sender', 'send_two')],
            observe: { replies: query('sender', 'get_replies'), log: query('receiver', 'get_log') },
            invariants: [],
            expect: observes({ at: 'quiescent', of: ({ observed }) => observed[of], exactly })
        });

    it('requests of a pair arrive in order in every schedule; responses in any', () => {
        for (const [of, exactly] of [
            ['log', ['m1m2']],
            ['replies', ['m1m2', 'm2m1']]
        ] as const) {
            const { binding, backend } = toyBinding(declared(of, [...exactly]), two);
            expect(runCampaign(binding, backend, { seed: 1 })).toMatchObject({
                comparison: 'as-expected',
                exhaustive: true
            });
        }
    });
});
