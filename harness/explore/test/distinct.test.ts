/** Several failures of a scenario: told apart by invariant and cause, each shrunk to its own, none told twice. */
import { describe, expect, it } from '@jest/globals';
import { constantFrom, integer, oneof, tuple } from 'fast-check';
import { rejects, someCalls } from '../../index.ts';
import type { ScenarioSpec } from '../../index.ts';
import { identityText, isWithin } from '../cause.ts';
import { explains } from '../distinct.ts';
import { replaySchedule, runCampaign } from '../index.ts';
import type { CampaignOptions } from '../index.ts';
import type { CampaignResult, Cause, Finding } from '../results.ts';
import { superfluous } from './minimal.ts';
import { deposit, overdraw, toyBinding, vaultScenario, withdraw } from './toys.ts';

type Rest = Partial<ScenarioSpec> & Pick<ScenarioSpec, 'calls'>;

function explored(rest: Rest, options: Partial<CampaignOptions> = {}): CampaignResult {
    const { binding, backend } = toyBinding(vaultScenario('toy', rest));
    return runCampaign(binding, backend, { seed: 1, ...options });
}

const cause = (overlaps: string[], faults: string[] = [], calls: string[] = []): Cause => ({ overlaps, faults, calls });
const REJECTS = [rejects({ callee: 'ledger', max: 1 })];

/** A race of two, and a fault that needs none. */
const TWO_BUGS: Rest = {
    calls: [withdraw('no_rollback', 'alice', 10n), withdraw('swapped', 'bob', 60n), withdraw('swapped', 'carol', 60n)],
    faults: REJECTS
};

describe('a cause', () => {
    it('is part of another when all that it is about is in the other', () => {
        const race = cause(['v.w || v.w'], [], ['v.w']);
        expect(isWithin(race, cause(['v.d || v.w', 'v.w || v.w'], ['reject l.t'], ['v.d', 'v.w']))).toBe(true);
        expect(isWithin(race, cause(['v.d || v.w'], [], ['v.d', 'v.w']))).toBe(false);
        expect(isWithin(cause([], ['reject l.t'], ['v.w']), race)).toBe(false);
        expect(isWithin(cause([], [], ['v.d']), race)).toBe(false);
    });

    it('gives a failure its name', () => {
        const race = ['v.w || v.w'];
        expect(identityText('i', cause(race, ['reject l.t'], ['v.w']))).toBe('i: v.w || v.w; reject l.t');
        expect(identityText('i', cause(race, [], ['v.d', 'v.w']))).toBe('i: v.w || v.w + v.d');
        expect(identityText('i', cause([], ['reject l.t'], ['v.d', 'v.w']))).toBe('i: v.d, v.w; reject l.t');
        expect(identityText('i', cause([]))).toBe('i: nothing called');
    });
});

describe('several failures of a scenario', () => {
    it('are kept apart, each with a schedule of its own', () => {
        const { findings, finding } = explored(TWO_BUGS, { schedules: 2_000, schedulesAfterViolation: 2_000 });
        expect(findings.map(each => each.identity)).toEqual([
            'overdraw: vault.withdraw_swapped || vault.withdraw_swapped',
            'conservation: vault.withdraw_no_rollback; reject ledger.transfer'
        ]);
        expect(findings.map(({ calls, faults }) => [calls.length, faults])).toEqual([
            [2, 0],
            [1, 1]
        ]);
        expect(finding).toBe(findings[0]);
    });

    it('are as many as wanted, and it is said that there are more', () => {
        const result = explored(TWO_BUGS, { schedules: 2_000, schedulesAfterViolation: 2_000, findings: 1 });
        expect(result.findings).toHaveLength(1);
        expect(result.furtherFailures).toBeGreaterThan(0);
    });

    it('are not split by numbers, by who calls, or by calls that do not matter', () => {
        const calls = [
            ...['alice', 'bob', 'carol'].map((actor, at) => withdraw('swapped', actor, BigInt(60 + at))),
            deposit('dave', 1n)
        ];
        const { findings } = explored({ calls, invariants: [overdraw] });
        expect(findings.map(each => each.identity)).toEqual([
            'overdraw: vault.withdraw_swapped || vault.withdraw_swapped'
        ]);
    });

    it('that one schedule shows are one, with what else it breaks', () => {
        const { findings, broken } = explored({ calls: ['alice', 'bob'].map(each => withdraw('stale', each, 60n)) });
        expect(broken.map(each => each.name)).toEqual(['overdraw', 'conservation']);
        expect(findings.map(({ invariant: name, alsoBroken }) => [name, alsoBroken])).toEqual([
            ['overdraw', ['conservation']]
        ]);
    });

    const actors = constantFrom('alice', 'bob', 'carol');
    const variants = constantFrom('stale', 'swapped', 'snapshot', 'guarded', 'no_rollback', 'rollback_stale');
    const amounts = integer({ min: 1, max: 90 }).map(BigInt);
    const calls = someCalls(
        2,
        5,
        oneof(
            tuple(variants, actors, amounts).map(([variant, actor, amount]) => withdraw(variant, actor, amount)),
            tuple(actors, amounts).map(([actor, amount]) => deposit(actor, amount))
        )
    );

    it.each([0, 1, 2, 3, 4, 5])('keep what they are about while they shrink, whatever the program (seed %i)', seed => {
        const raw = new Map<string, Finding>();
        const keyOf = (each: Finding): string => `${each.scheduleIndex} ${each.invariant}`;
        const { findings } = explored(
            { calls, faults: REJECTS },
            {
                seed,
                schedules: 150,
                findings: 3,
                onFinding: each => {
                    if (each.shrunk === 'raw') raw.set(keyOf(each), each);
                }
            }
        );
        expect(findings.length).toBeGreaterThan(0);
        findings.forEach((finding, index) => {
            const origin = raw.get(keyOf(finding))!;
            expect(finding.invariant).toBe(origin.invariant);
            expect(isWithin(finding.cause, origin.cause)).toBe(true);
            const toy = toyBinding(vaultScenario('toy', { calls, faults: REJECTS }));
            expect(superfluous(toy, finding)).toEqual([]);
            const { schedule: steps, invariant, trace } = finding;
            const schedule = { calls: finding.calls, steps, invariant, traceHash: trace.hash };
            const replayed = replaySchedule(toy.binding, toy.backend, schedule);
            expect(replayed).toMatchObject({ kind: 'still-fails', sameTrace: true });
            // None is told twice.
            expect(findings.slice(0, index).some(each => explains(each, origin))).toBe(false);
        });
        expect(new Set(findings.map(each => each.identity)).size).toBe(findings.length);
    });
});
