/** What must be accepted: the features that are on (ic-semantics 1.2), and what the compilers of both languages make. */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { buildProject, loadProject } from '../../../build/index.ts';
import { loadCode } from '../../code.ts';
import { Lab } from '../../test/lab.ts';
import { assemble } from '../../wasm/test/wat.ts';
import { custom, moduleOf } from './bytes.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..', '..');
const COLD_BUILD_MS = 300_000;

describe('1.2 Features that are on', () => {
    it.each([
        ['bulk memory', '(memory 1) (data $p "x") (func (memory.init $p (i32.const 0) (i32.const 0) (i32.const 1)) ' +
            '(data.drop $p) (memory.fill (i32.const 0) (i32.const 0) (i32.const 1)) ' +
            '(memory.copy (i32.const 0) (i32.const 1) (i32.const 1)))'],
        ['reference types', '(table 2 funcref) (elem (i32.const 0) $f) (func $f (drop (ref.is_null (table.get ' +
            '(i32.const 0)))) (drop (table.size)) (drop (ref.func $f)) (drop (ref.null extern)))'],
        ['element segments that are dropped', '(table 1 funcref) (elem $e func $f) (func $f (elem.drop $e))'],
        ['SIMD', '(memory 1) (func (v128.store (i32.const 0) (i32x4.add (v128.load (i32.const 0)) ' +
            '(i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 (v128.const i64x2 1 2) (v128.const i64x2 1 2)))) ' +
            '(drop (i32x4.extract_lane 1 (v128.load8_lane 0 (i32.const 0) (v128.const i64x2 1 2)))))'],
        ['multi-value', '(func $f (result i32 i64) (i32.const 1) (i64.const 2)) (func (call $f) (drop) (drop)) ' +
            '(func (block (result i32 i64) (i32.const 1) (i64.const 2)) (drop) (drop))'],
        ['sign extension', '(func (drop (i32.extend8_s (i32.const 1))))'],
        ['saturating conversions', '(func (drop (i32.trunc_sat_f64_u (f64.const 1))))'],
        ['memory64', '(memory i64 1) (data (i64.const 0) "x") (func (drop (i64.load (i64.const 8))))'],
        ['a table of 64-bit indexes', '(table i64 1 funcref) (elem (i64.const 0) func $f) ' +
            '(func $f (call_indirect (i64.const 0)))'],
        ['extended constant expressions of globals', '(global i32 (i32.add (i32.const 1) (i32.const 2)))'],
        ['globals of all number types', '(global i32 (i32.const 1)) (global (mut i64) (i64.const 1)) ' +
            '(global f32 (f32.const 1)) (global f64 (f64.const 1)) (global (mut v128) (v128.const i64x2 1 2))'],
        ['a typed select', '(func (drop (select (result i32) (i32.const 1) (i32.const 2) (i32.const 0))))'],
        ['no memory at all', '(func (export "canister_update x"))'],
        ['a start function', '(func $s) (start $s)']
    ])('%s', (_, fields) => {
        for (const memory of ['fast', 'reference'] as const) {
            expect(loadCode(assemble(`(module ${fields})`), { memory }).prepared.exports).toBeDefined();
        }
    });
});

describe('1.1 Names', () => {
    it('of methods may be empty, have spaces, and repeat those of system methods', () => {
        const methods = ['canister_update ', 'canister_query  a b', 'canister_composite_query init'];
        const names = [...methods, 'canister_init', 'x y'];
        const code = loadCode(assemble(`(module ${names.map(name => `(func (export "${name}"))`).join(' ')})`));
        expect([...code.methods]).toEqual([
            ['', { kind: 'update', exportName: 'canister_update ' }],
            [' a b', { kind: 'query', exportName: 'canister_query  a b' }],
            ['init', { kind: 'composite_query', exportName: 'canister_composite_query init' }]
        ]);
        expect([...code.system]).toEqual(['canister_init']);
    });

    it('of other exports are free, also `canister counter` and functions of any type', () => {
        const fields = '(func (export "f") (param i32) (result i32) (local.get 0)) (func (export "canister counter"))';
        expect(loadCode(assemble(`(module ${fields} (memory (export "memory") 1))`)).methods.size).toBe(0);
    });

    it('of custom sections: public and private, empty, with spaces; others do not count', () => {
        const others = Array.from({ length: 20 }, () => custom('other', [1]));
        const sections = ['icp:public ', 'icp:private a b', 'icp:public c'].map((name, at) => custom(name, [at]));
        const { metadata } = loadCode(moduleOf(...sections, ...others, custom('eth:private x')));
        expect([...metadata].map(([name, { visibility, content }]) => [name, visibility, ...content])).toEqual([
            ['', 'public', 0], ['a b', 'private', 1], ['c', 'public', 2]
        ]);
    });
});

it('1.1 the hash of a zipped module is that of the bytes as uploaded', () => {
    const zipped = Uint8Array.from(gzipSync(assemble('(module (func (export "canister_update x")))')));
    const lab = new Lab();
    const id = lab.install(zipped);
    const hash = createHash('sha256').update(zipped).digest();
    expect(Buffer.from((lab.status(id)['module_hash'] as [Uint8Array])[0])).toEqual(hash);
});

interface Motoko {
    readonly compiler: { gcFlags(mode: string): void };
    write(path: string, source: string): void;
    wasm(path: string, mode: 'ic'): { readonly wasm: Uint8Array };
}

describe('what compilers make is accepted:', () => {
    const modules = new Map<string, Uint8Array>();
    beforeAll(async () => {
        const canisters = ['vault_motoko', 'vault_azle'];
        for (const [name, { wasm }] of await buildProject(loadProject(REPOSITORY), {
            canisters, canisterIds: () => 'aaaaa-aa'
        })) {
            modules.set(name, wasm);
        }
        const motoko = createRequire(import.meta.url)('motoko') as Motoko;
        motoko.write('main.mo', 'persistent actor { var n = 0; public func inc() : async () { n += 1 } }');
        motoko.compiler.gcFlags('classicOP');
        modules.set('classical', motoko.wasm('main.mo', 'ic').wasm);
    }, COLD_BUILD_MS);

    it.each([
        ['vault_motoko', 64, true, ['candid:service', 'motoko:compiler']],
        ['vault_azle', 32, false, []],
        ['classical', 32, false, ['motoko:compiler']]
    ])('%s', (name, width, persistent, sections) => {
        const bytes = modules.get(name)!;
        for (const uploaded of [bytes, Uint8Array.from(gzipSync(bytes))]) {
            const { prepared, enhancedOrthogonalPersistence, metadata, methods } = loadCode(uploaded);
            expect([prepared.memoryWidth, enhancedOrthogonalPersistence]).toEqual([width, persistent]);
            expect([...metadata.keys()]).toEqual(expect.arrayContaining(sections));
            expect(methods.size).toBeGreaterThan(1);
        }
    });
});
