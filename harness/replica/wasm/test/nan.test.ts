import { describe, expect, it } from '@jest/globals';
import { ENGINES, instantiate, run } from './wat.ts';

const NAN_32 = '0000c07f';
const NAN_64 = '000000000000f87f';
const SCALARS = ['add', 'sub', 'mul', 'div', 'min', 'max', 'ceil', 'floor', 'trunc', 'nearest', 'sqrt'];
const UNARY = new Set(['ceil', 'floor', 'trunc', 'nearest', 'sqrt']);

/** Arithmetic on a negative NaN with a payload, by type; what is stored at 0, as hexadecimal. */
function arithmetic(memory: (typeof ENGINES)[number], type: string, name: string): string {
    const vector = type.includes('x');
    const lane = type.startsWith('f32') ? 'f32' : 'f64';
    const nan = `(${lane}.const -nan:0x400100)`;
    const one = `(${lane}.const 1)`;
    const operand = (value: string): string => (vector ? `(${type}.splat ${value})` : value);
    const operands = UNARY.has(name) ? operand(nan) : `${operand(nan)} ${operand(one)}`;
    const instance = instantiate(`(module (memory 1) (func (export "f")
        (${vector ? 'v128' : type}.store (i32.const 0) (${type}.${name} ${operands}))))`, { memory });
    run(instance, 'f');
    return Buffer.from(instance.read(0, vector ? 16 : lane === 'f32' ? 4 : 8)).toString('hex');
}

describe.each(ENGINES)('in the %s engine', memory => {
    it.each(SCALARS)('%s of a NaN gives the canonical NaN', name => {
        expect(arithmetic(memory, 'f32', name)).toBe(NAN_32);
        expect(arithmetic(memory, 'f64', name)).toBe(NAN_64);
        expect(arithmetic(memory, 'f32x4', name)).toBe(NAN_32.repeat(4));
        expect(arithmetic(memory, 'f64x2', name)).toBe(NAN_64.repeat(2));
    });

    it('numbers stay what they are, lane by lane', () => {
        const instance = instantiate(`(module (memory 1) (func (export "f")
            (f64.store (i32.const 0) (f64.div (f64.const 0) (f64.const 0)))
            (f64.store (i32.const 8) (f64.div (f64.const -1) (f64.const 0)))
            (f32.store (i32.const 16) (f32.mul (f32.const -0) (f32.const 2)))
            (v128.store (i32.const 32) 
                (f32x4.div (v128.const f32x4 0 1 -3 0) (v128.const f32x4 0 2 2 -0)))))`, { memory });
        run(instance, 'f');
        const view = new DataView(instance.read(0, 48).buffer);
        expect(view.getBigUint64(0, true)).toBe(0x7ff8_0000_0000_0000n);
        expect(view.getFloat64(8, true)).toBe(-Infinity);
        expect(view.getUint32(16, true)).toBe(0x8000_0000);
        expect(view.getUint32(32, true)).toBe(0x7fc0_0000);
        expect([view.getFloat32(36, true), view.getFloat32(40, true)]).toEqual([0.5, -1.5]);
        expect(view.getUint32(44, true)).toBe(0x7fc0_0000);
    });

    it('moving, negating and reinterpreting a NaN keep its bits', () => {
        const instance = instantiate(`(module (memory 1) (data (i32.const 0) "\\01\\00\\00\\00\\00\\00\\f4\\ff")
            (func (export "f")
            (f64.store (i32.const 8) (f64.load (i32.const 0)))
            (f64.store (i32.const 16) (f64.neg (f64.load (i32.const 0))))
            (i64.store (i32.const 24) (i64.reinterpret_f64 (f64.load (i32.const 0))))))`, { memory });
        run(instance, 'f');
        const view = new DataView(instance.read(0, 32).buffer);
        expect(view.getBigUint64(8, true)).toBe(0xfff4_0000_0000_0001n);
        expect(view.getBigUint64(16, true)).toBe(0x7ff4_0000_0000_0001n);
        expect(view.getBigUint64(24, true)).toBe(0xfff4_0000_0000_0001n);
    });
});
