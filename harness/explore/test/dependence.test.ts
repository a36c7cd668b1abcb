/** Random programs with and without reduction, and what each clause of the dependence relation is for. */
import { describe, expect, it } from '@jest/globals';
import { afterReply, call, expires, invariant, model, rejects, traps } from '../../index.ts';
import type { CallSpec, FaultSpec, Invariant, ScenarioSpec, View } from '../../index.ts';
import { randomSource } from '../random.ts';
import type { Clause } from '../reduction/dependence.ts';
import { enumerate } from '../../../selffuzz/exploration/enumerate.ts';
import type { Enumerated } from '../../../selffuzz/exploration/enumerate.ts';
import { conservation, deposit, overdraw, toyBinding, vaultScenario, withdraw } from './toys.ts';

type Program = Partial<ScenarioSpec> & Pick<ScenarioSpec, 'calls'>;

function explored(program: Program, reduction: 'none' | 'dpor', without?: Clause): Enumerated | undefined {
    const options = { schedulesMax: 3_000, ...(without === undefined ? {} : { without }) };
    return enumerate(toyBinding(vaultScenario('dependence', program)), reduction, options);
}

/** What has to be the same; observations only where an *always* invariant reads them. */
function shown(seen: Enumerated | undefined, observes: boolean): unknown {
    if (seen === undefined) return undefined;
    const { standsFor, violations, observations, overlapped } = seen;
    return { standsFor, violations, overlapped, ...(observes ? { observations } : {}) };
}

const pay = (actor: string, amount: bigint): CallSpec => call(actor, 'ledger', 'transfer', [actor, amount]);
/** Breaks with the first thing that it sees; undefined: nothing worth to tell. */
const says = (name: string, when: 'always' | 'quiescent', what: (view: View) => unknown): Invariant =>
    invariant(name, when, view => {
        const seen = what(view);
        return seen === undefined ? undefined : `saw ${String(seen)}`;
    });
const balances = says('balances', 'always', ({ observed }) => {
    const text = `${observed['balance']} and ${observed['paid']}`;
    return text === '100 and 0' ? undefined : text;
});
const jumps = says('jumps', 'always', ({ observed, previous }) => {
    const now = String(observed['balance']);
    return previous === undefined ? undefined : `${previous['balance']} to ${now}`;
});
const answers = model<string>('', (state, { label }) => `${state} ${label}`);
const history: Invariant = {
    ...says('history', 'quiescent', ({ calls }) => {
        return calls.map(each => calls.filter(other => precedes(other, each)).length);
    }),
    understands: 'histories'
};

function precedes(one: View['calls'][number], other: View['calls'][number]): boolean {
    return one.answeredAt! < other.invokedAt!;
}

/** Per clause, a program that goes wrong without it. For `queue` and `faults` none is known: see `dependence.ts`. */
const NEEDED: readonly (readonly [Clause, Program])[] = [
    ['canister', { calls: [withdraw('stale', 'alice', 60n), withdraw('stale', 'bob', 60n)] }],
    ['all', { calls: [withdraw('bounded', 'alice', 10n)], faults: [expires()], invariants: [conservation] }],
    ['visible', { calls: [pay('alice', 5n), deposit('bob', 5n)], invariants: [balances] }],
    ['previous', { calls: [pay('alice', 5n), deposit('bob', 5n)], invariants: [jumps] }],
    [
        'model',
        {
            calls: [pay('alice', 5n), deposit('bob', 5n)],
            model: answers,
            invariants: [says('order', 'quiescent', view => view.model)]
        }
    ],
    ['histories', { calls: [pay('alice', 5n), deposit('bob', 5n)], invariants: [history] }]
];

describe('the dependence relation', () => {
    it.each(NEEDED)('keeps what would be lost without its clause "%s"', (clause, program) => {
        const all = shown(explored(program, 'none'), false);
        expect(shown(explored(program, 'dpor'), false)).toEqual(all);
        expect(shown(explored(program, 'dpor', clause), false)).not.toEqual(all);
    });
});

describe('a model', () => {
    it('that holds numbers of commits tells every schedule from every other', () => {
        const program: Program = {
            calls: [withdraw('stale', 'alice', 60n), pay('bob', 5n)],
            model: model<string>('', (state, { label, answeredAt }) => `${state} ${label} at ${answeredAt}`),
            invariants: [says('when', 'quiescent', view => view.model)]
        };
        expect(shown(explored(program, 'dpor'), false)).toEqual(shown(explored(program, 'none'), false));
    });
});

const VARIANTS = ['guarded', 'stale', 'swapped', 'unchecked', 'no_rollback', 'snapshot', 'bounded'];
const FAULTS: readonly (readonly FaultSpec[])[] = [
    [],
    [],
    [rejects({ callee: 'ledger', max: 1 })],
    [rejects({ callee: 'ledger', max: 2, codes: [2, 5] })],
    [expires({ callee: 'ledger', queued: 'either' })],
    [traps({ callee: 'ledger', max: 1 }), rejects({ callee: 'ledger', max: 1 })]
];
const INVARIANTS: readonly (readonly Invariant[])[] = [
    [overdraw, conservation],
    [balances],
    [says('paid', 'always', ({ observed }) => observed['paid']), conservation],
    [jumps],
    [history, conservation],
    [says('calls', 'always', ({ calls }) => calls.map(each => each.state)), overdraw]
];

function drawn(seed: number): { readonly program: Program; readonly observes: boolean } {
    const random = randomSource(seed, 'dependence', 'program')(0);
    const one = <T>(list: readonly T[]): T => list[random.below(list.length)]!;
    const calls: CallSpec[] = [];
    for (let count = 1 + random.below(3); count > 0; count--) {
        const actor = one(['alice', 'bob', 'carol']);
        const kind = random.below(6);
        const taken = withdraw(one(VARIANTS), actor, one([10n, 60n]));
        const spec = kind === 0 ? deposit(actor, 5n) : kind === 1 ? pay(actor, 5n) : taken;
        const follows = calls.some(each => each.actor === actor) && random.below(2) === 0;
        calls.push(follows ? afterReply(spec) : spec);
    }
    const invariants = one(INVARIANTS);
    return { program: { calls, faults: one(FAULTS), invariants }, observes: invariants.includes(balances) };
}

describe('random programs', () => {
    it('show the same with reduction as without', () => {
        let compared = 0;
        let saved = 0;
        for (let seed = 0; seed < 60; seed++) {
            const { program, observes } = drawn(seed);
            const all = explored(program, 'none');
            if (all === undefined) continue;
            const reduced = explored(program, 'dpor');
            expect([seed, shown(reduced, observes)]).toEqual([seed, shown(all, observes)]);
            compared++;
            saved += all.run - reduced!.run;
        }
        expect(compared).toBeGreaterThan(40);
        expect(saved).toBeGreaterThan(0);
    });
});
