import { describe, expect, it } from '@jest/globals';
import type { InFlightRecord } from '../../harness/index.ts';
import { answers } from './answers.ts';
import { conservation, conservationAlways } from './conservation.ts';
import { sequentialCounter } from './counter-model.ts';
import { counterValue } from './counter-value.ts';
import { monotonic } from './monotonic.ts';
import { shiftDetected } from './shift-detected.ts';
import { overdraw } from './overdraw.ts';
import { sequentialVault } from './vault-model.ts';
import { bookedDeposit, rejected, reply, transfer, viewOf, withdrawal } from './view-builder.ts';
import type { TestCall } from './view-builder.ts';

const paid = (balance: bigint, total: bigint) => ({ balance, paid: total });
const vault = (calls: readonly TestCall[], observed: object, inFlight: readonly InFlightRecord[] = []) => {
    return viewOf(sequentialVault(100n), calls, { ...observed }, inFlight);
};

describe('overdraw', () => {
    it('is judged always', () => expect(overdraw.when).toBe('always'));

    it.each([
        ['nothing happened', paid(100n, 0n), []],
        ['everything was withdrawn', paid(0n, 100n), []],
        ['a deposit was paid out too', paid(0n, 150n), [bookedDeposit('bob', 50n)]]
    ])('holds when %s', (_, observed, calls) => {
        expect(overdraw.check(vault(calls, observed))).toBeUndefined();
    });

    it('breaks when the balance is negative', () => {
        expect(overdraw.check(vault([], paid(-20n, 60n)))).toBe('the balance is -20');
    });

    it('breaks when more was paid than the vault ever had, whatever the balance says', () => {
        expect(overdraw.check(vault([], paid(40n, 120n)))).toBe('120 were paid out of 100');
        expect(overdraw.check(vault([bookedDeposit('bob', 10n)], paid(40n, 111n)))).toBe('111 were paid out of 110');
    });
});

describe('conservation', () => {
    it('is quiescent for every vault, and always for those that reserve first; both under one name', () => {
        expect([conservation.when, conservationAlways.when]).toEqual(['quiescent', 'always']);
        expect(conservationAlways.name).toBe(conservation.name);
    });

    it.each([
        ['a withdrawal was paid', paid(60n, 40n), []],
        ['a deposit was booked', paid(110n, 40n), [bookedDeposit('bob', 50n)]],
        ['the balance is negative by what was paid too much', paid(-50n, 150n), []]
    ])('holds in both forms when %s', (_, observed, calls) => {
        expect(conservation.check(vault(calls, observed))).toBeUndefined();
        expect(conservationAlways.check(vault(calls, observed))).toBeUndefined();
    });

    it.each([
        ['an update is lost', paid(60n, 80n), [], '60 in the vault + 80 paid = 140, not 100'],
        ['a deposit is lost', paid(60n, 40n), [bookedDeposit('b', 50n)], '60 in the vault + 40 paid = 100, not 150'],
        ['funds vanish', paid(40n, 0n), [], '40 in the vault + 0 paid = 40, not 100']
    ])('breaks in both forms when %s', (_, observed, calls, message) => {
        expect(conservation.check(vault(calls, observed))).toBe(message);
        expect(conservationAlways.check(vault(calls, observed))).toBe(message);
    });

    it.each([
        ['the request is under way', transfer(40n)],
        ['the rejection is under way', transfer(40n, rejected)],
        ['the error of the ledger is under way', transfer(40n, reply({ err: 'failed on demand' }))]
    ])('counts a reserved amount while %s', (_, message) => {
        const view = vault([withdrawal('alice', 40n)], paid(60n, 0n), [message]);
        expect(conservationAlways.check(view)).toBeUndefined();
    });

    it('does not count a transfer that the ledger paid and whose response is under way', () => {
        const response = transfer(40n, reply({ ok: 0n }));
        expect(conservationAlways.check(vault([], paid(60n, 40n), [response]))).toBeUndefined();
        expect(conservationAlways.check(vault([], paid(60n, 0n), [response]))).toBe(
            '60 in the vault + 0 paid = 60, not 100'
        );
    });

    it('does not count messages between other canisters or of other methods', () => {
        const others = [
            { ...transfer(40n), method: 'fail_next' },
            { ...transfer(40n), caller: 'counter' },
            { ...transfer(40n), callee: 'vault' }
        ];
        expect(conservationAlways.check(vault([], paid(60n, 0n), others))).toContain('60, not 100');
    });

    it('breaks in the always form when funds are in the vault and in flight at once', () => {
        expect(conservationAlways.check(vault([], paid(100n, 0n), [transfer(40n)]))).toBe(
            '100 in the vault + 0 paid + 40 in flight = 140, not 100'
        );
    });
});

describe('answers', () => {
    const both = answers(['alice', 'bob']);
    const observed = (alice: bigint, bob: bigint, total = alice + bob) => {
        return { balance: 0n, paid: total, paid_to_alice: alice, paid_to_bob: bob };
    };
    const calls = [withdrawal('alice', 60n, reply(true)), withdrawal('bob', 60n, reply(false))];

    it('is quiescent', () => expect(both.when).toBe('quiescent'));

    it('holds when exactly the withdrawals answered true were paid', () => {
        expect(both.check(vault(calls, observed(60n, 0n)))).toBeUndefined();
    });

    it('holds for an actor without a call', () => {
        expect(both.check(vault(calls.slice(0, 1), observed(60n, 0n)))).toBeUndefined();
    });

    it.each([
        ['a promised withdrawal was not paid', observed(0n, 0n), 'alice was promised 60 and paid 0'],
        ['a refused withdrawal was paid', observed(60n, 60n), 'bob was promised 0 and paid 60'],
        ['the wrong caller was paid', observed(0n, 60n), 'alice was promised 60 and paid 0'],
        ['a stranger was paid', observed(60n, 0n, 90n), '60 were promised in total, 90 were paid']
    ])('breaks when %s', (_, values, message) => {
        expect(both.check(vault(calls, values))).toBe(message);
    });

    it('breaks when a rejected withdrawal was paid', () => {
        const view = vault([withdrawal('alice', 60n, rejected)], observed(60n, 0n));
        expect(both.check(view)).toBe('alice was promised 0 and paid 60');
    });
});

describe('the counter invariants', () => {
    const foo = { actor: 'alice', canister: 'counter', method: 'foo' };
    const done = { ...foo, answer: reply(true) };
    const grows = monotonic('x');

    it('monotonic, always: holds while X stays or grows, and where nothing was before', () => {
        expect(grows.when).toBe('always');
        expect(grows.check(viewOf(sequentialCounter, [foo], { x: 5n }))).toBeUndefined();
        expect(grows.check(viewOf(sequentialCounter, [foo], { x: 5n }, [], { x: 5n }))).toBeUndefined();
        expect(grows.check(viewOf(sequentialCounter, [foo], { x: 5n }, [], { x: 4n }))).toBeUndefined();
    });

    it('monotonic breaks when X falls from one commit to the next', () => {
        expect(grows.check(viewOf(sequentialCounter, [foo], { x: 1n }, [], { x: 2n }))).toBe('x fell from 2 to 1');
    });

    it('shift-detected, quiescent: the answer says exactly whether the increment fell into the await', () => {
        const shift = (unchanged: boolean, at: number) => {
            const alice = { ...foo, method: 'foo_detect_shift', invokedAt: 2, answeredAt: 6, answer: reply(unchanged) };
            const bob = { actor: 'bob', canister: 'counter', method: 'increment', answeredAt: at, answer: reply([]) };
            const observed = { x: unchanged ? 3n : 2n };
            return shiftDetected.check(viewOf(sequentialCounter, [alice, bob], observed));
        };
        expect([shift(true, 1), shift(false, 4), shift(true, 7)]).toEqual([undefined, undefined, undefined]);
        const wrong = /^foo answered (true|false) and left X = \d, but the increment \(commit \d\) fell (in|out)side/;
        for (const each of [shift(false, 1), shift(true, 4), shift(false, 7)]) expect(each).toMatch(wrong);
    });

    it('counter-value, quiescent: breaks when X is not exactly what the answers say, in either direction', () => {
        expect(counterValue.when).toBe('quiescent');
        expect(counterValue.check(viewOf(sequentialCounter, [done], { x: 2n }))).toBeUndefined();
        expect(counterValue.check(viewOf(sequentialCounter, [done], { x: 1n }))).toBe('X is 1, the answers make it 2');
        expect(counterValue.check(viewOf(sequentialCounter, [done], { x: 3n }))).toBe('X is 3, the answers make it 2');
    });
});
