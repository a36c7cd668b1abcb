import { describe, expect, it } from '@jest/globals';
import { sequentialCounter } from './counter-model.ts';
import { paidTo } from './ledger-model.ts';
import { balanceOf, sequentialVault } from './vault-model.ts';
import { bookedDeposit, rejected, reply, viewOf, withdrawal } from './view-builder.ts';
import type { TestCall } from './view-builder.ts';

describe('the reference vault', () => {
    const vaultAfter = (calls: readonly TestCall[]) => viewOf(sequentialVault(100n), calls, {}).model;

    it('starts with its initial balance and an empty ledger', () => {
        const vault = vaultAfter([]);
        expect(balanceOf(vault)).toBe(100n);
        expect(vault.ledger.paid).toBe(0n);
    });

    it('pays a withdrawal that was answered true, to the account of its caller', () => {
        const vault = vaultAfter([
            withdrawal('alice', 60n, reply(true)),
            withdrawal('bob', 10n, reply(true)),
            withdrawal('alice', 5n, reply(true))
        ]);
        expect(balanceOf(vault)).toBe(25n);
        expect(vault.ledger.paid).toBe(75n);
        expect(paidTo(vault.ledger, 'principal-of-alice')).toBe(65n);
        expect(paidTo(vault.ledger, 'principal-of-bob')).toBe(10n);
    });

    it.each([
        ['answered false', reply(false)],
        ['rejected', rejected],
        ['not answered yet', undefined]
    ])('pays nothing for a withdrawal that was %s', (_, answer) => {
        const vault = vaultAfter([withdrawal('alice', 60n, answer)]);
        expect(balanceOf(vault)).toBe(100n);
        expect(paidTo(vault.ledger, 'principal-of-alice')).toBe(0n);
    });

    it('books deposits, unless they were rejected', () => {
        const vault = vaultAfter([bookedDeposit('bob', 50n), { ...bookedDeposit('bob', 7n), answer: rejected }]);
        expect(vault.deposited).toBe(50n);
        expect(balanceOf(vault)).toBe(150n);
    });

    it('is not moved by calls of another canister, nor by methods that it does not know', () => {
        const vault = vaultAfter([
            { actor: 'bob', canister: 'ledger', method: 'deposit', args: [2n], answer: reply([]) },
            { actor: 'bob', canister: 'ledger', method: 'withdraw_guarded', args: [2n], answer: reply(true) },
            { actor: 'bob', canister: 'vault', method: 'close', args: [2n], answer: reply(true) }
        ]);
        expect(vault).toEqual(sequentialVault(100n).initial);
    });

    it('does not change the state that it folds', () => {
        const { initial, answered } = sequentialVault(100n);
        const [call] = viewOf(sequentialVault(100n), [withdrawal('alice', 60n, reply(true))], {}).calls;
        const once = answered(initial, call!, reply(true));
        expect(answered(initial, call!, reply(true))).toEqual(once);
        expect(initial).toEqual(sequentialVault(100n).initial);
    });
});

describe('the reference counter', () => {
    type Counted = readonly [method: string, answer?: TestCall['answer'], canister?: string];
    const x = (...calls: readonly Counted[]) => {
        const records = calls.map(([method, answer, canister = 'counter']) => {
            const call = { actor: 'alice', canister, method };
            return answer === undefined ? call : { ...call, answer };
        });
        return viewOf(sequentialCounter, records, {}).model.x;
    };

    it('counts two for foo and one for increment', () => {
        expect(x(['foo', reply(true)], ['increment', reply([])])).toBe(3n);
    });

    it('counts one for a foo_detect_shift that noticed a change, else two', () => {
        expect(x(['foo_detect_shift', reply(false)])).toBe(1n);
        expect(x(['foo_detect_shift', reply(true)])).toBe(2n);
    });

    it('counts nothing for reads, for rejected calls and for calls without an answer', () => {
        expect(x(['get_x', reply(7n)], ['foo', rejected], ['increment'])).toBe(0n);
    });

    it('counts nothing for calls of another canister', () => {
        expect(x(['increment', reply([]), 'slow_bar'])).toBe(0n);
    });
});
