/**
 * Weights of instructions: what production replicas charge for each (ic-semantics 9; embedders/src/wasm_utils/instrumentation.rs of
 * the IC for the vector instructions). Whatever is not listed costs 1. Bytes of bulk instructions come on top, see `barrier.ts`.
 */
import type { PointerWidth } from '../contract.ts';
import { SIMD_LOAD_LANES, SIMD_LOADS, SIMD_STORE, SIMD_STORE_LANES } from '../binary/opcodes.ts';

type Ranges = readonly (number | readonly [from: number, to: number])[];

function fill(table: Uint16Array, weights: readonly (readonly [weight: number, ...opcodes: Ranges])[]): Uint16Array {
    for (const [weight, ...ranges] of weights) {
        for (const range of ranges) {
            const [from, to] = typeof range === 'number' ? [range, range] : range;
            table.fill(weight, from, to + 1);
        }
    }
    return table;
}

function byWidth<T>(make: (access: number) => T): Readonly<Record<PointerWidth, T>> {
    // Loads and stores cost twice as much on 64-bit memories.
    return { 32: make(1), 64: make(2) };
}

/** By opcode byte. The prefixes weigh nothing: what follows them has a table of its own. */
export const WEIGHTS = byWidth(access => fill(new Uint16Array(256).fill(1), [
    // block, loop, else, end
    [0, 0x02, 0x03, 0x05, 0x0b, 0xfc, 0xfd],
    // if, br, br_if, br_table; global.get, global.set
    [2, 0x04, [0x0c, 0x0e], 0x23, 0x24],
    // call, table.get, ref.is_null
    [5, 0x10, 0x25, 0xd1],
    // call_indirect; div and rem of integers
    [10, 0x11, [0x6d, 0x70], [0x7f, 0x82]],
    [access, [0x28, 0x3e]],
    // memory.size, memory.grow, ref.func
    [20, 0x3f],
    [300, 0x40],
    [130, 0xd2],
    // Comparisons of floating-point numbers.
    [3, [0x5b, 0x66]],
    // f32: ceil to nearest, add to mul, copysign; sqrt; div; min, max
    [2, [0x8d, 0x90], [0x92, 0x94], 0x98],
    [5, 0x91],
    [3, 0x95],
    [18, 0x96, 0x97],
    // f64: ceil to nearest, add to mul; sqrt; div; min, max; copysign
    [2, [0x9b, 0x9e], [0xa0, 0xa2]],
    [8, 0x9f],
    [5, 0xa3],
    [18, 0xa4, 0xa5],
    [3, 0xa6],
    // trunc; convert from signed, from unsigned
    [20, [0xa8, 0xab], [0xae, 0xb1]],
    [3, 0xb2, 0xb4, 0xb7, 0xb9],
    [16, 0xb3, 0xb5, 0xb8, 0xba]
]));

/** By opcode after the prefix 0xfc: trunc_sat; memory.init, copy, fill without their bytes; data.drop, elem.drop; table.size. */
export const FC_WEIGHTS = fill(new Uint16Array(18).fill(1), [
    [20, [0, 7]],
    [100, 8, 10, 11, 16],
    [300, 9, 13]
]);

/** By opcode after the prefix 0xfd. */
export const SIMD_WEIGHTS = byWidth(access => fill(new Uint16Array(256).fill(1), [
    [access, ...SIMD_LOADS.keys(), SIMD_STORE, ...SIMD_LOAD_LANES.keys(), ...SIMD_STORE_LANES.keys()],
    // i8x16: shuffle, lt_u, gt_u, popcnt, shl, shr_s, shr_u
    [3, 13, 98, 107, 108],
    [2, 38, 40, 109],
    // i16x8: lt_u, gt_u, extadd_pairwise_u, shifts, extmul_high
    [2, 48, 50, 125, [139, 141], 157, 159],
    // i32x4: lt_u, gt_u, shifts, mul, extmul; extadd_pairwise_u
    [2, 58, 60, [171, 173], 181, [188, 191]],
    [3, 127],
    // i64x2: shl, shr_s, shr_u, mul
    [2, 203, 205],
    [3, 204],
    [4, 213],
    // f32x4: ceil to nearest, abs, neg, add to mul; sqrt; div; min, max
    [2, [103, 106], 224, 225, [228, 230]],
    [5, 227],
    [10, 231],
    [4, 232, 233],
    // f64x2: the same
    [2, 116, 117, 122, 148, 236, 237, [240, 242]],
    [14, 239],
    [12, 243],
    [4, 244],
    [5, 245],
    // i32x4.trunc_sat and f32x4.convert
    [2, 248, 252],
    [4, 249, 251],
    [3, 253]
]));

/** Instructions after which a new basic block begins: if, else, end, branches, return, unreachable. Loops are seen to apart. */
export const BLOCK_ENDS: Uint8Array = Uint8Array.from({ length: 256 }, (_, opcode) =>
    ([0x00, 0x04, 0x05, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f].includes(opcode) ? 1 : 0));
