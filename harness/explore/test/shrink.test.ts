/** Shrinking: the same race, smaller, and as small as it gets. */
import { describe, expect, it } from '@jest/globals';
import { constantFrom, integer, oneof, tuple } from 'fast-check';
import { afterReply, breaks, invariant, rejects, someCalls } from '../../index.ts';
import type { CallSpec, ScenarioSpec, View } from '../../index.ts';
import { replaySchedule, runCampaign } from '../index.ts';
import type { CampaignOptions } from '../index.ts';
import type { CampaignResult, Finding } from '../results.ts';
import { deposit, toyBinding, vaultScenario, withdraw } from './toys.ts';
import type { Deposits } from './toys.ts';

type Rest = Partial<ScenarioSpec> & Pick<ScenarioSpec, 'calls'>;

function explored(rest: Rest, options: Partial<CampaignOptions> = {}): CampaignResult {
    const { binding, backend } = toyBinding(vaultScenario('toy', rest));
    return runCampaign(binding, backend, { seed: 1, ...options });
}

const actors = constantFrom('alice', 'bob', 'carol');
const amounts = integer({ min: 1, max: 90 }).map(BigInt);
const someVariant = constantFrom('stale', 'swapped', 'snapshot', 'guarded', 'no_rollback');
const anyCall = oneof(
    tuple(someVariant, actors, amounts).map(([variant, actor, amount]) => withdraw(variant, actor, amount)),
    tuple(actors, amounts).map(([actor, amount]) => deposit(actor, amount)),
    tuple(someVariant, actors, amounts).map(([variant, actor, amount]) => afterReply(withdraw(variant, actor, amount)))
);

function specsOf(finding: Finding): CallSpec[] {
    return finding.calls.map(({ actor, canister, method, argText, order }) => {
        return { actor, canister, method, args: [BigInt(argText)], order };
    });
}

describe('a shrunk finding', () => {
    const faults = [rejects({ callee: 'ledger', max: 2 })];

    it.each(Array.from({ length: 12 }, (_, seed) => [seed]))(
        'is 1-minimal in calls and faults, and replays (seed %i)',
        seed => {
            const rest = { calls: someCalls(3, 6, anyCall), faults };
            const raw: Finding[] = [];
            const result = explored(rest, { seed, onFinding: finding => raw.push(finding), schedules: 300 });
            const finding = result.finding!;
            expect(finding).toMatchObject({ shrunk: 'minimal', invariant: raw[0]!.invariant });
            // On the way: as it was found, twice, since it is handed out again before it is shrunk.
            const versions = raw.filter(each => each.scheduleIndex === finding.scheduleIndex);
            const same = versions.filter(each => each.invariant === finding.invariant);
            expect(same.map(each => each.shrunk)).toEqual(['raw', 'raw', 'minimal']);
            expect(finding.calls.length).toBeLessThanOrEqual(raw[0]!.calls.length);
            const specs = specsOf(finding);
            // Without any one call, and with all calls but one fault less, every legal schedule keeps the invariant.
            specs.forEach((_spec, index) => {
                const calls = specs.filter((_each, at) => at !== index);
                if (calls.length > 0) expect(breaksWith(finding, calls, finding.faults)).toBe(false);
            });
            if (finding.faults > 0) expect(breaksWith(finding, specs, finding.faults - 1)).toBe(false);
            expect(breaksWith(finding, specs, finding.faults)).toBe(true);
            const { binding, backend } = toyBinding(vaultScenario('toy', rest));
            const replayed = replaySchedule(binding, backend, {
                calls: finding.calls,
                steps: finding.schedule,
                invariant: finding.invariant,
                traceHash: finding.trace.hash
            });
            expect(replayed).toMatchObject({
                kind: 'still-fails',
                sameTrace: true,
                violation: { message: finding.message }
            });
        }
    );

    function breaksWith(finding: Finding, calls: CallSpec[], max: number): boolean {
        const limited = max === 0 ? [] : [rejects({ callee: 'ledger', max })];
        const result = explored(
            { calls, faults: limited },
            { strategy: 'exhaustive', shrink: false, schedulesAfterViolation: 1e9 }
        );
        return result.broken.some(each => each.name === finding.invariant);
    }

    it('of an invariant that is broken before anything runs has no calls, and is minimal', () => {
        const never = invariant('never', 'always', () => 'it never holds');
        const calls = [withdraw('stale', 'alice', 40n), withdraw('stale', 'bob', 40n)];
        expect(explored({ calls, invariants: [never] }).finding).toMatchObject({
            shrunk: 'minimal',
            calls: [],
            schedule: []
        });
    });

    it('has arguments that cannot get smaller one by one', () => {
        const calls = someCalls(
            2,
            4,
            tuple(actors, amounts).map(([actor, amount]) => withdraw('swapped', actor, amount))
        );
        const { finding } = explored({ calls });
        const [one, other] = finding!.calls.map(call => Number(call.argText));
        expect(finding!.calls).toHaveLength(2);
        // The vault has 100, so the sum is just above; neither can go down without the other going up.
        expect(one! + other!).toBe(101);
    });

    const swapped = ['alice', 'bob'].map(actor => withdraw('swapped', actor, 60n));
    const amountsOf = ({ finding }: CampaignResult): number[] => finding!.calls.map(call => Number(call.argText));

    it('has smaller arguments than those written down, and the model knows them too', () => {
        const result = explored({ calls: [...swapped, deposit('carol', 7n)] });
        const [one, other] = amountsOf(result);
        expect(one! + other!).toBe(101);
        const model = invariant('of-model', 'quiescent', ({ observed, model: { deposited } }: View<Deposits>) =>
            deposited > 0n && observed['balance'] < 100n ? `${deposited} were paid in` : undefined
        );
        const calls = [deposit('carol', 70n), withdraw('stale', 'alice', 60n)];
        expect(explored({ calls, invariants: [model] }).finding).toMatchObject({ message: '1 were paid in' });
    });

    it('keeps arguments as they are written where the scenario expects just this', () => {
        const expected = { calls: swapped, expect: breaks({ invariants: ['overdraw'], calls: 2, faults: 0 }) };
        expect(amountsOf(explored(expected))).toEqual([60, 60]);
        const unexpected = { ...expected, expect: breaks({ invariants: ['conservation'] }) };
        expect(amountsOf(explored(unexpected))).not.toEqual([60, 60]);
    });

    it('numbers its calls anew', () => {
        const superfluous = Array.from({ length: 3 }, () => deposit('alice', 1n));
        const calls = [...superfluous, ...Array.from({ length: 2 }, () => withdraw('swapped', 'alice', 90n))];
        const { finding } = explored({ calls });
        expect(finding!.calls.map(call => call.label)).toEqual(['alice#1', 'alice#2']);
        expect(finding!.schedule.map(step => step.path).sort()).toEqual([
            'alice#1',
            'alice#1/0',
            'alice#2',
            'alice#2/0'
        ]);
    });

    it('has as few context switches as any schedule that breaks the invariant', () => {
        const calls = ['alice', 'bob', 'carol'].map(actor => withdraw('stale', actor, 30n));
        expect(explored({ calls }).finding).toMatchObject({ calls: { length: 2 }, switches: 1 });
    });

    it('stays as it is found when shrinking is off, and is marked when its budget ran out', () => {
        const calls = Array.from({ length: 5 }, (_, index) => withdraw('swapped', `a${index}`, 60n));
        expect(explored({ calls }, { shrink: false }).finding).toMatchObject({ shrunk: 'raw', calls: { length: 5 } });
        const reduced = explored({ calls }, { shrinkSchedules: 2 });
        expect(reduced.finding).toMatchObject({ shrunk: 'reduced' });
        expect(reduced.finding!.violations.map(each => each.invariant)).toContain(reduced.finding!.invariant);
    });

    it('keeps calls on which an invariant relies: a candidate without them says nothing', () => {
        const picky = invariant('picky', 'quiescent', ({ calls, observed }) => {
            if (!calls.some(each => each.actor === 'carol')) throw new Error('carol is needed');
            return observed['balance'] + observed['paid'] === 101n ? undefined : 'money is lost';
        });
        const calls = [withdraw('stale', 'alice', 40n), withdraw('stale', 'bob', 40n), deposit('carol', 1n)];
        const { finding, verdict } = explored({ calls, invariants: [picky] });
        expect(verdict).toBe('violated');
        expect(finding!.calls).toHaveLength(2);
        expect(finding!.calls.map(call => call.actor)).toContain('carol');
    });

    const BOTH_PAID = invariant('both-paid', 'quiescent', ({ observed }) =>
        observed['balance'] === 40n && observed['paid'] === 60n ? undefined : `${observed['balance']} are left`
    );

    it('keeps calls that an invariant counts on: without them it breaks for another reason', () => {
        const calls = [10n, 20n, 30n].map((amount, at) => withdraw('stale', `a${at}`, amount));
        const { finding } = explored({ calls, invariants: [BOTH_PAID] });
        // Alone, each call leaves more than 40, and breaks it in every order: that says nothing about the lost update.
        expect(finding).toMatchObject({ shrunk: 'minimal', calls: { length: 3 }, switches: 1 });
        // Nor do its numbers change: it counts on each.
        expect(amountsOf({ finding } as CampaignResult)).toEqual([10, 20, 30]);
    });

    it('keeps numbers that an invariant counts on in another order only', () => {
        const calls = [withdraw('stale', 'alice', 10n), withdraw('stale', 'bob', 20n)];
        const counts = invariant('counts', 'quiescent', ({ observed, calls: [alice, bob] }: View<Deposits>) => {
            const isOther = bob!.answeredAt! < alice!.answeredAt! && bob!.args[0] !== 20n;
            const isKept = observed['balance'] + observed['paid'] === 100n;
            return isOther || !isKept ? `${observed['balance']} are left` : undefined;
        });
        expect(amountsOf(explored({ calls, invariants: [counts] }))[1]).toBe(20);
    });

    it('keeps its numbers where no race is needed: any others may break what counts on them', () => {
        const all = invariant('all-paid', 'quiescent', ({ observed }: View<Deposits>) =>
            observed['paid'] === 150n && observed['balance'] >= 0n ? undefined : `${observed['paid']} paid`
        );
        expect(amountsOf(explored({ calls: [withdraw('unchecked', 'bob', 150n)], invariants: [all] }))).toEqual([150]);
    });

    it('may be one call where no race is needed, whatever else the program did', () => {
        const calls = [deposit('alice', 60n), withdraw('unchecked', 'bob', 150n), deposit('carol', 1n)];
        const { finding } = explored({ calls });
        expect(finding).toMatchObject({ shrunk: 'minimal', invariant: 'overdraw', calls: [{ actor: 'bob' }] });
    });
});
