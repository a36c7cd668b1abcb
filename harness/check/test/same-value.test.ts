import { describe, expect, it } from '@jest/globals';
import { Principal } from '@dfinity/principal';
import { sameValue } from '../same-value.ts';

const principal = (byte: number): Principal => Principal.fromUint8Array(Uint8Array.of(byte));

class Hiding {
    readonly #hidden: number;

    constructor(hidden: number) {
        this.#hidden = hidden;
    }

    get hidden(): number {
        return this.#hidden;
    }
}

class HidingMap extends Map<string, number> {
    readonly #hidden: number;

    constructor(hidden: number) {
        super();
        this.#hidden = hidden;
    }

    get hidden(): number {
        return this.#hidden;
    }
}

function withHidden(value: object): object {
    return Object.defineProperty(value, 'hidden', { value: 1, enumerable: false });
}

function circular(): object {
    const value: Record<string, unknown> = {};
    value['self'] = value;
    return value;
}

describe('values of a model', () => {
    it.each([
        ['primitives', 1n, 1n],
        ['not a number', NaN, NaN],
        ['objects within objects', { paid: 1n, to: { a: [1, 'x'] } }, { paid: 1n, to: { a: [1, 'x'] } }],
        ['maps and sets', new Map([['a', new Set([1])]]), new Map([['a', new Set([1])]])],
        ['bytes', Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
        ['principals', { who: principal(7) }, { who: principal(7) }]
    ])('are the same by content: %s', (_, one, other) => {
        expect(sameValue(one, other)).toBe(true);
    });

    it.each([
        ['a number and a bigint', 1, 1n],
        ['zeros of two signs', 0, -0],
        ['other values', { paid: 1n }, { paid: 2n }],
        ['keys in another order, which can be read', { a: 1, b: 2 }, { b: 2, a: 1 }],
        ['a key that is undefined and none', { a: undefined }, {}],
        ['lists of other lengths', [1], [1, 2]],
        ['other principals', principal(7), principal(8)],
        ['dates, whose time does not show', new Date(1), new Date(1)],
        ['instances of a class, which may hide something', new Hiding(1), new Hiding(1)],
        ['maps of a class, which may hide something', new HidingMap(1), new HidingMap(2)],
        ['an array with a hole and one without', Object.assign(Array(3), { 0: 1, 2: 2 }), [1, undefined, 2]],
        ['what only the second one hides', { a: 1 }, withHidden({ a: 1 })],
        ['what contains itself', circular(), circular()],
        ['functions', () => 1, () => 1],
        ['null and an object', null, {}]
    ])('are others: %s', (_, one, other) => {
        expect(sameValue(one, other)).toBe(false);
    });
});
