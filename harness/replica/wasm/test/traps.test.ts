import { describe, expect, it } from '@jest/globals';
import { digest, ENGINES, instantiate, run, trapOf } from './wat.ts';

const TRAPS: readonly (readonly [string, string, string])[] = [
    ['unreachable', 'unreachable', '(unreachable)'],
    ['a division by zero', 'integer division by 0', '(drop (i32.div_s (i32.const 1) (i32.const 0)))'],
    ['a remainder by zero', 'integer division by 0', '(drop (i64.rem_u (i64.const 1) (i64.const 0)))'],
    ['a quotient that does not fit', 'integer overflow',
        '(drop (i64.div_s (i64.const 0x8000000000000000) (i64.const -1)))'],
    ['a float that is no integer', 'integer overflow', '(drop (i32.trunc_f64_s (f64.const nan)))'],
    ['a float out of range', 'integer overflow', '(drop (i64.trunc_f32_u (f32.const 1e30)))'],
    ['a load beyond memory', 'heap out of bounds', '(drop (i32.load (i32.const 65533)))'],
    ['a store beyond memory', 'heap out of bounds', '(i32.store (i32.const -1) (i32.const 1))'],
    ['a store beyond memory by its offset', 'heap out of bounds',
        '(i32.store offset=0xffffffff (i32.const 4096) (i32.const 1))'],
    ['a fill beyond memory', 'heap out of bounds', '(memory.fill (i32.const 65535) (i32.const 0) (i32.const 2))'],
    ['a table index out of bounds', 'table out of bounds', '(call_indirect (i32.const 5))'],
    ['table.get out of bounds', 'table out of bounds', '(drop (table.get 0 (i32.const 5)))'],
    ['an indirect call of another type', 'indirect call', '(call_indirect (param i32) (i32.const 0) (i32.const 1))'],
    ['an indirect call of nothing', 'indirect call', '(call_indirect (i32.const 0))'],
    ['endless recursion', 'stack overflow', '(call $recurse)'],
    ['an endless loop', 'instruction limit', '(loop (br 0))'],
    ['endless large fills', 'instruction limit',
        '(loop (memory.fill (i32.const 0) (i32.const 0) (i32.const 65536)) (br 0))']
];

describe.each(ENGINES)('in the %s engine', memory => {
    it.each(TRAPS)('%s traps as `%s`, and everything is undone', (_, kind, body) => {
        const instance = instantiate(`(module (memory 1) (table 2 funcref) (elem (i32.const 1) $nothing)
            (global $g (mut i32) (i32.const 0))
            (func $nothing) (func $recurse (call $recurse))
            (func (export "trap") (global.set $g (i32.const 1)) (i32.store (i32.const 0) (i32.const 1)) ${body})
            (func (export "fine") (i32.store (i32.const 4) (i32.const 1))))`, { memory });
        const before = digest(instance);
        expect(trapOf(instance, 'trap')).toBe(kind);
        expect(digest(instance)).toBe(before);
        expect(trapOf(instance, 'trap')).toBe(kind);
        expect(run(instance, 'fine')).toBe(true);
    });

    it.each([
        ['unreachable', '(unreachable)'],
        ['heap out of bounds', '(drop (i32.load (i32.const -1)))'],
        ['integer division by 0', '(drop (i32.rem_u (i32.const 1) (i32.const 0)))']
    ])('`%s` of the canister is told as that where its steps are used up, but nothing has looked yet', (kind, end) => {
        const long = '(drop (i32.add (i32.const 1) (i32.const 2)))'.repeat(30);
        const instance = instantiate(
            `(module (memory 1) (func (export "f") (if (i32.const 1) (then ${long} ${end}))))`,
            { memory, metering: 'instructions' }
        );
        const ends = Array.from({ length: 200 }, (_, steps) => {
            instance.begin(steps);
            try {
                instance.call('f');
                return 'none';
            } catch (error) {
                return (error as { kind?: string }).kind;
            } finally {
                instance.abort();
            }
        });
        const limited = ends.indexOf(kind);
        expect(limited).toBeGreaterThan(0);
        expect(limited).toBeLessThan(10);
        expect(ends).toEqual(ends.map((_, steps) => (steps < limited ? 'instruction limit' : kind)));
    });

    it('an error thrown by a host function passes through unchanged', () => {
        const error = new RangeError('thrown by the host');
        const instance = instantiate('(module (import "ic0" "trap" (func $t)) (func (export "f") (call $t)))', {
            memory, ic0: { trap: () => { throw error; } }
        });
        instance.begin(10);
        expect(() => instance.call('f')).toThrow(error);
        instance.abort();
    });

    it('a stack trace limit that the host set survives a trap', () => {
        const instance = instantiate('(module (func (export "f") unreachable))', { memory });
        const limit = Error.stackTraceLimit;
        expect(trapOf(instance, 'f')).toBe('unreachable');
        expect(Error.stackTraceLimit).toBe(limit);
    });

    it('segments that do not fit trap at instantiation', () => {
        const kind = (text: string): string => {
            try {
                instantiate(text, { memory });
                return 'none';
            } catch (error) {
                return (error as { kind?: string }).kind ?? String(error);
            }
        };
        expect(kind('(module (memory 1) (data (i32.const 65535) "ab"))')).toBe('heap out of bounds');
        expect(kind('(module (memory 1) (data (i32.const -1) "a"))')).toBe('heap out of bounds');
        expect(kind('(module (memory 1) (data (i32.const 65536) ""))')).toBe('none');
        expect(kind('(module (table 1 funcref) (elem (i32.const 1) $f) (func $f))')).toBe('table out of bounds');
    });

    it('a host that lacks an imported function is told which', () => {
        const text = '(module (import "ic0" "nothing" (func)))';
        expect(() => instantiate(text, { memory })).toThrow('ic0.nothing');
        const foreign = '(module (import "env" "time" (func)))';
        expect(() => instantiate(foreign, { memory, ic0: { time: () => 0 } })).toThrow('env.time');
        expect(() => instantiate('(module (import "ic0" "toString" (func)))', { memory })).toThrow('ic0.toString');
    });

    it('an execution that was not begun, or not ended, is an internal error', () => {
        const instance = instantiate('(module (func (export "f") (param i32)))', { memory });
        expect(() => instance.commit()).toThrow('internal error');
        expect(() => instance.abort()).toThrow('internal error');
        expect(() => instance.write(0, Uint8Array.of())).toThrow('internal error');
        instance.begin(10);
        expect(() => instance.begin(10)).toThrow('internal error');
        expect(() => instance.undoTo(0)).toThrow('internal error');
        expect(() => instance.call('f')).toThrow('no function f of type () -> ()');
        expect(() => instance.call('g')).toThrow('no function g');
        instance.commit();
    });
});
