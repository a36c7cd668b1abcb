/** Candid values written as text, as `init_arg` has them. */
import { describe, expect, it } from '@jest/globals';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { parseCandidArgs } from '../index.ts';

const ID = Principal.fromText('aaaaa-aa');
const BLOB = IDL.Vec(IDL.Nat8);

describe('parseCandidArgs', () => {
    it.each<[string, IDL.Type, unknown]>([
        ['100', IDL.Nat, 100n],
        ['1_000_000 : int', IDL.Int, 1000000n],
        ['(5 : nat8)', IDL.Nat8, 5],
        ['-7', IDL.Int, -7n],
        ['+7', IDL.Int, 7n],
        ['-0xff', IDL.Int, -255n],
        ['0xFF', IDL.Nat8, 255],
        ['18446744073709551615', IDL.Nat64, 2n ** 64n - 1n],
        ['-128', IDL.Int8, -128],
        ['1.5e3', IDL.Float64, 1500],
        ['3', IDL.Float32, 3],
        ['-inf', IDL.Float64, -Infinity],
        ['nan', IDL.Float64, Number.NaN],
        ['true', IDL.Bool, true],
        ['null', IDL.Null, null],
        ['12', IDL.Reserved, null],
        ['"a\\n\\t\\"\\\\\\u{e9}\\c3\\a9é"', IDL.Text, 'a\n\t"\\ééé'],
        ['principal "aaaaa-aa"', IDL.Principal, ID],
        ['service "aaaaa-aa"', IDL.Service({}), ID],
        ['func "aaaaa-aa".pay', IDL.Func([], []), [ID, 'pay']],
        ['func "aaaaa-aa"."a b"', IDL.Func([], []), [ID, 'a b']],
        ['opt 5', IDL.Opt(IDL.Nat), [5n]],
        ['null', IDL.Opt(IDL.Nat), []],
        ['opt opt null', IDL.Opt(IDL.Opt(IDL.Opt(IDL.Nat))), [[[]]]],
        ['vec {}', IDL.Vec(IDL.Nat), []],
        ['vec { 1; 2; }', IDL.Vec(IDL.Nat), [1n, 2n]],
        ['vec { 1; 2 }', BLOB, [1, 2]],
        ['blob "a\\00\\ff"', BLOB, new Uint8Array([97, 0, 255])],
        ['record { 1; "x" }', IDL.Tuple(IDL.Nat, IDL.Text), [1n, 'x']],
        ['record { 1 = "x"; 0 = 1 }', IDL.Tuple(IDL.Nat, IDL.Text), [1n, 'x']],
        ['record { a = 1; "b c" = true }', IDL.Record({ a: IDL.Nat, 'b c': IDL.Bool }), { a: 1n, 'b c': true }],
        ['record { a = 1 }', IDL.Record({ a: IDL.Nat, b: IDL.Opt(IDL.Bool) }), { a: 1n, b: [] }],
        ['record { 7 = 1; 2 }', IDL.Record({ _7_: IDL.Nat, _8_: IDL.Nat }), { _7_: 1n, _8_: 2n }],
        ['record { 97 = 1 }', IDL.Record({ a: IDL.Nat }), { a: 1n }],
        ['variant { ok }', IDL.Variant({ ok: IDL.Null, err: IDL.Text }), { ok: null }],
        ['variant { err = "no" }', IDL.Variant({ ok: IDL.Null, err: IDL.Text }), { err: 'no' }],
        ['/* a /* nested */ one */ 1 // and a line', IDL.Nat, 1n]
    ])('reads %s', (text, type, value) => {
        const read = parseCandidArgs(`(${text}\n)`, [type]);
        expect(read).toEqual([value]);
        expect(IDL.decode([type], IDL.encode([type], read))).toHaveLength(1);
    });

    it('reads values of recursive types', () => {
        const list = IDL.Rec();
        list.fill(IDL.Opt(IDL.Record({ head: IDL.Int, tail: list })));
        const values = parseCandidArgs('(opt record { head = 1; tail = opt record { head = 2; tail = null } })', [
            list
        ]);
        expect(values).toEqual([[{ head: 1n, tail: [{ head: 2n, tail: [] }] }]]);
    });

    it('reads no value and several values', () => {
        expect(parseCandidArgs('()', [])).toEqual([]);
        expect(parseCandidArgs(' ( 1, "x", ) ', [IDL.Nat, IDL.Text])).toEqual([1n, 'x']);
    });

    it.each<[string, readonly IDL.Type[], string]>([
        ['(1, 2)', [IDL.Nat], 'line 1, column 1: 2 values where the types are (nat)'],
        ['1', [IDL.Nat], "line 1, column 1: '(' is expected, not '1'"],
        ['(1', [IDL.Nat], "line 1, column 3: ')' is expected, not the end"],
        ['(1) 2', [IDL.Nat], "line 1, column 5: the end of the text is expected, not '2'"],
        ['(\n  "x")', [IDL.Nat], 'line 2, column 3: a text value where nat is expected'],
        ['(-1)', [IDL.Nat], 'line 1, column 2: -1 is outside the range of nat'],
        ['(256)', [IDL.Nat8], '256 is outside the range of nat8'],
        ['(1.5)', [IDL.Nat], 'a number value where nat is expected'],
        ['(5)', [IDL.Opt(IDL.Nat)], 'a number value where opt nat is expected'],
        ['(1 : nat8)', [IDL.Nat], 'a nat8 value where nat is expected'],
        ['(record { b = 1 })', [IDL.Record({ a: IDL.Nat })], 'line 1, column 11: record {a:nat} has no field b'],
        ['(record { })', [IDL.Record({ a: IDL.Nat })], 'without the field a'],
        ['(record { a = 1; 97 = 2 })', [IDL.Record({ a: IDL.Nat })], 'column 18: the field a a second time'],
        ['(variant { no })', [IDL.Variant({ ok: IDL.Null })], 'has no field no'],
        ['(principal "x")', [IDL.Principal], '"x" is no principal'],
        ['("a)', [IDL.Text], 'column 2: a text that nothing closes'],
        ['("\\q")', [IDL.Text], 'column 3: an escape that Candid does not have'],
        ['("\\u{d800}")', [IDL.Text], 'an escape that Candid does not have'],
        ['("\\ff")', [IDL.Text], 'escapes are not UTF-8'],
        ['(/* 1)', [IDL.Nat], 'a comment that nothing closes'],
        ['(#1)', [IDL.Nat], "column 2: '#' is no part of a value"],
        ['(foo)', [IDL.Nat], "'foo' starts no value"],
        ['(vec { 1, 2 })', [IDL.Vec(IDL.Nat)], "'}' is expected, not ','"],
        ['(1 :)', [IDL.Nat], "a type is expected, not ')'"]
    ])('refuses %s with its place', (text, types, message) => {
        const read = (): unknown => parseCandidArgs(text, types);
        expect(read).toThrow(
            expect.objectContaining({ code: 'CANDID_VALUE', message: expect.stringContaining(message) })
        );
    });
});
