/** The search for an order: known histories, and random ones against brute force. */
import { describe, expect, it } from '@jest/globals';
import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { linearize } from '../search.ts';
import type { Operation } from '../search.ts';
import { isLinearizable } from './brute-force.ts';

const FREE = { accepts: () => true, statesMax: 100_000 };

/** A register with a nondeterministic `flip`: 0 or 1. Reads and flips are answered with the value. */
type Act = 'read' | 'write' | 'flip';

function operation(act: Act, value: number, invokedAt: number, answeredAt: number): Operation<number> {
    const next = (state: number): readonly number[] => {
        if (act === 'write') return [value];
        if (act === 'flip') return answeredAt === Infinity ? [0, 1] : [value % 2];
        return answeredAt === Infinity || state === value ? [state] : [];
    };
    return { invokedAt, answeredAt, next };
}

const write = (value: number, from: number, to: number) => operation('write', value, from, to);
const read = (value: number, from: number, to: number) => operation('read', value, from, to);

describe('the search', () => {
    it('finds nothing wrong with no operations', () => {
        expect(linearize([], { initial: 0, ...FREE })).toEqual({ kind: 'linearizable', order: [] });
    });

    it('orders overlapping operations as their answers need it', () => {
        const result = linearize([write(1, 1, 9), read(0, 2, 4), read(1, 5, 6)], { initial: 0, ...FREE });
        expect(result).toEqual({ kind: 'linearizable', order: [1, 0, 2] });
    });

    it('refuses a read of what was overwritten before it began', () => {
        const result = linearize([write(1, 1, 2), read(0, 3, 4)], { initial: 0, ...FREE });
        expect(result).toEqual({ kind: 'not-linearizable', longest: [0] });
    });

    it('refuses two reads that see two overlapping writes in different orders', () => {
        const history = [write(1, 1, 9), read(1, 2, 3), read(0, 4, 5)];
        expect(linearize(history, { initial: 0, ...FREE }).kind).toBe('not-linearizable');
    });

    it('lets an operation of unknown outcome happen late, or never', () => {
        const lost = write(1, 1, Infinity);
        for (const seen of [0, 1]) {
            expect(linearize([lost, read(seen, 5, 6)], { initial: 0, ...FREE }).kind).toBe('linearizable');
        }
        expect(linearize([lost, read(1, 2, 3), read(0, 4, 5)], { initial: 0, ...FREE }).kind).toBe('not-linearizable');
        const early = [read(1, 1, 2), write(1, 3, Infinity)];
        expect(linearize(early, { initial: 0, ...FREE }).kind).toBe('not-linearizable');
    });

    it('explains the end, with an operation of unknown outcome where that is needed', () => {
        const accepts = (state: number): boolean => state === 1;
        expect(linearize([write(1, 1, Infinity)], { initial: 0, ...FREE, accepts })).toEqual({
            kind: 'linearizable',
            order: [0]
        });
        expect(linearize([write(2, 1, 2)], { initial: 0, ...FREE, accepts }).kind).toBe('not-linearizable');
    });

    it('says unknown where the bound ends it, never that it found something', () => {
        const many = Array.from({ length: 12 }, (_, index) => write(index, 1, 99));
        const hard = [...many, read(-1, 1, 99)];
        expect(linearize(hard, { initial: 0, ...FREE, statesMax: 50 })).toEqual({ kind: 'unknown', states: 50 });
        expect(linearize(many, { initial: 0, ...FREE, statesMax: 50 }).kind).toBe('linearizable');
    });

    it('does not try again what it tried: sixteen overlapping writes of one value are quick', () => {
        const same = Array.from({ length: 16 }, () => write(7, 1, 99));
        // 2^16 sets of writes, each with one state, and not 16! orders.
        const result = linearize([...same, read(8, 1, 99)], { initial: 0, ...FREE, statesMax: 2 ** 17 });
        expect(result.kind).toBe('not-linearizable');
    });
});

describe('random histories', () => {
    const one = record({
        act: constantFrom<Act>('read', 'write', 'flip'),
        value: integer({ min: 0, max: 2 }),
        invokedAt: integer({ min: 1, max: 8 }),
        lasts: integer({ min: 0, max: 6 }),
        known: integer({ min: 0, max: 4 })
    });
    const history = array(one, { maxLength: 5 });

    it('get the verdict of brute force over all orders', () => {
        const verdicts = { linearizable: 0, 'not-linearizable': 0, unknown: 0 };
        const agree = property(history, integer({ min: 0, max: 2 }), (drawn, end) => {
            const operations = drawn.map(({ act, value, invokedAt, lasts, known }) => {
                return operation(act, value, invokedAt, known === 0 ? Infinity : invokedAt + lasts);
            });
            // Half of the histories must explain the end too.
            const accepts = (state: number): boolean => end === 2 || state === end;
            const { kind } = linearize(operations, { initial: 0, accepts, statesMax: 100_000 });
            verdicts[kind]++;
            expect(kind === 'linearizable').toBe(isLinearizable(operations, 0, accepts));
        });
        assert(agree, { numRuns: 4_000, seed: 1993 });
        expect(verdicts.unknown).toBe(0);
        expect(Math.min(verdicts.linearizable, verdicts['not-linearizable'])).toBeGreaterThan(500);
    });
});
