/** The samplers: what each of them promises, on toy vaults whose schedules are known by number. */
import { describe, expect, it } from '@jest/globals';
import type { CallSpec } from '../../index.ts';
import type { StrategyName } from '../../scenario/strategy-name.ts';
import type { PendingMessage } from '../../trace/types.ts';
import { randomSource } from '../random.ts';
import { toyBinding, vaultScenario, withdraw } from '../test/toys.ts';
import { Walk } from '../walk.ts';
import { strategyFor } from './index.ts';
import { PartialOrderSampling } from './pos.ts';
import type { ChoicePoint } from './strategy.ts';
import { runTrials } from './trials.ts';

function sampler(name: StrategyName, calls: number): { walk: Walk; schedule: (index: number) => string } {
    const program: CallSpec[] = Array.from({ length: calls }, (_, index) => withdraw('guarded', `user${index}`, 20n));
    const { binding, backend } = toyBinding(vaultScenario('toy', { calls: program }));
    const walk = new Walk(binding, backend);
    walk.load(binding.program(program));
    const names = new Map<PendingMessage, string>();
    walk.listener = { before: ({ message }) => void names.set(message, backend.describe(message).path) };
    const strategy = strategyFor(name, { withFaults: false, observed: [true, true] });
    const program0 = { index: 0, generated: false, withFaults: false };
    runTrials(strategy, program0, randomSource(1, 'toy', 'trial'), (walker, each) => void walk.run(walker, each));
    const random = randomSource(1, 'toy', name);
    const schedule = (index: number): string => {
        const end = walk.run(strategy, random(index));
        if (end !== undefined) expect(end).toBe('quiescent');
        return walk.trail.map(({ message }) => names.get(message)).join(' ');
    };
    return { walk, schedule };
}

/** How often each schedule of some withdrawals came, by the paths of its messages. */
function sampled(name: StrategyName, calls: number, schedules: number): Map<string, number> {
    const { schedule } = sampler(name, calls);
    const seen = new Map<string, number>();
    for (let index = 0; index < schedules; index++) {
        const paths = schedule(index);
        seen.set(paths, (seen.get(paths) ?? 0) + 1);
    }
    return seen;
}

describe.each<[StrategyName]>([
    ['random'],
    ['pct:3'],
    ['fair-pct:3'],
    ['pctcp:3'],
    ['fair-pctcp:3'],
    ['pos'],
    ['surw'],
    ['portfolio']
])('%s', name => {
    it('reaches each of the 14 schedules of two withdrawals', () => {
        expect(sampled(name, 2, 700).size).toBe(14);
    });

    it('draws the same schedules for the same seed', () => {
        expect([...sampled(name, 3, 40)]).toEqual([...sampled(name, 3, 40)]);
    });
});

describe('POS', () => {
    it('draws the same whichever messages it met before, also where a fault comes first', () => {
        const message = (key: number) => ({ key, canister: 0 });
        const points = [[0, 9], [0, 1, 2], [1, 2, 3]].map(keys => {
            return { enabled: keys.map(message), faults: () => [{ message: message(9) }] } as unknown as ChoicePoint;
        });
        const random = randomSource(1, 'toy', 'pos');
        const fresh = () => new PartialOrderSampling({ withFaults: true });
        const picks = (strategy: PartialOrderSampling, index: number): readonly number[] => {
            strategy.begin(random(index));
            return points.map(point => strategy.pick(point));
        };
        const used = fresh();
        for (let index = 0; index < 50; index++) expect(picks(used, index)).toEqual(picks(fresh(), index));
    });
});

describe('PCT', () => {
    it('with depth 1 runs call after call, in every order of the calls', () => {
        const seen = [...sampled('pct:1', 3, 200).keys()].map(paths => {
            const calls = paths.split(' ').map(path => path.split('#')[0]!);
            expect(calls.filter((each, index) => each !== calls[index - 1])).toHaveLength(3);
            return [...new Set(calls)].join(' ');
        });
        expect(new Set(seen).size).toBe(6);
    });

    it('with depth 2 interrupts one call, and once more where a queue gives the turn back', () => {
        const { walk, schedule } = sampler('pct:2', 3);
        const most = Array.from({ length: 500 }, (_, index) => {
            schedule(index);
            return walk.switches.at(-1)!;
        });
        expect(new Set(most)).toEqual(new Set([0, 1, 2]));
    });

    it.each<[StrategyName]>([['pct:2'], ['pctcp:2']])('%s finds what is 2 deep at least as often as promised', name => {
        // bob's first segment between alice's first and last: alice falls before her second or third step, after she went first.
        const seen = sampled(name, 2, 2000);
        let hits = 0;
        for (const [paths, times] of seen) {
            const at = (path: string): number => paths.split(' ').indexOf(path);
            if (at('user0#1') < at('user1#1') && at('user1#1') < at('user0#1/0/r')) hits += times;
        }
        // 1 / (n k^(d-1)): two calls of three messages each.
        expect(hits / 2000).toBeGreaterThan(1 / (2 * 6));
    });
});

describe('SURW', () => {
    it('draws the orders of interesting events uniformly, where a random walk does not', () => {
        const spread = (name: StrategyName): number => {
            const counts = [...sampled(name, 2, 4000).values()];
            return Math.max(...counts) / Math.min(...counts);
        };
        // Two of the 14 schedules come through a queue, which weights do not see; the others are within sampling error.
        expect(spread('random')).toBeGreaterThan(3);
        expect(spread('surw')).toBeLessThan(spread('random') / 1.4);
    });
});
