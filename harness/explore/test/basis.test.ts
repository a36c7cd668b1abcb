/** What a verdict says that it rests on, word by word, and what samples promise. */
import { describe, expect, it } from '@jest/globals';
import { rejects, someCalls } from '../../index.ts';
import type { ScenarioSpec } from '../../index.ts';
import { constantFrom } from 'fast-check';
import { basisOf, passText } from '../basis.ts';
import { runCampaign } from '../index.ts';
import type { CampaignOptions } from '../index.ts';
import { bothPromised, missBound } from '../probability.ts';
import type { CampaignResult, CampaignStats } from '../results.ts';
import { toyBinding, vaultScenario, withdraw } from './toys.ts';

const bound = { messages: 10_000, timeAdvances: 20 };
const limits = { messagesMax: 10_000, timeAdvancesMax: 20 };
const ZERO = { messages: 0, steps: 0, overlaps: 1, faults: 0, programs: 1, cut: 0, witnessed: {} };
const stats = (schedules: number, rest: Partial<CampaignStats> = {}): CampaignStats => {
    return { ...ZERO, schedules, ...rest };
};
const KNOWN = { limits, undecided: false };
const standing = (schedules: number, exact: boolean) => stats(9, { standsFor: { schedules, exact } });

type Calls = ScenarioSpec['calls'];

function explored(calls: Calls, options: Partial<CampaignOptions>, faults: ScenarioSpec['faults'] = []) {
    const { binding, backend } = toyBinding(vaultScenario('toy', { calls, faults }));
    return runCampaign(binding, backend, { seed: 1, ...options });
}

const two = ['alice', 'bob'].map(actor => withdraw('guarded', actor, 40n));
const missedOf = ({ basis }: CampaignResult) => (basis.kind === 'sampled' ? basis.missed : undefined);

describe('a verdict', () => {
    it.each<[string, Parameters<typeof basisOf>[0], string]>([
        [
            'all, each by itself',
            { end: 'exhausted', ...KNOWN, stats: stats(14) },
            'every legal schedule within the bound: 14'
        ],
        [
            'all, by classes',
            { end: 'exhausted', ...KNOWN, stats: standing(636, true) },
            'every legal schedule within the bound: 9 run, standing for 636'
        ],
        [
            'all, by classes too many to count',
            { end: 'exhausted', ...KNOWN, stats: standing(5e6, false) },
            'every legal schedule within the bound: 9 run, standing for at least 5000000'
        ],
        [
            'samples',
            { end: 'completed', ...KNOWN, stats: stats(1) },
            'nothing broke in 1 schedule'
        ],
        [
            'samples that promise something',
            {
                end: 'completed',
                ...KNOWN,
                stats: stats(1_000),
                promised: { depth: 2, threads: 3, steps: 10, longest: 10 }
            },
            'nothing broke in 1000 schedules; chance that they all miss a race of depth 2 in this program: ' +
                'at most 1e-9, if no schedule has more than 10 steps in 3 threads'
        ]
    ])('says what it rests on: %s', (_, known, text) => {
        const said = passText(basisOf(known));
        expect(said).toBe(text);
    });

    it.each([
        ['stopped', stats(7), false, 'stopped'],
        ['spent', stats(7), false, 'spent'],
        ['budget', stats(7), false, 'more-schedules'],
        ['exhausted', stats(7, { cut: 1 }), false, 'cut'],
        ['completed', stats(7), true, 'undecided']
    ] as const)('is never about all schedules when it ended by %s', (end, seen, undecided, because) => {
        const basis = { kind: 'partial', schedulesRun: 7, because, bound };
        expect(basisOf({ end, stats: seen, limits, undecided })).toEqual(basis);
    });

    it('stands in results as data', () => {
        const all = { kind: 'exhaustive', schedulesRun: 14, standsFor: 14, exact: true, bound };
        const { verdict, basis } = explored(two, { strategy: 'exhaustive' });
        expect(verdict).toBe('passed');
        expect({ ...basis, schedulesRun: 14 }).toEqual(all);
        const some = { kind: 'sampled', schedulesRun: 30, bound };
        expect(explored(two, { strategy: 'random', schedules: 30 }).basis).toEqual(some);
    });
});

describe('the chance to miss a race', () => {
    it('is that of the theorem', () => {
        expect(missBound({ depth: 1, threads: 2, steps: 6, longest: 6 }, 1)!.atMost).toBeCloseTo(1 / 2);
        expect(missBound({ depth: 2, threads: 2, steps: 6, longest: 5 }, 10)!.atMost).toBeCloseTo((11 / 12) ** 10);
        expect(missBound({ depth: 3, threads: 4, steps: 1e6, longest: 5 }, 1)!.atMost).toBeLessThan(1);
    });

    it('is not known where schedules were longer than the theorem was told, or nothing was run', () => {
        expect(missBound({ depth: 2, threads: 2, steps: 6, longest: 7 }, 10)).toBeUndefined();
        expect(missBound({ depth: 2, threads: 2, steps: 6, longest: 6 }, 0)).toBeUndefined();
    });

    it('counts for both parts of a campaign when both promise the same', () => {
        const one = { depth: 2, threads: 2, steps: 6, longest: 5 };
        expect(bothPromised(one, { ...one, threads: 3 })).toEqual({ ...one, threads: 3 });
        expect(bothPromised(one, { ...one, depth: 3 })).toBeUndefined();
        expect(bothPromised(one, undefined)).toBeUndefined();
    });

    it('is said for one program without faults, by strategies with a theorem only', () => {
        expect(missedOf(explored(two, { strategy: 'pct:2', schedules: 50 }))).toMatchObject({ depth: 2, threads: 2 });
        const chains = missedOf(explored(two, { strategy: 'pctcp:2', schedules: 50 }))!;
        expect(chains.atMost).toBeCloseTo((1 - 1 / (chains.threads * chains.steps)) ** 50);
        expect(missedOf(explored(two, { strategy: 'fair-pct:2', schedules: 50 }))).toBeUndefined();
        expect(missedOf(explored(two, { strategy: 'random', schedules: 50 }))).toBeUndefined();
        expect(missedOf(explored(two, { strategy: 'pct:2', schedules: 50 }, [rejects({ max: 1 })]))).toBeUndefined();
        const drawn = someCalls(2, 3, constantFrom(...two));
        expect(missedOf(explored(drawn, { strategy: 'pct:2', schedules: 50 }))).toBeUndefined();
    });

    it('is an upper bound: races are missed less often', () => {
        const racy = ['alice', 'bob'].map(actor => withdraw('stale', actor, 60n));
        const misses = Array.from({ length: 200 }, (_, seed) =>
            explored(racy, { strategy: 'pctcp:2', schedules: 5, seed, shrink: false })
        );
        const missed = misses.filter(each => each.verdict !== 'violated');
        const least = 1 - 1 / (2 * 6);
        expect(missed.length / misses.length).toBeLessThanOrEqual(least ** 5);
    });
});
