/** What is remembered of earlier schedules is exact: observations are what a fresh query answers, verdicts what asking again gives. */
import { describe, expect, it } from '@jest/globals';
import { call, invariant, query, rejects } from '../../index.ts';
import type { CallSpec, Invariant, View } from '../../index.ts';
import { CALLS, ORDER } from '../../check/index.ts';
import { randomSource } from '../random.ts';
import { Exhaustive } from '../strategy/exhaustive.ts';
import { RandomWalk } from '../strategy/random-walk.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { Walk } from '../walk.ts';
import { deposit, toyBinding, vaultScenario, withdraw } from './toys.ts';

const calls: CallSpec[] = [
    withdraw('snapshot', 'alice', 40n),
    withdraw('stale', 'bob', 30n),
    deposit('carol', 7n),
    call('dave', 'vault', 'start_interest')
];
const faults = [rejects({ max: 1 })];

/** Runs schedules of two programs in turn; returns how many queries the checks made. */
function queriesOf(strategy: () => Strategy, schedules: number): number {
    const observe = {
        balance: query('vault', 'get_balance'),
        paid: query('ledger', 'paid'),
        time: query('ledger', 'get_time')
    };
    const { binding, backend } = toyBinding(vaultScenario('toy', { calls, faults, observe }));
    const walk = new Walk(binding, backend, { messagesMax: 100, timeAdvancesMax: 2 });
    let fresh = 0;
    walk.listener = {
        committed: () => {
            const before = backend.queries;
            for (const { name, role, bound, arg } of binding.observations) {
                const result = backend.query(role, bound.name, arg);
                if (result.kind === 'reject') throw new Error('a toy query answers');
                expect(walk.checks.observer.values[name]).toEqual(bound.decodeReply(result.reply));
            }
            fresh += backend.queries - before;
        }
    };
    for (const program of [binding.program(calls), binding.program(calls.slice(0, 2)), binding.program(calls)]) {
        walk.load(program);
        const running = strategy();
        for (let index = 0; index < schedules; index++) walk.run(running, randomSource(1, 'toy', 'test')(index));
    }
    return backend.queries - fresh;
}

describe('remembered observations', () => {
    it.each<[string, () => Strategy]>([
        ['random walk', () => new RandomWalk({ withFaults: true })],
        ['exhaustive enumeration', () => new Exhaustive()]
    ])('are what a fresh query answers, under %s', (_, strategy) => {
        expect(queriesOf(strategy, 200)).toBeGreaterThan(0);
    });

    it('save the queries of states that an earlier schedule has reached', () => {
        const { binding, backend } = toyBinding(vaultScenario('toy', { calls: calls.slice(0, 2) }));
        const walk = new Walk(binding, backend);
        walk.load(binding.program(calls.slice(0, 2)));
        const random = randomSource(1, 'toy', 'test');
        const strategy = new RandomWalk({ withFaults: false });
        for (let index = 0; index < 300; index++) walk.run(strategy, random(index));
        // All 14 schedules were run by then: no state is new.
        const before = backend.queries;
        for (let index = 300; index < 400; index++) walk.run(strategy, random(index));
        expect(backend.queries).toBe(before);
    });
});

interface Verdicts {
    /** What was broken or undecided in each schedule. */
    readonly said: readonly unknown[];
    /** How often invariants were asked. */
    readonly asked: number;
}

const balanceOf = ({ observed }: View): bigint => observed.balance as bigint;
const MONEY = [
    invariant('never negative', 'always', view => (balanceOf(view) < 0n ? 'the balance is negative' : undefined)),
    invariant('conserved', 'quiescent', view => {
        return balanceOf(view) + (view.observed.paid as bigint) > 107n ? 'money was made' : undefined;
    })
];
/** Its sentence tells of the values before: those of the commit before, not those when it was asked last. */
const FALLS = invariant('falls slowly', 'always', view => {
    const before = view.previous?.['balance'] as bigint | undefined;
    const falls = before !== undefined && balanceOf(view) < before - 35n;
    return falls ? `the balance fell from ${before} to ${balanceOf(view)}` : undefined;
});
const UNSURE = invariant('unsure', 'always', view => {
    return balanceOf(view) === 60n ? { undecided: 'is 60 much?' } : undefined;
});

/** `forgets`: nothing is remembered from one schedule to the next. */
function judgedIn(forgets: boolean, strategy: Strategy, invariants: readonly Invariant[]): Verdicts {
    let asked = 0;
    const counted = invariants.map(each => {
        const check: Invariant['check'] = view => {
            asked++;
            return each.check(view);
        };
        return { ...each, check };
    });
    const { binding, backend } = toyBinding(vaultScenario('toy', { calls, faults, invariants: counted }));
    const walk = new Walk(binding, backend, { messagesMax: 100, timeAdvancesMax: 2 });
    walk.load(binding.program(calls));
    const said: unknown[] = [];
    for (let index = 0; index < 400; index++) {
        if (forgets) walk.forget();
        walk.run(strategy, randomSource(1, 'toy', 'test')(index));
        said.push([...walk.checks.violations, ...walk.checks.undecided].map(each => ({ ...each })));
    }
    return { said, asked };
}

describe('remembered verdicts', () => {
    it.each<[string, () => Strategy, readonly Invariant[]]>([
        ['of values now, under random walk', () => new RandomWalk({ withFaults: true }), MONEY],
        ['of values now, under exhaustive enumeration', () => new Exhaustive(), MONEY],
        ['of values before', () => new RandomWalk({ withFaults: true }), [FALLS]],
        ['that cannot tell', () => new RandomWalk({ withFaults: true }), [UNSURE]]
    ])('are what invariants say when they are asked each time: %s', (_, strategy, invariants) => {
        const remembered = judgedIn(false, strategy(), invariants);
        const fresh = judgedIn(true, strategy(), invariants);
        expect(remembered.said).toEqual(fresh.said);
        expect(fresh.said.flat().length).toBeGreaterThan(0);
        expect(remembered.asked).toBeLessThanOrEqual(fresh.asked);
    });

    it('save asking where everything held after the same decisions before', () => {
        let asked = 0;
        const holds = invariant('holds', 'always', ({ observed }) => {
            asked++;
            return observed.balance === undefined ? 'no balance' : undefined;
        });
        const two = calls.slice(0, 2);
        const { binding, backend } = toyBinding(vaultScenario('toy', { calls: two, invariants: [holds] }));
        const walk = new Walk(binding, backend);
        walk.load(binding.program(two));
        const random = randomSource(1, 'toy', 'test');
        const strategy = new RandomWalk({ withFaults: false });
        for (let index = 0; index < 300; index++) walk.run(strategy, random(index));
        const before = asked;
        expect(before).toBeGreaterThan(0);
        for (let index = 300; index < 400; index++) walk.run(strategy, random(index));
        expect(asked).toBe(before);
    });

    it('are not used once somebody wants to know what invariants read', () => {
        const reads = invariant('reads', 'always', view => void view.calls.map(each => each.answeredAt));
        const { binding, backend } = toyBinding(vaultScenario('toy', { calls, invariants: [reads] }));
        const walk = new Walk(binding, backend);
        walk.load(binding.program(calls));
        const again = (): unknown => walk.run(new RandomWalk({ withFaults: false }), randomSource(1, 'toy', 'test')(0));
        again();
        expect(walk.checks.reads[0]!.mask).toBe(CALLS);
        walk.checks.trackOrder();
        again();
        expect(walk.checks.reads[0]!.mask).toBe(CALLS | ORDER);
    });
});
