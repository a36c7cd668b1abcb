/** Features of the engine that the IC does not have (ic-semantics 1.2), and definitions that it refuses (1.1). */
import { describe, expect, it } from '@jest/globals';
import { assemble } from '../../wasm/test/wat.ts';
import { moduleOf } from './bytes.ts';
import { ENGINE, refusal, TOOLCHAIN } from './refusal.ts';

describe('1.1 Definitions', () => {
    it.each([
        ['(memory 1) (data (offset (i32.add (i32.const 1) (i32.const 2))) "a")',
            'data section. Invalid offset expression in data segment for 32bit memory: 0x41 0x01 0x41 0x02 0x6a'],
        ['(memory i64 1) (data (offset (i64.mul (i64.const 1) (i64.const 2))) "a")',
            'data section. Invalid offset expression in data segment for 64bit memory: 0x42 0x01 0x42 0x02 0x7e'],
        ['(global (mut funcref) (ref.null func))', 'global section. Unsupported global type: Ref(funcref)'],
        ['(global externref (ref.null extern))', 'global section. Unsupported global type: Ref(externref)']
    ])('refuses %s', (fields, detail) => {
        expect(refusal(`(module ${fields})`).detail).toBe(`Wasm module has an invalid ${detail}`);
    });

    it('the offset of an imported global is refused, as the import is', () => {
        const module = '(import "env" "g" (global $g i32)) (memory 1) (data (global.get $g) "a")';
        expect(refusal(`(module ${module})`).detail).toContain('Importing globals is not allowed.');
    });
});

describe('1.2 Features that are off', () => {
    it.each([
        ['multi-memory', '(memory 1) (memory 1)', 'more than one memory'],
        ['multi-memory by name', '(memory 1) (memory 0) (func (drop (i32.load 1 (i32.const 0))))',
            'more than one memory'],
        ['garbage collection: a type', '(type (struct))', 'unsupported type form'],
        ['garbage collection: an instruction', '(func (drop (ref.i31 (i32.const 0))))', 'garbage collection'],
        ['garbage collection: a null type', '(func (drop (ref.null any)))', 'ref.null'],
        ['typed function references: a parameter', '(type $t (func)) (func (param (ref null $t)))',
            'unsupported value type'],
        ['typed function references: a local', '(type $t (func)) (func (local (ref null $t)))',
            'unsupported value type'],
        ['typed function references: a block',
            '(type $t (func)) (func (block (result (ref null $t)) (ref.null $t)) drop)', 'unsupported'],
        ['typed function references: call_ref', '(type $t (func)) (func (call_ref $t (ref.null $t)))', ''],
        ['relaxed SIMD', '(func (param v128) (drop (i8x16.relaxed_swizzle (local.get 0) (local.get 0))))',
            'relaxed SIMD'],
        ['tail calls', '(func $f (return_call $f))', 'return_call'],
        ['indirect tail calls', '(table 1 funcref) (func (return_call_indirect (i32.const 0)))',
            'return_call_indirect'],
        ['exceptions', '(func (try (do)))', 'try'],
        ['exceptions: a tag', '(tag)', 'tag section'],
        ['threads: shared memory', '(memory 1 2 shared)', 'shared memory'],
        ['threads: atomics', '(memory 1) (func (drop (i32.atomic.load (i32.const 0))))', 'atomic'],
        ['a constant of a defined global', '(global $a i32 (i32.const 1)) (global i32 (global.get $a))',
            'global.get of a defined global']
    ])('%s', (_, fields, detail) => {
        const got = refusal(bytesOf(fields));
        expect(got.detail.startsWith(ENGINE)).toBe(true);
        expect(got.detail).toContain(detail);
        expect(got.help).toContain(TOOLCHAIN);
    });

    it('an ill-typed body, with the engine\'s reason and the byte', () => {
        const bytes = assemble('(module (func (export "f") (result i32) (i32.const 7)))');
        bytes[bytes.indexOf(0x41)] = 0x42;
        expect(refusal(bytes).detail).toMatch(/^Wasmtime failed .* type error.*\(at byte \d+\)$/);
    });
});

/** Garbage collection and typed references have no text that the assembler knows: bytes instead. */
function bytesOf(fields: string): Uint8Array {
    const one = (body: number[], type = [1, 0x60, 0, 0]): Uint8Array =>
        moduleOf([1, type], [3, [1, 0]], [10, [1, body.length + 2, 0, ...body, 0x0b]]);
    switch (fields) {
        case '(type (struct))':
            return moduleOf([1, [1, 0x5f, 0]]);
        case '(func (drop (ref.i31 (i32.const 0))))':
            return one([0x41, 0, 0xfb, 0x1c, 0x1a]);
        case '(func (drop (ref.null any)))':
            return one([0xd0, 0x6e, 0x1a]);
        case '(type $t (func)) (func (param (ref null $t)))':
            return moduleOf([1, [2, 0x60, 0, 0, 0x60, 1, 0x63, 0, 0]]);
        case '(type $t (func)) (func (local (ref null $t)))':
            return moduleOf([1, [1, 0x60, 0, 0]], [3, [1, 0]], [10, [1, 5, 1, 1, 0x63, 0, 0x0b]]);
        case '(type $t (func)) (func (block (result (ref null $t)) (ref.null $t)) drop)':
            return one([0x02, 0x63, 0, 0xd0, 0, 0x0b, 0x1a]);
        case '(type $t (func)) (func (call_ref $t (ref.null $t)))':
            return one([0xd0, 0, 0x14, 0]);
        default:
            return assemble(`(module ${fields})`);
    }
}

describe('1.2 Tables are immutable', () => {
    it.each([
        ['table.set', '(table.set (i32.const 0) (ref.null func))'],
        ['table.grow', '(drop (table.grow (ref.null func) (i32.const 1)))'],
        ['table.fill', '(table.fill (i32.const 0) (ref.null func) (i32.const 1))'],
        ['table.copy', '(table.copy (i32.const 0) (i32.const 0) (i32.const 1))'],
        ['table.init', '(table.init $e (i32.const 0) (i32.const 0) (i32.const 0))']
    ])('%s is refused with the function\'s number', (name, code) => {
        const before = '(import "ic0" "msg_reply" (func)) (table 1 funcref) (elem $e func) (func)';
        expect(refusal(`(module ${before} (func ${code}))`).detail).toBe(
            `Wasm module contains a function at index 1 with unsupported instruction ${name}.`
        );
    });
});
