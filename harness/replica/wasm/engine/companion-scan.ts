/**
 * Functions of the companion module that look through the marks, sixteen at a time: in large heaps those of pages first, then those
 * of the blocks of each marked page.
 */
import {
    block, br, brIf, call, ELSE, END, I32_ADD, I32_AND, I32_CTZ, I32_EQZ, I32_GE_U, I32_NE, I32_OR, I32_POPCNT, I32_SHL,
    I32_SHR_U, I32_SUB, I32_XOR, I8X16_BITMASK, I8X16_NE, i32Const, localGet, localSet, localTee, loop, memoryCopy,
    memorySize, RETURN, V128_ANY_TRUE, V128_OR, V128_ZERO, v128Load, v128Store, VOID, when
} from '../binary/assembler.ts';
import type { Code } from '../binary/encode.ts';
import { I32 } from '../binary/types.ts';
import { BLOCK_BYTES, BLOCK_MARKS, BLOCK_SHIFT, REACH_BYTES, WASM_PAGE_SHIFT } from '../rewrite/layout.ts';
import { Fn, HEAP, inShadow, MARKS, SHADOW, UNIT } from './companion-parts.ts';
import type { CompanionFunction, CompanionShape } from './companion-parts.ts';

/** Marks in a vector, and vectors looked at together. */
const GROUP = 16;
const BLOCK_GROUPS = 4;
const PAGE_GROUPS = 4;
/** Marks of the blocks of a page: a whole number of groups. */
const PAGE_BLOCKS = 1 << (WASM_PAGE_SHIFT - BLOCK_SHIFT);
/** Bit of a group that stands for the mark after it. */
const AFTER = GROUP;

/** Locals of `scanMarks`. */
export const SCAN_LOCALS: readonly number[] = [I32, I32, I32];

/** The number of pages of the heap, as i32. */
const heapPages = ({ pointer }: CompanionShape): Code => [memorySize(HEAP), pointer.narrow];

/** Whether so many groups of marks at the local `at` have any. */
function anyMark(at: number, marks: number, groups: number): Code {
    const offsets = Array.from({ length: groups }, (_, index) => marks + index * GROUP);
    return [
        offsets.map((offset, index) => [localGet(at), v128Load(MARKS, offset), index === 0 ? [] : V128_OR]),
        V128_ANY_TRUE
    ];
}

/** Calls `group` (index, carry) -> carry for each of so many groups at the local `at`. */
function eachGroup(at: number, carry: number, groups: number, group: number): Code {
    return Array.from({ length: groups }, (_, index) => [
        localGet(at), i32Const(index * GROUP), I32_ADD, localGet(carry), call(group), localSet(carry)
    ]);
}

/** Bits of the vector of marks at an index on the stack. */
const bits = (marks: number): Code => [v128Load(MARKS, marks), V128_ZERO, I8X16_NE, I8X16_BITMASK];

/** Clears the lowest bit of a local. */
const dropLowest = (set: number): Code => [localGet(set), localGet(set), i32Const(1), I32_SUB, I32_AND, localSet(set)];

/** The number of blocks of the heap, as i32. */
export const allBlocks = (shape: CompanionShape): Code =>
    [heapPages(shape), i32Const(WASM_PAGE_SHIFT - BLOCK_SHIFT), I32_SHL];

/**
 * Looks through the marks. Where local 0 says that pages were marked, calls `pages` (index of a page, carry) -> carry for every group
 * of pages with a mark, and for one after a group whose last page ends with a marked block: the carry says so. The last groups may
 * reach beyond the heap. Else calls `blocks` (first, end, carry) -> carry once, for all. Needs `SCAN_LOCALS` at 1.
 */
export function scanMarks(shape: CompanionShape, pages: number, blocks: number): Code {
    const [paged, at, end, carry] = [0, 1, 2, 3];
    return [
        localGet(paged), 0x04, VOID,
        heapPages(shape), localSet(end),
        block(loop([
            localGet(at), localGet(end), I32_GE_U, brIf(1),
            when([anyMark(at, 0, PAGE_GROUPS), localGet(carry), I32_OR], eachGroup(at, carry, PAGE_GROUPS, pages)),
            localGet(at), i32Const(PAGE_GROUPS * GROUP), I32_ADD, localSet(at), br(0)
        ])),
        ELSE,
        i32Const(0), allBlocks(shape), i32Const(0), call(blocks), localSet(carry),
        END
    ];
}

/** (first page, carry) -> carry: runs `blocks` for the marked pages of a group, and those after a page that carries. Clears the marks. */
function visitPages(shape: CompanionShape, blocks: number): CompanionFunction {
    const [at, carries, todo, bit] = [0, 1, 2, 3];
    const shifted: Code = [localGet(bit), i32Const(1), I32_ADD, I32_SHL];
    const firstBlock: Code = [localGet(at), localGet(bit), I32_ADD, i32Const(WASM_PAGE_SHIFT - BLOCK_SHIFT), I32_SHL];
    return {
        params: [I32, I32], results: [I32], locals: [I32, I32],
        body: [
            localGet(at), bits(0), localGet(carries), I32_OR, localSet(todo),
            localGet(at), V128_ZERO, v128Store(MARKS),
            block(loop([
                localGet(todo), i32Const((1 << AFTER) - 1), I32_AND, I32_EQZ, brIf(1),
                localGet(todo), I32_CTZ, localSet(bit),
                // A carry out of the last page of the heap leads nowhere, and so do marks of stores beyond it.
                when([localGet(at), localGet(bit), I32_ADD, heapPages(shape), I32_GE_U], [i32Const(0), RETURN]),
                localGet(carries),
                firstBlock, firstBlock, i32Const(PAGE_BLOCKS), I32_ADD,
                localGet(carries), localGet(bit), I32_SHR_U, i32Const(1), I32_AND,
                call(blocks), shifted, I32_OR, localTee(carries),
                dropLowest(todo),
                // What carries has to be visited.
                i32Const(-2), localGet(bit), I32_SHL, I32_AND, localGet(todo), I32_OR, localSet(todo),
                br(0)
            ])),
            localGet(carries), i32Const(AFTER), I32_SHR_U
        ]
    };
}

/**
 * (first, end, carry) -> carry: runs `group` for each group of these blocks that has marks, or follows a marked block. Both ends are
 * those of pages. Most pages have no marks: it looks at a whole one at once.
 */
function visitBlocks(group: number): CompanionFunction {
    const [at, end, carry, part] = [0, 1, 2, 3];
    const step = BLOCK_GROUPS * GROUP;
    return {
        params: [I32, I32, I32], results: [I32], locals: [I32],
        body: [
            block(loop([
                localGet(at), localGet(end), I32_GE_U, brIf(1),
                when([anyMark(at, BLOCK_MARKS, PAGE_BLOCKS / GROUP), localGet(carry), I32_OR], [
                    localGet(at), i32Const(PAGE_BLOCKS), I32_ADD, localSet(part),
                    loop([
                        when(
                            [anyMark(at, BLOCK_MARKS, BLOCK_GROUPS), localGet(carry), I32_OR],
                            eachGroup(at, carry, BLOCK_GROUPS, group)
                        ),
                        localGet(at), i32Const(step), I32_ADD, localTee(at), localGet(part), I32_NE, brIf(0)
                    ]),
                    br(1)
                ]),
                localGet(at), i32Const(PAGE_BLOCKS), I32_ADD, localSet(at), br(0)
            ])),
            localGet(carry)
        ]
    };
}

/**
 * (first block, carry) -> carry: runs `marked` for each marked block of a group and `reached` for each block that is not
 * marked but follows a marked one, into which stores may have reached. Both find the address in local 4. Clears the marks.
 */
function visitGroup({ pointer }: CompanionShape, marked: Code, reached: Code): CompanionFunction {
    const [at, carry, mask, after, address] = [0, 1, 2, 3, 4];
    const each = (set: number, visit: Code): Code => block(loop([
        localGet(set), I32_EQZ, brIf(1),
        localGet(at), localGet(set), I32_CTZ, I32_ADD, pointer.fromI32,
        pointer.constant(BLOCK_SHIFT), pointer.shl, localSet(address),
        visit, dropLowest(set), br(0)
    ]));
    return {
        params: [I32, I32], results: [I32], locals: [I32, I32, pointer.type],
        body: [
            localGet(at), bits(BLOCK_MARKS), localTee(mask), localGet(carry), I32_OR, I32_EQZ,
            when([], [i32Const(0), RETURN]),
            localGet(at), V128_ZERO, v128Store(MARKS, BLOCK_MARKS),
            localGet(mask), i32Const(1), I32_SHL, localGet(carry), I32_OR,
            localGet(mask), i32Const(-1), I32_XOR, I32_AND, localTee(after),
            i32Const(AFTER), I32_SHR_U, localSet(carry),
            localGet(after), i32Const((1 << AFTER) - 1), I32_AND, localSet(after),
            each(mask, marked),
            each(after, reached),
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
    const shadow = inShadow(shape.pointer, 4);
    const units = Array.from({ length: REACH_BYTES / UNIT }, (_, index) => index * UNIT);
    return visitGroup(
        shape,
        [ADDRESS, shadow, shape.pointer.constant(BLOCK_BYTES), memoryCopy(HEAP, SHADOW)],
        units.map(offset => [ADDRESS, shadow, v128Load(SHADOW, offset), v128Store(HEAP, offset)])
    );
}

export const commitBlocks = (): CompanionFunction => visitBlocks(Fn.commitGroup);
export const commitPages = (shape: CompanionShape): CompanionFunction => visitPages(shape, Fn.commitBlocks);
export const abortBlocks = (): CompanionFunction => visitBlocks(Fn.abortGroup);
export const abortPages = (shape: CompanionShape): CompanionFunction => visitPages(shape, Fn.abortBlocks);

/** () -> i32: how many marks there are, in whole groups, from `marks` on to those of `perPage` for each page of the heap. */
function count(shape: CompanionShape, marks: number, perPage: number): CompanionFunction {
    const [at, end, sum] = [0, 1, 2];
    return {
        params: [], results: [I32], locals: [I32, I32, I32],
        body: [
            heapPages(shape), i32Const(Math.log2(perPage)), I32_SHL, localSet(end),
            block(loop([
                localGet(at), localGet(end), I32_GE_U, brIf(1),
                localGet(sum), localGet(at), bits(marks), I32_POPCNT, I32_ADD, localSet(sum),
                localGet(at), i32Const(GROUP), I32_ADD, localSet(at), br(0)
            ])),
            localGet(sum)
        ]
    };
}

/** () -> i32: how many blocks of the heap are marked. Looks at all of them. */
export const countMarks = (shape: CompanionShape): CompanionFunction => count(shape, BLOCK_MARKS, PAGE_BLOCKS);

/** () -> i32: how many pages are marked; a few beyond the heap may be counted. */
export const countPages = (shape: CompanionShape): CompanionFunction => count(shape, 0, 1);
