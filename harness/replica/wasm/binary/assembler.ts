/**
 * A small vocabulary of instructions for the functions that this room adds to a module and for the companion module.
 * Memory 0 is the canister's heap; other memories are named by their index.
 */
import { s32, s64, u32 } from './encode.ts';
import type { Code } from './encode.ts';
import { I32, I64 } from './types.ts';
import type { PointerWidth } from '../contract.ts';

export const VOID = 0x40;

export const localGet = (index: number): Code => [0x20, u32(index)];
export const localSet = (index: number): Code => [0x21, u32(index)];
export const localTee = (index: number): Code => [0x22, u32(index)];
export const globalGet = (index: number): Code => [0x23, u32(index)];
export const globalSet = (index: number): Code => [0x24, u32(index)];
export const call = (index: number): Code => [0x10, u32(index)];
export const i32Const = (value: number): Code => [0x41, s32(value)];
export const i64Const = (value: bigint | number): Code => [0x42, s64(BigInt(value))];
export const br = (label: number): Code => [0x0c, u32(label)];
export const brIf = (label: number): Code => [0x0d, u32(label)];

/** `if (...) end` on an i32 condition that `condition` pushes. */
export const when = (condition: Code, then: Code): Code => [condition, 0x04, VOID, then, 0x0b];
export const block = (body: Code): Code => [0x02, VOID, body, 0x0b];
export const loop = (body: Code): Code => [0x03, VOID, body, 0x0b];

export const I32_CONST = 0x41;
export const I64_CONST = 0x42;
export const UNREACHABLE = 0x00;
export const ELSE = 0x05;
export const END = 0x0b;
export const RETURN = 0x0f;
export const DROP = 0x1a;
export const SELECT = 0x1b;

export const I32_EQZ = 0x45;
export const I32_EQ = 0x46;
export const I32_NE = 0x47;
export const I32_GT_U = 0x4b;
export const I32_GE_U = 0x4f;
export const I64_EQZ = 0x50;
const I64_EQ = 0x51;
const I64_NE = 0x52;
export const I64_LT_S = 0x53;
export const I64_GT_U = 0x56;
export const I64_GE_S = 0x59;
export const I64_GE_U = 0x5a;
export const I32_CTZ = 0x68;
export const I32_POPCNT = 0x69;
export const I32_ADD = 0x6a;
export const I32_SUB = 0x6b;
export const I32_DIV_U = 0x6e;
export const I32_AND = 0x71;
export const I32_OR = 0x72;
const I32_XOR = 0x73;
export const I32_SHL = 0x74;
export const I32_SHR_U = 0x76;
export const I64_CLZ = 0x79;
export const I64_CTZ = 0x7a;
export const I64_ADD = 0x7c;
export const I64_SUB = 0x7d;
export const I64_MUL = 0x7e;
export const I64_AND = 0x83;
export const I64_OR = 0x84;
export const I64_XOR = 0x85;
export const I64_SHL = 0x86;
export const I64_SHR_U = 0x88;
export const I32_WRAP_I64 = 0xa7;
export const I64_EXTEND_I32_U = 0xad;
export const F64_MIN = 0xa4;
export const F64_CONVERT_I64_S = 0xb9;
export const I64_TRUNC_SAT_F64_S: Code = [0xfc, 6];

/** A memory access with natural alignment ignored (the hint has no effect on results). */
function access(opcode: number | Code, memory: number, offset: number): Code {
    return memory === 0 ? [opcode, 0x00, u32(offset)] : [opcode, 0x40, memory, u32(offset)];
}

export const i32Load = (memory: number, offset = 0): Code => access(0x28, memory, offset);
export const i64Load = (memory: number, offset = 0): Code => access(0x29, memory, offset);
export const i32Load8 = (memory: number, offset = 0): Code => access(0x2d, memory, offset);
export const i32Store = (memory: number, offset = 0): Code => access(0x36, memory, offset);
export const i64Store = (memory: number, offset = 0): Code => access(0x37, memory, offset);
export const i32Store8 = (memory: number, offset = 0): Code => access(0x3a, memory, offset);
export const v128Load = (memory: number, offset = 0): Code => access([0xfd, 0], memory, offset);
export const v128Store = (memory: number, offset = 0): Code => access([0xfd, 11], memory, offset);
export const V128_ZERO: Code = [0xfd, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
export const I8X16_NE: Code = [0xfd, 36];
export const I32X4_EQ: Code = [0xfd, 55];
export const I8X16_NARROW_I16X8: Code = [0xfd, 101];
export const I16X8_NARROW_I32X4: Code = [0xfd, 0x85, 0x01];
export const I8X16_BITMASK: Code = [0xfd, 100];
export const V128_XOR: Code = [0xfd, 81];
export const V128_OR: Code = [0xfd, 80];
export const V128_ANY_TRUE: Code = [0xfd, 83];

/** Plain load or store of a value type. */
export function typedLoad(type: number, memory: number, offset: number): Code {
    return type === 0x7b ? v128Load(memory, offset) : access(0x28 + (0x7f - type), memory, offset);
}

/** Plain store of a value type. */
export function typedStore(type: number, memory: number, offset: number): Code {
    return type === 0x7b ? v128Store(memory, offset) : access(0x36 + (0x7f - type), memory, offset);
}

export const memorySize = (memory: number): Code => [0x3f, memory];
export const memoryGrow = (memory: number): Code => [0x40, memory];
export const memoryCopy = (to: number, from: number): Code => [0xfc, 10, to, from];
export const memoryFill = (memory: number): Code => [0xfc, 11, memory];
export const memoryInit = (segment: number, memory: number): Code => [0xfc, 8, u32(segment), memory];

/** Arithmetic on addresses of a memory of this width. */
export interface PointerOps {
    readonly width: PointerWidth;
    readonly type: number;
    readonly constant: (value: number) => Code;
    readonly add: number;
    readonly sub: number;
    readonly eq: number;
    readonly ne: number;
    readonly xor: number;
    readonly shl: number;
    readonly shrU: number;
    /** From an address to i64. */
    readonly widen: Code;
    /** From an address or page number to i32. */
    readonly narrow: Code;
    /** From i32 (unsigned) to an address. */
    readonly fromI32: Code;
    /** From i64 to an address. */
    readonly fromI64: Code;
}

const POINTER_32: PointerOps = {
    width: 32, type: I32, constant: i32Const, add: I32_ADD, sub: I32_SUB, eq: I32_EQ, ne: I32_NE,
    xor: I32_XOR, shl: I32_SHL, shrU: I32_SHR_U,
    widen: [I64_EXTEND_I32_U], narrow: [], fromI32: [], fromI64: I32_WRAP_I64
};

const POINTER_64: PointerOps = {
    width: 64, type: I64, constant: i64Const, add: I64_ADD, sub: I64_SUB, eq: I64_EQ, ne: I64_NE,
    xor: I64_XOR, shl: I64_SHL, shrU: I64_SHR_U,
    widen: [], narrow: [I32_WRAP_I64], fromI32: [I64_EXTEND_I32_U], fromI64: []
};

/** The operations on addresses of a memory of this width. */
export function pointerOps(width: PointerWidth): PointerOps {
    return width === 64 ? POINTER_64 : POINTER_32;
}

/** Traps as a load out of bounds does: no memory has an address that large. Leaves nothing on the stack. */
export function outOfBoundsTrap({ width }: PointerOps): Code {
    return width === 64
        ? [i64Const(-1), i32Load8(0), DROP]
        : [i32Const(-1), i32Load8(0, 0xffff_ffff), DROP];
}
