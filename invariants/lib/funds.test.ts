import { describe, expect, it } from '@jest/globals';
import { sequentialFunds } from './funds-model.ts';
import { readsCommitted } from './reads.ts';
import { textsKept } from './texts-kept.ts';
import { userConservation } from './user-funds.ts';
import { balanceOf } from './vault-model.ts';
import { rejected, reply, viewOf, withdrawal } from './view-builder.ts';
import type { TestCall } from './view-builder.ts';

function answered(method: string, value: unknown, ...args: readonly unknown[]): TestCall {
    return { actor: 'bob', canister: 'vault', method, args, answer: reply(value) };
}

function view(calls: readonly TestCall[], observed: Readonly<Record<string, unknown>> = {}) {
    return viewOf(sequentialFunds(100n), calls, observed);
}

describe('the reference funds', () => {
    it('are those of the vault for withdrawals', () => {
        const { model } = view([withdrawal('alice', 60n, reply(true)), withdrawal('alice', 50n, reply(false))]);
        expect(balanceOf(model)).toBe(40n);
        expect(model.ledger.paid).toBe(60n);
    });

    it('take what was locked from what can be withdrawn, and nothing for a refused lock', () => {
        const { model } = view([answered('lock_funds', true, 20n), answered('lock_funds', false, 90n)]);
        expect(balanceOf(model)).toBe(80n);
        expect(model.ledger.paid).toBe(0n);
    });

    it('keep reads and texts in the order of their answers', () => {
        const calls = [
            answered('append_text', [], 'a'),
            answered('read_funds', 100n),
            answered('append_text_stale', [], 'b'),
            answered('read_funds_stale', 80n)
        ];
        expect(view(calls).model).toMatchObject({ texts: ['a', 'b'], reads: [100n, 80n] });
    });

    it.each([
        ['rejected', { answer: rejected }],
        ['made to another canister', { canister: 'ledger' }]
    ])('are not moved by a call that was %s', (_, change) => {
        const calls = [
            { ...answered('lock_funds', true, 20n), ...change },
            { ...answered('append_text', [], 'a'), ...change },
            { ...answered('read_funds', 100n), ...change }
        ];
        expect(view(calls).model).toEqual(sequentialFunds(100n).initial);
    });
});

describe('texts-kept', () => {
    const verdict = (text: string, ...texts: readonly string[]) => {
        const calls = texts.map((each) => answered('append_text', [], each));
        return textsKept.check(view(calls, { text }));
    };

    it('holds for every order of the texts, also where one begins another', () => {
        expect(verdict('')).toBeUndefined();
        expect(verdict('abc', 'a', 'b', 'c')).toBeUndefined();
        expect(verdict('cab', 'a', 'b', 'c')).toBeUndefined();
        expect(verdict('aba', 'a', 'ab')).toBeUndefined();
        expect(verdict('aa', 'a', 'a')).toBeUndefined();
    });

    it.each([
        ['lost', 'ac', ['a', 'b', 'c']],
        ['there twice', 'abb', ['a', 'b']],
        ['unknown', 'abx', ['a', 'b']],
        ['torn', 'a12b', ['ab', '12']]
    ])('breaks when a text is %s', (_, text, texts) => {
        expect(verdict(text, ...texts)).toBe(`the text is "${text}", appended were ${JSON.stringify(texts)}`);
    });
});

describe('reads-committed', () => {
    const verdict = (...reads: readonly bigint[]) => {
        return readsCommitted([100n, 80n, 60n]).check(view(reads.map((each) => answered('read_funds', each))));
    };

    it('holds for falling and for equal reads', () => {
        expect(verdict()).toBeUndefined();
        expect(verdict(100n, 100n, 60n)).toBeUndefined();
    });

    it('breaks on a value that was never committed', () => {
        expect(verdict(100n, 70n)).toBe('70 was read, which was never committed');
    });

    it('breaks when a later reader saw an earlier state', () => {
        expect(verdict(60n, 80n)).toBe('80 was read after 60, but funds only fall');
    });
});

describe('conservation, user by user', () => {
    const verdict = (funds_alice: bigint, funds_bob: bigint) => {
        return userConservation(['alice', 'bob']).check(
            view([], { funds_alice, paid_to_alice: 20n, funds_bob, paid_to_bob: 30n })
        );
    };

    it('holds when each has what it was not paid', () => {
        expect(verdict(80n, 70n)).toBeUndefined();
    });

    it('breaks when one has more and the other less, though the sum is right', () => {
        expect(verdict(70n, 80n)).toBe('alice has 70 and was paid 20, out of 100');
        expect(verdict(80n, 71n)).toBe('bob has 71 and was paid 30, out of 100');
    });
});
