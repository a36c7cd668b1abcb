/** Simpler values of Candid types. */
import { describe, expect, it } from '@jest/globals';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { simpler } from '../shrink/simpler.ts';

const Account = IDL.Record({ owner: IDL.Principal, subaccount: IDL.Opt(IDL.Vec(IDL.Nat8)), tags: IDL.Vec(IDL.Text) });
const Tree = IDL.Rec();
Tree.fill(IDL.Variant({ leaf: IDL.Int, node: IDL.Vec(Tree) }));
const owner = Principal.anonymous();

const CASES: readonly [string, IDL.Type, unknown, unknown][] = [
    ['a nat', IDL.Nat, 60n, 0n],
    ['a negative int', IDL.Int, -7n, 0n],
    ['the least int8, whose opposite is none', IDL.Int8, -128, 0],
    ['the least int64', IDL.Int64, -(2n ** 63n), 0n],
    ['a nat32, which is a number', IDL.Nat32, 4_000_000_000, 0],
    ['a float', IDL.Float64, -2.5, 0],
    ['what is no number', IDL.Float64, NaN, 0],
    ['a bool', IDL.Bool, true, false],
    ['a text', IDL.Text, 'a\u{1F600}b', ''],
    ['a blob', IDL.Vec(IDL.Nat8), Uint8Array.of(1, 2, 255), new Uint8Array()],
    ['nat64s', IDL.Vec(IDL.Nat64), BigUint64Array.of(5n, 6n), new BigUint64Array()],
    ['an option', IDL.Opt(IDL.Nat), [3n], []],
    ['a tuple', IDL.Tuple(IDL.Nat, IDL.Text), [3n, 'x'], [0n, '']],
    ['a variant', IDL.Variant({ a: IDL.Nat, b: IDL.Null }), { a: 9n }, { a: 0n }],
    ['a tree', Tree, { node: [{ leaf: 4n }, { node: [] }] }, { node: [] }],
    ['a record', Account, { owner, subaccount: [[1, 2]], tags: ['x', ''] }, { owner, subaccount: [], tags: [] }],
    ['null', IDL.Null, null, null]
];

/** Takes what `keeps` lets it as long as there is something simpler. */
function descent(type: IDL.Type, value: unknown, keeps: (value: unknown) => boolean = () => true): readonly unknown[] {
    const path = [value];
    for (;;) {
        const next = [...simpler(type, path.at(-1))].find(keeps);
        if (next === undefined) return path;
        path.push(next);
    }
}

describe('simpler values', () => {
    it.each(CASES)('of %s are of its type and lead to the simplest', (_is, type, value, simplest) => {
        const path = descent(type, value);
        expect(path.at(-1)).toEqual(simplest);
        for (const start of path) {
            for (const each of simpler(type, start)) {
                expect(() => IDL.encode([type], [each])).not.toThrow();
                expect(type.valueToString(each)).not.toBe(type.valueToString(start));
            }
        }
    });

    it('find the least that will do', () => {
        const least = (type: IDL.Type, value: unknown, keeps: (value: any) => boolean): unknown =>
            descent(type, value, keeps).at(-1);
        expect(least(IDL.Nat, 1_000_000n, (each: bigint) => each >= 12_345n)).toBe(12_345n);
        const bytes = Uint8Array.from({ length: 40 }, (_, at) => at);
        expect(least(IDL.Vec(IDL.Nat8), bytes, (each: Uint8Array) => each.includes(17))).toEqual(Uint8Array.of(17));
        const hasX = (each: { tags: string[] }): boolean => each.tags.some(tag => tag.includes('x'));
        expect(least(Account, { owner, subaccount: [[1]], tags: ['abc', 'yxz'] }, hasX))
            .toEqual({ owner, subaccount: [], tags: ['x'] });
    });

    it('are few, however long a list is', () => {
        expect([...simpler(IDL.Vec(IDL.Nat8), new Uint8Array(100_000).fill(1))].length).toBeLessThan(100);
    });
});
