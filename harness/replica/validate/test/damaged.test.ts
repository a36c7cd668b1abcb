/** Damaged modules: refused with IC0505 or accepted, never anything else (ic-semantics 1.3). */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { loadCode } from '../../code.ts';
import { generator } from '../../wasm/test/random.ts';
import { assemble } from '../../wasm/test/wat.ts';

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
        loadCode(bytes);
        return 'valid';
    } catch (error) {
        const { code, message } = error as { code?: string; message?: string };
        if (code !== 'replica/invalid-code') {
            throw error;
        }
        expect(message).not.toBe('');
        return code;
    }
}

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
        const outcomes = { valid: 0, 'replica/invalid-code': 0 };
        for (let round = 0; round < 4_000; round++) {
            const bytes = rich.slice();
            for (let flips = 1 + random(3); flips > 0; flips--) {
                const other = bytes[random(bytes.length)] ?? 0;
                bytes[8 + random(bytes.length - 8)] = random(2) === 0 ? random(256) : other;
            }
            outcomes[outcome(bytes) as keyof typeof outcomes]++;
        }
        expect(outcomes.valid).toBeGreaterThan(100);
        expect(outcomes['replica/invalid-code']).toBeGreaterThan(1_000);
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

    it('zipped, cut off at any byte or with flipped bytes, is refused or valid, never anything else', () => {
        const zipped = Uint8Array.from(gzipSync(rich));
        expect(outcome(zipped)).toBe('valid');
        for (let at = 0; at < zipped.length; at++) {
            expect(outcome(zipped.slice(0, at))).toBe('replica/invalid-code');
            const bytes = zipped.slice();
            bytes[at] = (bytes[at] ?? 0) ^ 0x41;
            outcome(bytes);
        }
    });
});
