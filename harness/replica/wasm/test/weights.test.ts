/** ic-semantics 9, "Instruction weights": every class of instruction costs what production replicas charge. */
import { describe, expect, it } from '@jest/globals';
import { ENGINES, instantiate } from './wat.ts';

/** What a function costs by itself. */
const FUNCTION = 1;

/** Instructions of a function with this body; its result, if it has one, is dropped by an empty caller's block. */
function instructionsOf(body: string, pointer: 'i32' | 'i64' = 'i32', memory: 'fast' | 'reference' = 'fast'): number {
    const instance = instantiate(`(module (memory ${pointer === 'i64' ? 'i64' : ''} 2) (table 2 funcref)
        (elem (i32.const 0) $empty) (elem declare func $empty) (global $g (mut i32) (i32.const 0))
        (data $d "0123456789") (elem $e func $empty) (type $void (func))
        (func $empty) (func (export "f") (local $x i32) ${body}))`, { memory, metering: 'instructions' });
    instance.begin(1e9);
    instance.call('f');
    const steps = instance.stepsUsed();
    instance.abort();
    return steps - FUNCTION;
}

const CONST = { i32: '(i32.const 7)', i64: '(i64.const 7)', f32: '(f32.const 7)', f64: '(f64.const 7)' } as const;
type Type = keyof typeof CONST;

/** Instructions by weight: `type.name`, with operands of that type (conversions name theirs). */
const UNARY: readonly (readonly [number, Type, string])[] = [
    ...['clz', 'ctz', 'popcnt', 'eqz', 'extend8_s', 'extend16_s'].flatMap(name =>
        [[1, 'i32', `i32.${name}`], [1, 'i64', `i64.${name}`]] as const),
    [1, 'i64', 'i64.extend32_s'], [1, 'i64', 'i32.wrap_i64'], [1, 'i32', 'i64.extend_i32_s'],
    [1, 'i32', 'i64.extend_i32_u'],
    [1, 'i32', 'f32.reinterpret_i32'], [1, 'i64', 'f64.reinterpret_i64'],
    [1, 'f32', 'i32.reinterpret_f32'], [1, 'f64', 'i64.reinterpret_f64'],
    [1, 'f32', 'f64.promote_f32'], [1, 'f64', 'f32.demote_f64'],
    ...['abs', 'neg'].flatMap(name => [[1, 'f32', `f32.${name}`], [1, 'f64', `f64.${name}`]] as const),
    ...['ceil', 'floor', 'trunc', 'nearest'].flatMap(name =>
        [[2, 'f32', `f32.${name}`], [2, 'f64', `f64.${name}`]] as const),
    [5, 'f32', 'f32.sqrt'], [8, 'f64', 'f64.sqrt'],
    ...(['f32', 'f64'] as const).flatMap(to => (['i32', 'i64'] as const).flatMap(from =>
        [[3, from, `${to}.convert_${from}_s`], [16, from, `${to}.convert_${from}_u`]] as const)),
    ...(['i32', 'i64'] as const).flatMap(to => (['f32', 'f64'] as const).flatMap(from => ['s', 'u'].flatMap(sign =>
        [[20, from, `${to}.trunc_${from}_${sign}`], [20, from, `${to}.trunc_sat_${from}_${sign}`]] as const)))
];

const BINARY: readonly (readonly [number, Type, string])[] = [
    ...(['i32', 'i64'] as const).flatMap(type => [
        ...['add', 'sub', 'mul', 'and', 'or', 'xor', 'shl', 'shr_s', 'shr_u', 'rotl', 'rotr', 'eq', 'ne', 'lt_s',
            'lt_u', 'gt_s', 'gt_u', 'le_s', 'le_u', 'ge_s', 'ge_u'].map(name => [1, type, `${type}.${name}`] as const),
        ...['div_s', 'div_u', 'rem_s', 'rem_u'].map(name => [10, type, `${type}.${name}`] as const)
    ]),
    ...(['f32', 'f64'] as const).flatMap(type => [
        ...['add', 'sub', 'mul'].map(name => [2, type, `${type}.${name}`] as const),
        ...['min', 'max'].map(name => [18, type, `${type}.${name}`] as const),
        ...['eq', 'ne', 'lt', 'gt', 'le', 'ge'].map(name => [3, type, `${type}.${name}`] as const)
    ]),
    [3, 'f32', 'f32.div'], [5, 'f64', 'f64.div'], [2, 'f32', 'f32.copysign'], [3, 'f64', 'f64.copysign']
];

describe('Section 9: a function costs 1, a constant and a drop 1 each, and', () => {
    it('nothing more an empty function, blocks, loops and their ends', () => {
        expect(instructionsOf('')).toBe(0);
        expect(instructionsOf('(block (block) (loop) (loop (block)))')).toBe(0);
    });

    it.each(UNARY)('%i for %s -> %s', (weight, type, name) => {
        expect(instructionsOf(`(drop (${name} ${CONST[type]}))`)).toBe(2 + weight);
    });

    it.each(BINARY)('%i for two %s -> %s', (weight, type, name) => {
        expect(instructionsOf(`(drop (${name} ${CONST[type]} ${CONST[type]}))`)).toBe(3 + weight);
    });

    it.each([
        [1, 'nop'],
        [2, '(local.set $x (i32.const 1))'],
        [3, '(drop (local.tee $x (i32.const 1)))'],
        [2, '(drop (local.get $x))'],
        [5, '(drop (select (i32.const 1) (i32.const 2) (i32.const 3)))'],
        [5, '(drop (select (result i32) (i32.const 1) (i32.const 2) (i32.const 3)))'],
        [3, '(drop (global.get $g))'],
        [3, '(global.set $g (i32.const 1))'],
        [1, 'return'],
        [2, '(drop (ref.null func))'],
        [7, '(drop (ref.is_null (ref.null func)))'],
        [131, '(drop (ref.func $empty))'],
        [7, '(drop (table.get (i32.const 0)))'],
        [101, '(drop (table.size))'],
        [21, '(drop (memory.size))'],
        [302, '(drop (memory.grow (i32.const 0)))'],
        [300, '(data.drop $d)'],
        [300, '(elem.drop $e)'],
        // The called function costs 1.
        [5 + 1, '(call $empty)'],
        [11 + 1, '(call_indirect (type $void) (i32.const 0))'],
        [2, '(block (br 0))'],
        [3, '(block (br_if 0 (i32.const 1)))'],
        [3, '(block (block (br_table 0 1 (i32.const 1))))'],
        [3, '(if (i32.const 1) (then))']
    ])('%i for %s', (sum, body) => {
        expect(instructionsOf(body)).toBe(sum);
    });

    it.each(['i32', 'i64'] as const)('loads and stores by the width of addresses: %s', pointer => {
        const weight = pointer === 'i32' ? 1 : 2;
        const at = `(${pointer}.const 8)`;
        for (const [type, names] of [
            ['i32', ['load', 'load8_s', 'load8_u', 'load16_s', 'load16_u']],
            ['i64', ['load', 'load8_s', 'load8_u', 'load16_s', 'load16_u', 'load32_s', 'load32_u']],
            ['f32', ['load']], ['f64', ['load']]
        ] as const) {
            for (const name of names) {
                expect([name, instructionsOf(`(drop (${type}.${name} ${at}))`, pointer)]).toEqual([name, 2 + weight]);
            }
        }
        for (const [type, names] of [
            ['i32', ['store', 'store8', 'store16']], ['i64', ['store', 'store8', 'store16', 'store32']],
            ['f32', ['store']], ['f64', ['store']]
        ] as const) {
            for (const name of names) {
                const code = `(${type}.${name} ${at} ${CONST[type]})`;
                expect([name, instructionsOf(code, pointer)]).toEqual([name, 2 + weight]);
            }
        }
        const vector = `(v128.store ${at} (v128.load ${at})) (drop (v128.load8_lane 0 ${at} (v128.load ${at})))`;
        expect(instructionsOf(vector, pointer)).toBe(5 + 4 * weight);
    });

    it.each([
        ['i32', 'memory.fill', '(memory.fill (i32.const 0) (i32.const 1) (i32.const 1000))', 1000],
        ['i32', 'memory.copy', '(memory.copy (i32.const 0) (i32.const 100) (i32.const 77))', 77],
        ['i32', 'memory.init', '(memory.init $d (i32.const 0) (i32.const 2) (i32.const 5))', 5],
        ['i32', 'memory.fill of nothing', '(memory.fill (i32.const 0) (i32.const 1) (i32.const 0))', 0],
        ['i64', 'memory.fill', '(memory.fill (i64.const 0) (i32.const 1) (i64.const 1000))', 1000],
        ['i64', 'memory.copy', '(memory.copy (i64.const 0) (i64.const 100) (i64.const 77))', 77],
        ['i64', 'memory.init', '(memory.init $d (i64.const 0) (i32.const 2) (i32.const 5))', 5]
    ] as const)('100 and 1 a byte, with %s addresses, for %s', (pointer, _name, body, bytes) => {
        for (const memory of ENGINES) {
            expect(instructionsOf(body, pointer, memory)).toBe(3 + 100 + bytes);
        }
    });

    it.each([
        [1, 'i32x4.add', 2], [2, 'i32x4.mul', 2], [4, 'i64x2.mul', 2], [2, 'f32x4.add', 2], [10, 'f32x4.div', 2],
        [12, 'f64x2.div', 2], [14, 'f64x2.sqrt', 1], [5, 'f32x4.sqrt', 1], [4, 'f64x2.min', 2], [5, 'f64x2.max', 2],
        [2, 'i8x16.lt_u', 2], [3, 'i8x16.popcnt', 1], [1, 'v128.and', 2], [1, 'v128.any_true', 1],
        [4, 'i32x4.trunc_sat_f32x4_u', 1], [3, 'i32x4.trunc_sat_f64x2_u_zero', 1], [2, 'i16x8.extmul_high_i8x16_s', 2],
        [3, 'i32x4.extadd_pairwise_i16x8_u', 1], [1, 'i8x16.swizzle', 2]
    ])('%i for the vector instruction %s', (weight, name, operands) => {
        const vector = '(v128.const i64x2 3 4)';
        expect(instructionsOf(`(drop (${name} ${vector.repeat(operands)}))`)).toBe(1 + operands + weight);
    });

    it('3 for a shuffle, 1 for splat, lanes and constants', () => {
        const vector = '(i32x4.splat (i32.const 1))';
        const lanes = '0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15';
        expect(instructionsOf(`(drop (i8x16.shuffle ${lanes} ${vector} ${vector}))`)).toBe(4 + 3 + 1);
        expect(instructionsOf(`(drop (i32x4.extract_lane 2 ${vector}))`)).toBe(2 + 1 + 1);
        expect(instructionsOf(`(drop (i8x16.shl ${vector} (i32.const 1)))`)).toBe(3 + 3 + 1);
    });
});
