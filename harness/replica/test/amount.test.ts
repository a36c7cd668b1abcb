/** Amounts of cycles have one form each, also where numbers end, and balances come back across that line. */
import { describe, expect, it } from '@jest/globals';
import { amountOf, minus, plus } from '../amount.ts';
import type { Amount } from '../amount.ts';
import { Lab } from './lab.ts';
import { COUNTER } from './wat.ts';

const EDGE = BigInt(Number.MAX_SAFE_INTEGER);
const VALUES = [0n, 1n, 2n, EDGE - 1n, EDGE, EDGE + 1n, EDGE + 2n, 2n * EDGE, 2n * EDGE + 1n, (1n << 128n) - 1n];
const SIGNED = [...VALUES, ...VALUES.map(value => -value)];
const PAIRS = SIGNED.flatMap(a => SIGNED.map(b => [a, b] as const));

describe('An amount', () => {
    it('is a number exactly where that is exact', () => {
        const forms = SIGNED.map(value => typeof amountOf(value));
        expect(forms).toEqual(SIGNED.map(value => (value <= EDGE && value >= -EDGE ? 'number' : 'bigint')));
        expect(SIGNED.map(value => BigInt(amountOf(value)))).toEqual(SIGNED);
    });

    it('adds, subtracts and compares as bigints do, and the result has that form too', () => {
        const all = (act: (a: Amount, b: Amount) => unknown): unknown[] =>
            PAIRS.map(([a, b]) => act(amountOf(a), amountOf(b)));
        expect(all(plus)).toEqual(PAIRS.map(([a, b]) => amountOf(a + b)));
        expect(all(minus)).toEqual(PAIRS.map(([a, b]) => amountOf(a - b)));
        expect(all((a, b) => a < b)).toEqual(PAIRS.map(([a, b]) => a < b));
    });
});

describe('A balance beyond the numbers', () => {
    it.each([EDGE - 10n, EDGE, 1n << 64n])('of %s pays for messages, and comes back', start => {
        const lab = new Lab({ fees: 'standard' });
        const { replica } = lab;
        const id = lab.install(COUNTER);
        const operator = replica.operator(id)!;
        operator.addCycles(start - replica.canister(id)!.cycles);
        const [mark, before] = [replica.mark(), replica.digest()];
        lab.call(id, 'inc');
        const spent = start - replica.canister(id)!.cycles;
        expect(spent > 0n).toBe(true);
        const [second, between] = [replica.mark(), replica.digest()];
        expect(operator.addCycles(100n)).toBe(start - spent + 100n);
        lab.call(id, 'inc');
        replica.rollback(second);
        expect(replica.digest()).toBe(between);
        operator.addCycles(spent + 1n);
        lab.call(id, 'inc');
        replica.rollback(mark);
        expect([replica.digest(), replica.canister(id)!.cycles]).toEqual([before, start]);
    });
});
