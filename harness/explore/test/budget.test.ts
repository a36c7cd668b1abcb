/** A campaign ends when its metered steps are spent, and hands a finding out as soon as it has one. A toy message is one step. */
import { describe, expect, it } from '@jest/globals';
import { holds } from '../../index.ts';
import type { CallSpec } from '../../index.ts';
import { runCampaign } from '../index.ts';
import type { CampaignOptions } from '../index.ts';
import { randomSource } from '../random.ts';
import type { CampaignResult, Finding } from '../results.ts';
import { Exhaustive } from '../strategy/exhaustive.ts';
import { Walk } from '../walk.ts';
import { toyBinding, vaultScenario, withdraw } from './toys.ts';

const twice = (variant: string): CallSpec[] => ['alice', 'bob'].map(actor => withdraw(variant, actor, 60n));

function explored(calls: CallSpec[], options: Partial<CampaignOptions>): CampaignResult {
    const { binding, backend } = toyBinding(vaultScenario('toy', { calls, expect: holds() }));
    return runCampaign(binding, backend, { seed: 1, ...options });
}

const EVERY = { strategy: 'exhaustive', reduction: 'none' } as const;

describe('the budget of metered steps', () => {
    it.each(['random', 'exhaustive'] as const)('ends a %s campaign within a schedule, and says why', strategy => {
        const result = explored(twice('guarded'), { strategy, stepsMax: 10 });
        expect(result).toMatchObject({ verdict: 'budget-exhausted', exhaustive: false, comparison: 'unexpected' });
        expect(result.stats.steps).toBe(10);
        expect(result.reason).toMatch(/used up the budget of 10 metered steps; (alice|bob)#1 alone took 1; nothing broke/);
        expect(result.reason).toContain('find the loop that does not end');
    });

    it('is not spent by a campaign that needs just as much', () => {
        const needed = explored(twice('guarded'), EVERY).stats.steps;
        expect(explored(twice('guarded'), { ...EVERY, stepsMax: needed + 1 }).verdict).toBe('passed');
    });

    it('leaves exploration after a violation one half, and shrinking the other', () => {
        const unbounded = explored(twice('stale'), {});
        expect(unbounded.finding?.shrunk).toBe('minimal');
        const found: Finding[] = [];
        const onFinding = (each: Finding): void => void found.push(each);
        const result = explored(twice('stale'), { strategy: 'random', stepsMax: 60, onFinding });
        expect(result).toMatchObject({ verdict: 'violated', finding: { shrunk: 'reduced' } });
        const first = found.filter(each => each.invariant === result.finding!.invariant);
        expect(first.map(each => each.shrunk)).toEqual(['raw', 'raw', 'reduced']);
        // What explains is not counted; exploration ended about in the middle.
        expect(result.stats.steps).toBeGreaterThanOrEqual(30);
        expect(result.stats.steps).toBeLessThan(45);
    });

    it('keeps a violation of the very schedule that spends it', () => {
        const result = explored(twice('stale'), { strategy: 'exhaustive', reduction: 'none', stepsMax: 12 });
        expect(result).toMatchObject({ verdict: 'violated' });
    });
});

describe('a finding of an enumeration', () => {
    it('is handed out before the next schedule runs', () => {
        const events: string[] = [];
        const result = explored(twice('stale'), {
            strategy: 'exhaustive', reduction: 'none',
            shrink: false,
            onFinding: each => events.push(each.shrunk),
            onProgress: ({ schedules }) => events.push(`${schedules}`)
        });
        expect(events.indexOf('raw')).toBe(result.finding!.scheduleIndex);
        expect(events.slice(-1)).toEqual(['14']);
    });

    it('does not change what is enumerated and counted', () => {
        const declared = vaultScenario('toy', { calls: twice('stale'), expect: holds() });
        const { binding, backend } = toyBinding(declared);
        const walk = new Walk(binding, backend);
        walk.load(binding.program(twice('stale')));
        const strategy = new Exhaustive();
        const random = randomSource(1, 'toy', 'test')(0);
        const broken: string[] = [];
        let schedules = 0;
        for (; walk.run(strategy, random) !== undefined; schedules++) {
            broken.push(...walk.checks.violations.map(each => each.invariant));
        }
        const { stats, broken: told, exhaustive } = explored(twice('stale'), EVERY);
        expect({ exhaustive, schedules: stats.schedules, messages: stats.messages }).toEqual({
            exhaustive: true,
            schedules,
            messages: walk.messages
        });
        const count = (name: string) => broken.filter(each => each === name).length;
        expect(told.map(each => [each.name, each.schedules])).toEqual(
            ['overdraw', 'conservation'].map(name => [name, count(name)])
        );
    });
});
