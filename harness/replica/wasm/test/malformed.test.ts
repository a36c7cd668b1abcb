import { describe, expect, it } from '@jest/globals';
import { prepareModule } from '../index.ts';
import { generator } from './random.ts';
import { assemble } from './wat.ts';

/** A module with something of everything. */
const RICH = `(module
    (type $callback (func (param i32)))
    (import "ic0" "msg_reply" (func $reply))
    (import "ic0" "time" (func $time (result i64)))
    (memory (export "memory") 1 10) (table 3 funcref) (elem (i32.const 1) $callback $f) (elem declare func $f)
    (global $g (mut i64) (i64.const 5)) (global f64 (f64.const 1.5))
    (data (i32.const 10) "active data") (data $p "passive data") (start $init)
    (func $callback (param i32) (call $reply))
    (func $init (global.set $g (call $time)))
    (func $f (export "f") (param i32) (result i32) (local i64 f32 v128)
        (block (loop (br_if 1 (local.get 0)) (br_table 0 1 (i32.const 0))))
        (memory.init $p (i32.const 0) (i32.const 0) (i32.const 3)) (data.drop $p)
        (v128.store (i32.const 16) (local.get 3))
        (if (result i32) (local.get 0) (then (memory.grow (i32.const 1))) (else (call $f (i32.const 1)))))
    (func (export "canister_update x") (drop (call_indirect (param i32) (result i32) (i32.const 1) (i32.const 2)))))`;

const rich = assemble(RICH);

/** `valid`, or the error's code; anything else that happens is the test's failure. */
function outcome(bytes: Uint8Array): string {
    try {
        prepareModule(bytes);
        return 'valid';
    } catch (error) {
        const { code, message } = error as { code?: string; message?: string };
        if (code !== 'invalid-module') {
            throw error;
        }
        expect(message).not.toBe('');
        return code;
    }
}

describe('bytes that are no module', () => {
    it.each([
        ['nothing', [], 'ends within its header (at byte 0)'],
        ['text', [...Buffer.from('(module)')], 'does not start with 00 61 73 6d (at byte 0)'],
        ['a version of the future', [0, 0x61, 0x73, 0x6d, 2, 0, 0, 0], 'unsupported Wasm version (at byte 4)'],
        ['a component', [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0], 'unsupported Wasm version (at byte 4)'],
        ['a section longer than the module', [...rich.slice(0, 8), 1, 100, 0], 'section 1 is longer than the module'],
        ['an unknown section', [...rich.slice(0, 8), 99, 0], 'unknown section 99 (at byte 8)'],
        ['a section that occurs twice', [...rich.slice(0, 8), 1, 1, 0, 1, 1, 0], 'section 1 occurs twice (at byte 11)'],
        ['an endless number', [...rich.slice(0, 8), 1, 255, 255, 255, 255, 255, 255],
            'malformed LEB128 number (at byte 9)'],
        ['gzip of nothing', [0x1f, 0x8b, 0x08, 0, 0, 0], 'cannot be unzipped']
    ])('%s', (_, bytes, message) => {
        expect(() => prepareModule(Uint8Array.from(bytes))).toThrow(message);
        expect(outcome(Uint8Array.from(bytes))).toBe('invalid-module');
    });

    it('an ill-typed function body, with V8\'s reason and the byte', () => {
        const bytes = assemble('(module (func (export "f") (result i32) (i32.const 7)))');
        bytes[bytes.indexOf(0x41)] = 0x42;
        expect(() => prepareModule(bytes)).toThrow(/type error.*\(at byte \d+\)/);
    });
});

describe('a valid module that is not one for the Internet Computer is refused by name:', () => {
    it.each([
        ['(module (import "env" "memory" (memory 1)))', 'env.memory: a memory'],
        ['(module (import "env" "table" (table 1 funcref)))', 'env.table: a table'],
        ['(module (import "env" "g" (global i32)))', 'env.g: a global'],
        ['(module (memory 1) (memory 1))', 'more than one memory'],
        ['(module (memory 1 2 shared))', 'shared memory'],
        ['(module (memory 1) (data (offset (i32.add (i32.const 1) (i32.const 2))) "a"))', 'constant'],
        ['(module (global (mut funcref) (ref.null func)))', 'global of reference type'],
        ['(module (tag))', 'tag section'],
        ['(module (table 1 funcref) (func (table.set (i32.const 0) (ref.null func))))', 'table.set'],
        ['(module (table 1 funcref) (func (drop (table.grow (ref.null func) (i32.const 1)))))', 'table.grow'],
        ['(module (table 1 funcref) (func (table.fill (i32.const 0) (ref.null func) (i32.const 1))))', 'table.fill'],
        ['(module (table 1 funcref) (func (table.copy (i32.const 0) (i32.const 0) (i32.const 1))))', 'table.copy'],
        ['(module (table 1 funcref) (elem $e func) (func (table.init $e (i32.const 0) (i32.const 0) (i32.const 0))))',
            'table.init'],
        ['(module (func $f (return_call $f)))', 'return_call'],
        ['(module (func (try (do))))', 'try'],
        ['(module (memory 1) (func (drop (i32.atomic.load (i32.const 0)))))', 'atomic'],
        ['(module (func (param v128) (drop (i8x16.relaxed_swizzle (local.get 0) (local.get 0)))))', 'relaxed SIMD']
    ])('%s', (text, message) => {
        expect(() => prepareModule(assemble(text))).toThrow(message);
        expect(outcome(assemble(text))).toBe('invalid-module');
    });

    it('more functions or globals than the IC allows', () => {
        expect(() => prepareModule(assemble(`(module ${'(func)'.repeat(50_001)})`)))
            .toThrow('defined 50001 functions, which exceeds the maximum number allowed 50000');
        expect(() => prepareModule(assemble(`(module ${'(global i32 (i32.const 0))'.repeat(1_001)})`)))
            .toThrow('defined 1001 globals, which exceeds the maximum number allowed 1000');
    });

    it('a memory larger than the IC allows', () => {
        expect(() => prepareModule(assemble('(module (memory i64 98305))'))).toThrow('98304');
    });
});

describe('a module with something of everything', () => {
    it('is valid', () => {
        expect(outcome(rich)).toBe('valid');
    });

    it('cut off at any byte is refused, or what is left is a module', () => {
        const valid: number[] = [];
        for (let length = 0; length < rich.length; length++) {
            if (outcome(rich.slice(0, length)) === 'valid') {
                valid.push(length);
            }
        }
        // The header alone, then whole sections: as long as no declared function lacks its code.
        expect(valid.length).toBeGreaterThan(0);
        expect(valid.length).toBeLessThan(6);
    });

    it('with flipped bytes is refused or valid, never anything else', () => {
        const random = generator(12_345);
        const outcomes = { valid: 0, 'invalid-module': 0 };
        for (let round = 0; round < 4_000; round++) {
            const bytes = rich.slice();
            for (let flips = 1 + random(3); flips > 0; flips--) {
                const other = bytes[random(bytes.length)] ?? 0;
                bytes[8 + random(bytes.length - 8)] = random(2) === 0 ? random(256) : other;
            }
            outcomes[outcome(bytes) as keyof typeof outcomes]++;
        }
        expect(outcomes.valid).toBeGreaterThan(100);
        expect(outcomes['invalid-module']).toBeGreaterThan(1_000);
    });

    it('with every single byte inverted is refused or valid, never anything else', () => {
        for (let at = 0; at < rich.length; at++) {
            for (const mask of [0xff, 0x80, 0x01]) {
                const bytes = rich.slice();
                bytes[at] = (bytes[at] ?? 0) ^ mask;
                outcome(bytes);
            }
        }
    });
});
