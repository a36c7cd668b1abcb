/** Run-time types from Candid text: all of Candid, and errors with their place. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { evaluate } from '../candid/evaluate.ts';
import { candidInterface } from '../index.ts';

const ID = Principal.fromText('aaaaa-aa');

async function methodsOf(candid: string): Promise<readonly (readonly [string, string])[]> {
    const { service } = await candidInterface(candid);
    const methods = service._fields.map(([name, type]) => [name, type.name.trim()] as const);
    return methods.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Encodes and decodes with the argument types of the method `m`. */
async function roundTrip(candid: string, values: unknown[]): Promise<unknown[]> {
    const { service } = await candidInterface(candid);
    const method = service._fields.find(([name]) => name === 'm')![1];
    return IDL.decode(method.argTypes, IDL.encode(method.argTypes, values));
}

describe('candidInterface', () => {
    it('knows modes, init arguments and names of arguments', async () => {
        const candid = `type Account = record { owner : principal; subaccount : opt blob };
            service : (start : int, Account) -> {
                pay : (to : Account, amount : nat) -> (variant { ok : nat; err : text });
                balance : (Account) -> (nat) query;
                all : () -> (vec record { Account; nat }) composite_query;
                note : (text) -> () oneway;
            }`;
        const account = 'record {owner:principal; subaccount:opt vec nat8}';
        expect(await methodsOf(candid)).toEqual([
            ['all', `() -> (vec record {_0_:${account}; _1_:nat}) composite_query`],
            ['balance', `(${account}) -> (nat) query`],
            ['note', '(text) -> () oneway'],
            ['pay', `(${account}, nat) -> (variant {ok:nat; err:text})`]
        ]);
        expect((await candidInterface(candid)).init.map((type) => type.name)).toEqual(['int', account]);
    });

    it('encodes and decodes values of every primitive type', async () => {
        const values: [string, unknown][] = [
            ['bool', true],
            ['text', 'é'],
            ['nat', 2n ** 70n],
            ['int', -(2n ** 70n)],
            ['nat8', 255],
            ['nat16', 65535],
            ['nat32', 4294967295],
            ['nat64', 2n ** 64n - 1n],
            ['int8', -128],
            ['int16', -32768],
            ['int32', -2147483648],
            ['int64', -(2n ** 63n)],
            ['float32', 0.5],
            ['float64', 0.1],
            ['null', null],
            ['reserved', null],
            ['principal', ID]
        ];
        const candid = `service : { m : (${values.map(([type]) => type).join(', ')}) -> (empty) }`;
        expect(
            await roundTrip(
                candid,
                values.map(([, value]) => value)
            )
        ).toEqual(values.map(([, value]) => value));
    });

    it('encodes and decodes recursive types, functions and services', async () => {
        const candid = `type List = opt record { head : int; tail : List };
            type Tree = variant { leaf; node : record { left : Tree; right : Tree } };
            service : { m : (List, Tree, func (nat) -> () query, service { ping : () -> () }) -> () }`;
        const list = [{ head: 1n, tail: [{ head: 2n, tail: [] }] }];
        const tree = { node: { left: { leaf: null }, right: { leaf: null } } };
        const values = [list, tree, [ID, 'f'], ID];
        expect(await roundTrip(candid, values)).toEqual(values);
    });

    it('keeps fields that have a number, also the largest one, and those whose names are strange', async () => {
        const candid = 'service : { m : (record { 4294967295 : nat; 7 : text; "a b\\"c\\\\" : bool }) -> () }';
        const value = { _7_: 'x', 'a b"c\\': true, _4294967295_: 1n };
        const [decoded] = await roundTrip(candid, [value]);
        expect(Object.getOwnPropertyNames(decoded).sort()).toEqual(Object.getOwnPropertyNames(value).sort());
    });

    it.each([
        ['a service that returns itself', 'type S = service { m : () -> (S) }; service : S'],
        ['a function type that takes itself', 'type F = func (F) -> (); service : { m : F }'],
        [
            'a function and a service that need each other',
            'type S = service { m : F }; type F = func (F) -> (S) query; service : (opt F) -> S'
        ],
        ['methods of a named service', 'type S = service { m : () -> () }; service : S']
    ])('understands %s', async (_what, candid) => {
        const { service } = await candidInterface(candid);
        const [name, type] = service._fields[0]!;
        expect([name, type instanceof IDL.FuncClass]).toEqual(['m', true]);
    });

    it('gives the same object for the same text', async () => {
        expect(await candidInterface('service : {}')).toBe(await candidInterface('service : {}'));
    });

    it('gives TypeScript declarations that name the packages of this project', async () => {
        const { typescript } = await candidInterface('service : { pay : (nat) -> (bool) }');
        expect(typescript).toContain("'pay' : ActorMethod<[bigint], boolean>");
        expect(typescript).toMatch(/from '@dfinity\/(agent|principal|candid)'/);
        expect(typescript).not.toContain('@icp-sdk/core');
    });

    it.each([
        ['an unknown token', 'service : {\n  m : (int -> ();\n}', 'vault.did:2:12: Unrecognized token'],
        ['an unbound name', '// é\nservice : {\n  m : (Foo) -> () }', 'vault.did:3:8: Unbound type identifier Foo'],
        [
            'a cyclic definition',
            '\ntype A = A; service : { m : (A) -> () }',
            'vault.did:2:6: A has cyclic type definition'
        ],
        [
            'two labels with one hash',
            'service : {\n  m : () -> ();\n  m : () -> () }',
            "vault.did:2:3: label 'm' hash collision"
        ],
        [
            'a name defined twice',
            '\ntype T = nat; type T = int; service : {}',
            'vault.did:2:6: duplicate binding for T'
        ],
        ['an import', '\nimport "types.did"; service : {}', 'vault.did:2:8: imports "types.did"'],
        ['no service', 'type A = int;', 'vault.did: describes no service'],
        ['nothing', '', 'vault.did: describes no service']
    ])('names file and place of %s', async (_what, candid, message) => {
        await expect(candidInterface(candid, { source: 'vault.did' })).rejects.toMatchObject({
            code: 'CANDID',
            message: expect.stringContaining(message)
        });
    });
});

describe('the cache of candidInterface', () => {
    const directory = mkdtempSync(join(tmpdir(), 'interleave-test-'));
    afterAll(() => rmSync(directory, { recursive: true, force: true }));

    it('keeps what was parsed, and uses it', async () => {
        const candid = 'service : { kept : () -> () }';
        await candidInterface(candid, { cacheDirectory: directory });
        expect(readdirSync(directory, { recursive: true }).length).toBeGreaterThan(1);
    });
});

describe('declarations', () => {
    const declare = (body: string): string => `export const idlFactory = ({ IDL }) => { ${body} };`;

    it.each([
        ['a call of something else', 'return fetch("x");'],
        ['a constructor that IDL does not have', 'return IDL.constructor("x");'],
        ['a property of a result', 'return IDL.Vec(IDL.Nat).constructor;'],
        ['a computed property', 'return IDL["Nat"];'],
        ['a template', 'return IDL.Service({ [`x`] : IDL.Nat });'],
        ['an assignment', 'IDL = 1; return IDL.Nat;'],
        ['a loop', 'while (true) {} return IDL.Nat;'],
        ['a spread', 'return IDL.Service({ ...IDL });'],
        ['a name without definition', 'return IDL.Service({ a : Foo });']
    ])('are never executed: %s is refused', (_what, body) => {
        expect(() => evaluate(declare(body), 'idlFactory')).toThrow(
            expect.objectContaining({ name: 'UnexpectedDeclaration' })
        );
    });
});
