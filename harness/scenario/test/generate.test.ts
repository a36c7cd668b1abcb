/** Generated programs: what the declaration says is what is drawn, and what is wrong with it is said by name. */
import { describe, expect, it } from '@jest/globals';
import { bigInt, boolean, constant, sample } from 'fast-check';
import { InvalidProgramsError, InvalidScenarioError, holds, invariant, programs, scenario } from '../../index.ts';
import type { Addresses, CallSpec, ProgramsSpec } from '../../index.ts';
import { linkProgram } from '../program.ts';
import type { BoundCall } from '../program.ts';

const METHODS = {
    vault: { withdraw: [bigInt(1n, 99n)], deposit: [bigInt(1n, 9n)], audit: [] },
    ledger: { fail_next: { args: [bigInt(1n, 2n)], actors: ['root'] } }
};
const SPEC: ProgramsSpec = { actors: ['alice', 'bob', 'root'], calls: [2, 6], methods: METHODS };

function drawn(spec: Partial<ProgramsSpec>, count = 300): (readonly CallSpec[])[] {
    return sample(programs({ ...SPEC, ...spec }), { numRuns: count, seed: 7 });
}

/** The most calls that may be open at once: chains of calls that wait for one another. */
function chains(calls: readonly CallSpec[]): number {
    const bound = calls.map(each => ({ order: 'at-once', ...each }));
    return linkProgram(bound as unknown as BoundCall[]).after.filter(each => each < 0).length;
}

const names = (calls: readonly CallSpec[]): string => {
    const called = new Set(calls.map(each => each.method));
    return ['audit', 'deposit', 'withdraw'].filter(each => called.has(each)).join();
};

describe('programs', () => {
    it('have the number of calls, the methods, the arguments and the actors that are declared', () => {
        const all = drawn({});
        expect(new Set(all.map(each => each.length))).toEqual(new Set([2, 3, 4, 5, 6]));
        const calls = all.flat();
        const everyMethod = new Set(['audit', 'deposit', 'fail_next', 'withdraw']);
        expect(new Set(calls.map(each => each.method))).toEqual(everyMethod);
        expect(new Set(calls.map(each => each.actor))).toEqual(new Set(SPEC.actors));
        for (const each of calls) {
            expect(each.order).toBeUndefined();
            if (each.method === 'fail_next') expect(each.actor).toBe('root');
            expect(each.args).toHaveLength(each.method === 'audit' ? 0 : 1);
        }
        expect(drawn({ calls: 3 }).every(each => each.length === 3)).toBe(true);
    });

    it('wait as their sessions say', () => {
        const waits = (spec: Partial<ProgramsSpec>): number[] =>
            drawn({ actors: ['root'], calls: 4, ...spec }).map(calls => chains(calls));
        expect(new Set(waits({ sessions: 'at-once' }))).toEqual(new Set([4]));
        expect(new Set(waits({ sessions: 'after-reply' }))).toEqual(new Set([1]));
        expect(new Set(waits({ sessions: 'mixed' }))).toEqual(new Set([1, 2, 3, 4]));
    });

    it('have one call each where actors have no second one', () => {
        const methods = { vault: METHODS.vault };
        for (const calls of drawn({ sessions: 'one-call', calls: [1, 3], methods, swarm: true })) {
            expect(calls.map(each => each.actor)).toEqual(SPEC.actors.slice(0, calls.length));
        }
    });

    it.each([1, 2, 3])('overlap no more than is declared: %d', overlap => {
        const widths = drawn({ overlap, sessions: 'mixed', methods: { vault: METHODS.vault } }).map(chains);
        expect(Math.max(...widths)).toBe(overlap);
    });

    it('of a swarm leave methods and actors out, each subset about as often', () => {
        const methods = { vault: METHODS.vault };
        const calls = 30;
        const some = drawn({ swarm: true, calls, methods, sessions: 'mixed' }, 1_400);
        const seen = new Map<string, number>();
        for (const each of some) seen.set(names(each), (seen.get(names(each)) ?? 0) + 1);
        expect(seen.size).toBe(7);
        expect(Math.min(...seen.values())).toBeGreaterThan(130);
        expect(some.some(each => new Set(each.map(({ actor }) => actor)).size === 1)).toBe(true);
        // Sessions are a feature too: in about a third of the programs nobody waits, in another everybody does.
        const atOnce = some.filter(each => each.every(({ order }) => order === undefined)).length;
        expect(atOnce / some.length).toBeGreaterThan(0.25);
        const all = drawn({ calls, methods }, 100);
        expect(new Set(all.map(names))).toEqual(new Set(['audit,deposit,withdraw']));
    });

    it('prefer what weighs more', () => {
        const methods = { vault: { a: { args: [], weight: 9 }, b: [] } };
        const calls = drawn({ methods, calls: 10 }, 200).flat();
        const share = calls.filter(each => each.method === 'a').length / calls.length;
        expect(share).toBeGreaterThan(0.85);
        expect(share).toBeLessThan(0.95);
    });

    it.each([true, false])('shrink their arguments; methods stay (swarm: %s)', swarm => {
        const arbitrary = programs({ ...SPEC, swarm, calls: 3, methods: { vault: { withdraw: [bigInt(1n, 99n)] } } });
        const generator = { ...sampleGenerator() };
        let value = arbitrary.generate(generator as never, undefined);
        for (let step = 0; step < 1_000; step++) {
            const next = arbitrary.shrink(value.value_, value.context).getNthOrLast(0);
            if (next === null) break;
            value = next;
        }
        expect(value.value.map(each => [each.method, each.args])).toEqual(Array(3).fill(['withdraw', [1n]]));
    });

    it('may compute arguments from the addresses', () => {
        const to = boolean().map(first => (at: Addresses) => [at.actor(first ? 'alice' : 'bob')]);
        const [calls] = drawn({ methods: { vault: { pay: to } } }, 1);
        expect(typeof calls![0]!.args).toBe('function');
    });

    it.each<[string, object, string]>([
        ['no actors', { actors: [] }, '`actors`: must name at least one actor'],
        ['an actor twice', { actors: ['alice', 'alice', 'root'] }, '`actors`: "alice" is named twice'],
        ['no calls', { calls: 0 }, '`calls`: must be at least 1'],
        ['calls that are no number', { calls: '3' }, '`calls`: must be a number of calls, or [least, most]'],
        ['a range the wrong way', { calls: [4, 2] }, '`calls`: the least, 4, is more than the most, 2'],
        ['no methods', { methods: { vault: {} } }, '`methods` is empty: there is nothing to call'],
        ['an argument that is a value', { methods: { vault: { pay: [60n] } } }, '`methods.vault.pay'],
        ['a misspelt key', { methods: { vault: { pay: { args: [], wieght: 2 } } } }, 'has unknown keys: wieght'],
        [
            'a method for a stranger',
            { methods: { vault: { pay: { args: [], actors: ['eve'] } } } },
            '`methods.vault.pay.actors`: there is no actor "eve"; declared: alice, bob, root'
        ],
        ['an unknown key', { swrm: true }, 'has unknown keys: swrm'],
        ['an unknown session', { sessions: 'later' }, '`sessions`'],
        ['more calls than actors with one each', { sessions: 'one-call' }, 'but 6 calls and only 3 actors'],
        ['no overlap at all', { overlap: 0 }, '`overlap`: must be at least 1']
    ])('are refused with %s', (_what, wrong, problem) => {
        const declare = (): unknown => programs({ ...SPEC, ...wrong });
        expect(declare).toThrow(InvalidProgramsError);
        expect(declare).toThrow(problem);
        expect(declare).toThrow(/generate\.test\.ts:\d+/);
    });

    it('name a canister that the scenario does not declare', () => {
        const declare = (): unknown =>
            scenario('typo', {
                about: 'a',
                canisters: { vault: 'vault' },
                calls: programs({ actors: ['alice'], calls: 1, methods: { vualt: { pay: [constant(1n)] } } }),
                invariants: [invariant('true', 'always', () => undefined)],
                expect: holds()
            });
        expect(declare).toThrow(InvalidScenarioError);
        expect(declare).toThrow('`calls.methods.vualt`: there is no canister "vualt"; declared: vault');
    });
});

/** What fast-check draws from: any generator does here. */
function sampleGenerator(): object {
    let state = 1;
    const next = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff);
    return {
        clone: sampleGenerator,
        next: () => next(),
        nextBoolean: () => next() % 2 === 0,
        nextInt: (min = 0, max = 0x7fffffff) => min + (next() % (max - min + 1)),
        nextBigInt: (min: bigint, max: bigint) => min + (BigInt(next()) % (max - min + 1n)),
        getState: () => [state]
    };
}
