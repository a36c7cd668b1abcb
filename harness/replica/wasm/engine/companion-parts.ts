/** Functions of the companion module that commit, abort and undo are made of. */
import {
    block, br, brIf, I32_ADD, I32_EQ, I32_GE_U, I32_SHR_U, I32_SUB, I32_WRAP_I64, I64_ADD, I64_EXTEND_I32_U, I64_GT_U,
    I64_SHL, I64_SHR_U, I64_SUB, i32Const, i32Load, i32Store, i64Const, i64Store, localGet, localSet, localTee, loop,
    memoryGrow, memorySize, RETURN, v128Load, v128Store, when
} from '../binary/assembler.ts';
import type { PointerOps } from '../binary/assembler.ts';
import type { Code } from '../binary/encode.ts';
import { I32, I64 } from '../binary/types.ts';
import { Control, WASM_PAGE_SHIFT } from '../rewrite/layout.ts';
import type { SideLayout } from '../rewrite/layout.ts';

/** Memory indexes in the companion module. */
export const HEAP = 0;
export const SHADOW = 1;
export const SIDE = 2;
export const MARKS = 3;

/** Function indexes in the companion module. */
export const Fn = {
    growShadow: 0, makeRoom: 1, push: 2, compareState: 3, countMarks: 4, countPages: 5, commitPage: 6, commitBlocks: 7,
    commitPages: 8, abortPage: 9, abortBlocks: 10, abortPages: 11
} as const;

/** Unit of comparison. */
export const UNIT = 16;

export const FOOTER_BYTES = 16;
export const Footer = { address: 0, length: 8, kind: 12 } as const;
export const Kind = { heap: 0, state: 1 } as const;

/**
 * The shadow of a byte is elsewhere in its own memory: within the same 8 KiB, and never where a block is torn. V8 puts memories at
 * multiples of gigabytes, and processors find lines of their cache by the lower bits of addresses (AMD's Zen by a hash of bits up to
 * 27): at equal places a heap and its shadow drive each other out, which takes a copy twice as long.
 */
const SHADOW_FLIP = 6144;

/** Where the shadow of the byte at a local address is. */
export const inShadow = (pointer: PointerOps, address: number): Code =>
    [localGet(address), pointer.constant(SHADOW_FLIP), pointer.xor];

export interface CompanionShape {
    readonly pointer: PointerOps;
    readonly layout: SideLayout;
}

export interface CompanionFunction {
    readonly params: readonly number[];
    readonly results: readonly number[];
    readonly locals: readonly number[];
    readonly body: Code;
}

export const control = (offset: number): Code => [i32Const(0), i32Load(SIDE, offset)];
export const setControl = (offset: number, value: Code): Code => [i32Const(0), value, i32Store(SIDE, offset)];

/** () -> i32: makes the shadow as large as the heap; 0 when that fails. New pages of both are zero. */
export function growShadow({ pointer }: CompanionShape): CompanionFunction {
    return {
        params: [], results: [I32], locals: [],
        body: [
            // memory.grow is a call into V8, also when it adds nothing.
            when([memorySize(HEAP), memorySize(SHADOW), pointer.eq], [i32Const(1), RETURN]),
            memorySize(HEAP), memorySize(SHADOW), pointer.sub, memoryGrow(SHADOW), pointer.constant(-1), pointer.ne
        ]
    };
}

/** (bytes: i64) -> i32: makes room for so many bytes above the top of the undo stack; 0 when the limit is reached. */
export function makeRoom(): CompanionFunction {
    const [bytes, wanted, have, pages] = [0, 1, 2, 3];
    const growFails = (extra: Code): Code => [localGet(pages), extra, I32_ADD, memoryGrow(SIDE), i32Const(-1), I32_EQ];
    // Each growth is a call into V8: a quarter more than asked makes them rare.
    const quarter: Code = [memorySize(SIDE), i32Const(2), I32_SHR_U, i32Const(1), I32_ADD];
    return {
        params: [I64], results: [I32], locals: [I64, I64, I32],
        body: [
            control(Control.undoTop), I64_EXTEND_I32_U, localGet(bytes), I64_ADD, localSet(wanted),
            when([localGet(wanted), control(Control.sideBytesMax), I64_EXTEND_I32_U, I64_GT_U], [i32Const(0), RETURN]),
            memorySize(SIDE), I64_EXTEND_I32_U, i64Const(WASM_PAGE_SHIFT), I64_SHL, localSet(have),
            when([localGet(wanted), localGet(have), I64_GT_U], [
                localGet(wanted), localGet(have), I64_SUB, i64Const(WASM_PAGE_SHIFT), I64_SHR_U, I32_WRAP_I64,
                localSet(pages),
                when(growFails(quarter), when(growFails(i32Const(1)), [i32Const(0), RETURN]))
            ]),
            i32Const(1)
        ]
    };
}

/** A memory.copy is a call out of Wasm, and most ranges are a few units: so they are copied four units at a time, then one by one. */
const UNITS_AT_ONCE = 4;

/**
 * Goes through a range that is a whole number of units: `copy` is for the unit to which the locals `address` and `at` point, at an
 * offset. Both move on, until `at` is at the local `end`.
 */
export function eachUnit(
    { pointer }: CompanionShape, address: number, at: number, end: number, copy: (offset: number) => Code
): Code {
    const step = (units: number): Code => [
        Array.from({ length: units }, (_, index) => copy(index * UNIT)),
        localGet(address), pointer.constant(units * UNIT), pointer.add, localSet(address),
        localGet(at), i32Const(units * UNIT), I32_ADD, localSet(at)
    ];
    const many = UNITS_AT_ONCE * UNIT;
    return [
        block(loop([
            i32Const(many - 1), localGet(end), localGet(at), I32_SUB, I32_GE_U, brIf(1),
            step(UNITS_AT_ONCE), br(0)
        ])),
        block(loop([localGet(at), localGet(end), I32_EQ, brIf(1), step(1), br(0)]))
    ];
}

/**
 * (address, length: i32) -> (): pushes the shadow's bytes as a pre-image and makes the shadow equal to the heap there.
 */
export function push(shape: CompanionShape): CompanionFunction {
    const { pointer } = shape;
    const [address, length, at, end] = [0, 1, 2, 3];
    return {
        params: [pointer.type, I32], results: [], locals: [I32, I32],
        body: [
            control(Control.undoTop), localTee(at), localGet(length), I32_ADD, localSet(end),
            localGet(end), localGet(address), pointer.widen, i64Store(SIDE, Footer.address),
            localGet(end), localGet(length), i32Store(SIDE, Footer.length),
            localGet(end), i32Const(Kind.heap), i32Store(SIDE, Footer.kind),
            eachUnit(shape, address, at, end, offset => [
                localGet(at), inShadow(pointer, address), v128Load(SHADOW, offset), v128Store(SIDE, offset),
                inShadow(pointer, address), localGet(address), v128Load(HEAP, offset), v128Store(SHADOW, offset)
            ]),
            setControl(Control.undoTop, [localGet(end), i32Const(FOOTER_BYTES), I32_ADD])
        ]
    };
}
