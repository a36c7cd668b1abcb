import { describe, expect, it } from '@jest/globals';
import { prepareModule } from '../index.ts';
import { assemble } from './wat.ts';

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

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
        ['nothing', [], 'unsupported canister module format'],
        ['text', [...Buffer.from('(module)')], 'unsupported canister module format'],
        ['half a header', [0, 0x61, 0x73, 0x6d, 1], 'ends within its header (at byte 5)'],
        ['a version of the future', [0, 0x61, 0x73, 0x6d, 2, 0, 0, 0], 'unsupported Wasm version (at byte 4)'],
        ['a component', [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0], 'unsupported Wasm version (at byte 4)'],
        ['a section longer than the module', [...HEADER, 1, 100, 0], 'section 1 is longer than the module'],
        ['an unknown section', [...HEADER, 99, 0], 'unknown section 99 (at byte 8)'],
        ['a section that occurs twice', [...HEADER, 1, 1, 0, 1, 1, 0], 'section 1 occurs twice (at byte 11)'],
        ['an endless number', [...HEADER, 1, 255, 255, 255, 255, 255, 255],
            'malformed LEB128 number (at byte 9)'],
        ['gzip of nothing', [0x1f, 0x8b, 0x08, 0, 0, 0], 'gzip stream is too short']
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
        ['(module (memory 1) (memory 1))', 'more than one memory'],
        ['(module (memory 1 2 shared))', 'shared memory'],
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
});
