/** What a malformed declaration is told. */
import { describe, expect, it } from '@jest/globals';
import { constant, integer } from 'fast-check';
import {
    InvalidScenarioError,
    afterReply,
    breaks,
    call,
    expires,
    holds,
    invariant,
    model,
    observes,
    query,
    rejects,
    scenario,
    someCalls
} from '../../index.ts';

const valid = {
    about: 'one call',
    canisters: { vault: 'vault' },
    calls: [call('alice', 'vault', 'withdraw', [60n])],
    invariants: [invariant('true', 'always', () => undefined)]
};

function problems(id: string, spec: object): string {
    try {
        scenario(id, spec as never);
    } catch (error) {
        expect(error).toBeInstanceOf(InvalidScenarioError);
        return (error as InvalidScenarioError).message;
    }
    throw new Error('the declaration was accepted');
}

describe('scenario', () => {
    it('keeps what was declared and notes its file and line', () => {
        const above = Number(/scenario\.test\.ts:(\d+)/.exec(new Error('here').stack!)![1]);
        const declared = scenario('family/row-1', { ...valid, expect: holds() });
        expect(declared).toMatchObject({ ...valid, id: 'family/row-1' });
        expect(declared.location).toMatch(new RegExp(`[\\\\/]scenario\\.test\\.ts:${above + 1}$`));
        expect(Object.isFrozen(declared)).toBe(true);
    });

    it('takes outcomes from the expectation', () => {
        const outcomes = { at: 'commit' as const, of: () => 1n, exactly: [1n] };
        expect(scenario('a', { ...valid, invariants: [], expect: observes(outcomes) }).outcomes).toBe(outcomes);
    });

    it('accepts everything that the constructors make', () => {
        expect(() =>
            scenario('all', {
                ...valid,
                canisters: { vault: { canister: 'vault', init: () => [] }, ledger: 'ledger' },
                languages: ['motoko'],
                calls: someCalls(
                    1,
                    3,
                    constant(afterReply(call('alice', 'vault', 'withdraw', at => [at.canister('vault')])))
                ),
                faults: [
                    rejects(),
                    rejects({ callee: 'ledger', method: 'transfer', codes: [1, 5], max: Infinity }),
                    expires({ max: 2 })
                ],
                observe: { balance: query('vault', 'get_balance') },
                model: model(0, state => state),
                required: { overlap: false, witnessed: { 'it happens': () => true } },
                expect: breaks({ invariants: ['true'], calls: 1, faults: 0, switches: 0 }),
                strategy: 'exhaustive'
            })
        ).not.toThrow();
    });

    it.each<[string, object, string]>([
        ['an unknown key', { call: [] }, 'has unknown keys: call'],
        [
            'an unknown key further down',
            { canisters: { vault: { canister: 'vault', int: 1 } } },
            '`canisters.vault`: has unknown keys: int'
        ],
        ['no calls', { calls: [] }, '`calls` is empty: there is nothing to run'],
        ['calls that are none', { calls: 3 }, '`calls`: must be a list of calls or a fast-check arbitrary of one'],
        ['no canisters', { canisters: {} }, '`canisters` is empty'],
        [
            'a role that does not exist',
            { calls: [call('a', 'vualt', 'x')] },
            '`calls.0.canister`: there is no canister "vualt"; declared: vault'
        ],
        [
            'an observation of a role that does not exist',
            { observe: { b: query('x', 'y') } },
            '`observe.b.canister`: there is no canister "x"'
        ],
        [
            'a fault at a role that does not exist',
            { faults: [rejects({ callee: 'x' })] },
            '`faults.0.callee`: there is no canister "x"'
        ],
        [
            'a reject with SYS_UNKNOWN',
            { faults: [rejects({ codes: [6] })] },
            '`faults.0.codes.0`: must be 1 to 5: SYS_UNKNOWN comes from `expires`'
        ],
        [
            'an expiry with codes',
            { faults: [{ fault: 'expire', codes: [1] }] },
            '`faults.0.codes`: an expired call always receives SYS_UNKNOWN'
        ],
        ['a fault that never strikes', { faults: [rejects({ max: 0 })] }, '`faults.0.max`'],
        [
            'an actor whose name would break causal names',
            { calls: [call('al#1', 'vault', 'x')] },
            '`calls.0.actor`: must be a name'
        ],
        [
            'a check that is no function',
            { invariants: [{ name: 'x', when: 'always', check: 'no' }] },
            '`invariants.0.check`: must be a function'
        ],
        [
            'a moment that does not exist',
            { invariants: [{ name: 'x', when: 'never', check: () => undefined }] },
            '`invariants.0.when`'
        ],
        [
            'two invariants of one name',
            { invariants: [...valid.invariants, ...valid.invariants] },
            '`invariants`: two are named "true"'
        ],
        [
            'an expectation about an invariant that does not exist',
            { expect: breaks({ invariants: ['flase'] }) },
            'there is no invariant "flase"; declared: true'
        ],
        ['an observe row without outcomes', { expect: { verdict: 'observe' } }, '"observe" needs `outcomes`'],
        [
            'a reserved name',
            { invariants: [invariant('outcomes', 'always', () => undefined)] },
            'the name "outcomes" is reserved'
        ],
        ['nothing to check', { invariants: [] }, 'nothing would be checked'],
        ['an empty description', { about: '' }, '`about`']
    ])('refuses %s by name', (_, change, message) => {
        expect(problems('a/b', { ...valid, ...change })).toContain(message);
    });

    it('names scenario, file and line, and lists all problems at once', () => {
        const message = problems('a b', { ...valid, about: '' });
        expect(message).toMatch(/^a b \(.*scenario\.test\.ts:\d+\): the scenario is not valid: \n- the id "a b"/);
        expect(message.split('\n- ')).toHaveLength(3);
    });

    it('refuses an arbitrary only by its shape, so that a second copy of fast-check works', () => {
        const foreign = { generate: () => undefined, shrink: () => undefined };
        expect(() => scenario('a', { ...valid, calls: foreign as never })).not.toThrow();
        expect(problems('a', { ...valid, calls: integer })).toContain('`calls`: must be');
    });
});
