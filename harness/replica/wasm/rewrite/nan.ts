/**
 * Canonical NaNs. The specification leaves sign and payload of an arithmetic NaN open (core specification 4.3.3),
 * processors differ (x64 makes negative ones, ARM positive ones), and a canister can see them. Production replicas have
 * the canonical NaN as the result of every arithmetic instruction, so that replicas agree (ic-semantics 1.2); moving,
 * negating and converting keep bits.
 */
import { flatten } from '../binary/encode.ts';
import { F32, F64, V128 } from '../binary/types.ts';
import type { BodyRewriter } from './body.ts';

/** Shapes of floating-point results. */
export type FloatShape = 'f32' | 'f64' | 'f32x4' | 'f64x2';

interface Canonical {
    readonly type: number;
    /** Constant with the canonical NaN in every lane. */
    readonly nan: readonly number[];
    /** Equality of lanes, which only a NaN lacks with itself. */
    readonly equal: readonly number[];
    /** (result, canonical, equal) -> the lanes of the result that are numbers, canonical NaN in the others. */
    readonly choose: readonly number[];
}

const NAN_32 = [0x00, 0x00, 0xc0, 0x7f];
const NAN_64 = [0, 0, 0, 0, 0, 0, 0xf8, 0x7f];
const SELECT = [0x1b];
const BITSELECT = [0xfd, 82];

const CANONICAL: Readonly<Record<FloatShape, Canonical>> = {
    f32: { type: F32, nan: [0x43, ...NAN_32], equal: [0x5b], choose: SELECT },
    f64: { type: F64, nan: [0x44, ...NAN_64], equal: [0x61], choose: SELECT },
    f32x4: {
        type: V128, nan: flatten([0xfd, 12, NAN_32, NAN_32, NAN_32, NAN_32]), equal: [0xfd, 65], choose: BITSELECT
    },
    f64x2: { type: V128, nan: flatten([0xfd, 12, NAN_64, NAN_64]), equal: [0xfd, 71], choose: BITSELECT }
};

/** Emits, after the instruction before the cursor, what makes its result canonical. */
export function canonicalise({ accesses, cursor, out, scratch }: BodyRewriter, shape: FloatShape): void {
    const { type, nan, equal, choose } = CANONICAL[shape];
    const local = scratch.local(`number ${type}`, type);
    accesses.flush(cursor.pos);
    out.u8(0x22);
    out.u32(local);
    out.all(nan);
    for (let operand = 0; operand < 2; operand++) {
        out.u8(0x20);
        out.u32(local);
    }
    out.all(equal);
    out.all(choose);
}

/**
 * ceil, floor, trunc, nearest, sqrt, add, sub, mul, div, min, max of both vector shapes, by opcode after the prefix
 * 0xfd.
 */
const VECTOR_ARITHMETIC: ReadonlyMap<number, FloatShape> = new Map([
    ...[103, 104, 105, 106, 227, 228, 229, 230, 231, 232, 233].map(opcode => [opcode, 'f32x4'] as const),
    ...[116, 117, 122, 148, 239, 240, 241, 242, 243, 244, 245].map(opcode => [opcode, 'f64x2'] as const)
]);

/** The shape of the result of an arithmetic vector instruction, undefined for all others. */
export function vectorArithmetic(opcode: number): FloatShape | undefined {
    return VECTOR_ARITHMETIC.get(opcode);
}
