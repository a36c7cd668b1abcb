/** Names of states: short, the same everywhere, and different for what is different. */
import { describe, expect, it } from '@jest/globals';
import { Fingerprint, WORDS } from '../remember/fingerprint.ts';
import { Names } from '../remember/names.ts';

function printed(feed: (print: Fingerprint) => void): readonly number[] {
    const words = new Int32Array(WORDS);
    const print = new Fingerprint().begin();
    feed(print);
    print.write(words, 0);
    return [...words];
}

describe('a fingerprint', () => {
    it('differs wherever texts do, also in where one ends and the next begins', () => {
        const eights = ['aaaaaaaa', 'aaaaaaaaa', 'aaaaaaaab'];
        const alphabet = ['', 'a', 'b', 'ab', 'ba', 'a\0', '\0a', '\u0100', '\u0001', ...eights];
        const pairs = alphabet.flatMap(one => alphabet.map(other => [one, other] as const));
        const prints = pairs.map(([one, other]) => printed(print => print.text(one).text(other)).join());
        expect(new Set(prints).size).toBe(pairs.length);
    });

    it('changes in half of its bits with any bit of what it is of', () => {
        const changed = Array.from({ length: 128 }, (_, bit) => {
            const block = [1, 2, 3, 4];
            const before = printed(print => print.block(...(block as [number, number, number, number])));
            block[bit >>> 5]! ^= 1 << (bit & 31);
            const after = printed(print => print.block(...(block as [number, number, number, number])));
            return before.map((word, at) => (word ^ after[at]!) >>> 0).map(bitsOf).reduce((sum, bits) => sum + bits, 0);
        });
        expect(changed.every(bits => bits > 32 && bits < 96)).toBe(true);
        expect(Math.abs(changed.reduce((sum, bits) => sum + bits, 0) / changed.length - 64)).toBeLessThan(4);
    });

    it('is the same as ever: journals hold it', () => {
        const print = printed(each => each.text('alice#1/0/r').block(1, 2, 3, 4));
        expect(print).toEqual([1289543168, 2075071638, -1721568914, -1092811607]);
    });
});

describe('names of numbers', () => {
    const named = (numbers: Names, first: number): string => {
        numbers.give(first, 'root', []);
        numbers.give(first + 1, 'alice', [first]);
        numbers.give(first + 2, 'bob', [first]);
        return numbers.together('', first, [first + 1, first + 2]);
    };

    it('do not depend on the numbers', () => {
        const later = new Names();
        for (let id = 1; id <= 3000; id++) later.give(id, `other ${id}`, []);
        expect(named(later, 3001)).toBe(named(new Names(), 1));
    });

    it('of sets do not depend on the order, but on the first one', () => {
        const sets = [[1, 2, 3], [1, 3, 2], [2, 1, 3], [1, 2], [1, 2, 2, 3, 3]].map(parts => {
            const names = new Names();
            named(names, 1);
            names.giveSet(4, 'made', parts);
            return names.together('', 4, []);
        });
        expect(sets[0]).toBe(sets[1]);
        expect(new Set(sets).size).toBe(4);
    });

    it('are forgotten, but for those that are kept', () => {
        const names = new Names();
        const before = named(names, 1);
        names.forget(new Set([1, 2, 3]));
        names.give(4, 'carol', [1]);
        names.forget(new Set([1, 2, 3]));
        expect(names.together('', 1, [2, 3])).toBe(before);
        expect(() => names.together('', 4, [])).toThrow('has no name');
    });
});

function bitsOf(word: number): number {
    return [...word.toString(2)].filter(bit => bit === '1').length;
}
