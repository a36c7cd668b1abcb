/**
 * Functions of the companion module that look through the marks: four vectors of 16 marks at a time, most of them zero.
 */
import {
    block, br, brIf, call, I32_ADD, I32_AND, I32_CTZ, I32_EQ, I32_EQZ, I32_OR, I32_POPCNT, I32_SHL, I32_SHR_U, I32_SUB,
    I32_XOR, I8X16_BITMASK, I8X16_NE, i32Const, localGet, localSet, localTee, loop, memoryCopy, memorySize, RETURN,
    V128_ANY_TRUE, V128_OR, V128_ZERO, v128Load, v128Store, when
} from '../binary/assembler.ts';
import type { Code } from '../binary/encode.ts';
import { I32 } from '../binary/types.ts';
import { BLOCK_BYTES, BLOCK_SHIFT, WASM_PAGE_SHIFT } from '../rewrite/layout.ts';
import { Fn, HEAP, MARKS, SHADOW } from './companion-parts.ts';
import type { CompanionFunction, CompanionShape } from './companion-parts.ts';

/** Marks in a vector. */
const GROUP = 16;
const GROUPS = 4;

/** Locals of a scan. */
export const SCAN_LOCALS: readonly number[] = [I32, I32, I32];

/**
 * Calls `group` (marks index, carry) -> carry for every vector with a mark, and for one after a vector whose last block
 * is marked: the carry says so. Needs `SCAN_LOCALS` at 0. A Wasm page has a whole number of strides, so that the heap
 * ends at one.
 */
export function scan({ pointer }: CompanionShape, group: number): Code {
    const [at, end, carry] = [0, 1, 2];
    const groups = Array.from({ length: GROUPS }, (_, index) => index * GROUP);
    const any = groups.map((offset, index) => [localGet(at), v128Load(MARKS, offset), index === 0 ? [] : V128_OR]);
    return [
        memorySize(HEAP), pointer.narrow, i32Const(WASM_PAGE_SHIFT - BLOCK_SHIFT), I32_SHL, localSet(end),
        block(loop([
            localGet(at), localGet(end), I32_EQ, brIf(1),
            when(
                [any, V128_ANY_TRUE, localGet(carry), I32_OR],
                groups.map(offset => [
                    localGet(at), i32Const(offset), I32_ADD, localGet(carry), call(group), localSet(carry)
                ])
            ),
            localGet(at), i32Const(GROUP * GROUPS), I32_ADD, localSet(at), br(0)
        ]))
    ];
}

/** From a marks index on the stack to one bit a block of its vector. */
const bits: Code = [v128Load(MARKS), V128_ZERO, I8X16_NE, I8X16_BITMASK];

/**
 * (marks index, carry) -> carry: runs `marked` for each marked block of a vector and `crossed` for each block that is
 * not marked but follows a marked one, where a store may have crossed its start. Both find the address in local 4.
 * Clears the marks.
 */
function visitGroup({ pointer }: CompanionShape, marked: Code, crossed: Code): CompanionFunction {
    const [at, carry, mask, after, address] = [0, 1, 2, 3, 4];
    const each = (set: number, visit: Code): Code => block(loop([
        localGet(set), I32_EQZ, brIf(1),
        localGet(at), localGet(set), I32_CTZ, I32_ADD, pointer.fromI32,
        pointer.constant(BLOCK_SHIFT), pointer.shl, localSet(address),
        visit,
        // Clears the lowest bit.
        localGet(set), localGet(set), i32Const(1), I32_SUB, I32_AND, localSet(set), br(0)
    ]));
    return {
        params: [I32, I32], results: [I32], locals: [I32, I32, pointer.type],
        body: [
            localGet(at), bits, localTee(mask), localGet(carry), I32_OR, I32_EQZ,
            when([], [i32Const(0), RETURN]),
            localGet(at), V128_ZERO, v128Store(MARKS),
            // Bit 16, the block after this vector, is the carry.
            localGet(mask), i32Const(1), I32_SHL, localGet(carry), I32_OR,
            localGet(mask), i32Const(-1), I32_XOR, I32_AND, localTee(after),
            i32Const(GROUP), I32_SHR_U, localSet(carry),
            localGet(after), i32Const(0xffff), I32_AND, localSet(after),
            each(mask, marked),
            each(after, crossed),
            localGet(carry)
        ]
    };
}

const ADDRESS = localGet(4);

/** Visits of a commit: pushes what changed. */
export function commitGroup(shape: CompanionShape): CompanionFunction {
    return visitGroup(shape, [ADDRESS, call(Fn.compareBlock)], [ADDRESS, call(Fn.neighbour)]);
}

/** Visits of an abort: copies the shadow back. */
export function abortGroup(shape: CompanionShape): CompanionFunction {
    return visitGroup(
        shape,
        [ADDRESS, ADDRESS, shape.pointer.constant(BLOCK_BYTES), memoryCopy(HEAP, SHADOW)],
        [ADDRESS, ADDRESS, v128Load(SHADOW), v128Store(HEAP)]
    );
}

/** () -> i32: how many blocks of the heap are marked. */
export function countMarks({ pointer }: CompanionShape): CompanionFunction {
    const [at, end, count] = [0, 1, 2];
    return {
        params: [], results: [I32], locals: [I32, I32, I32],
        body: [
            memorySize(HEAP), pointer.narrow, i32Const(WASM_PAGE_SHIFT - BLOCK_SHIFT), I32_SHL, localSet(end),
            block(loop([
                localGet(at), localGet(end), I32_EQ, brIf(1),
                localGet(count), localGet(at), bits, I32_POPCNT, I32_ADD, localSet(count),
                localGet(at), i32Const(GROUP), I32_ADD, localSet(at), br(0)
            ])),
            localGet(count)
        ]
    };
}
