/**
 * Functions of the companion module that look through the marks, a whole page of blocks at a time: in large heaps those of pages first.
 */
import {
    block, br, brIf, call, ELSE, END, I32_ADD, I32_AND, I32_CTZ, I32_EQZ, I32_GE_U, I32_POPCNT, I32_SHL, I32_SUB,
    I8X16_BITMASK, I8X16_NE, i32Const, localGet, localSet, localTee, loop, memorySize, RETURN, V128_ANY_TRUE, V128_OR,
    V128_ZERO, v128Load, v128Store, VOID, when
} from '../binary/assembler.ts';
import type { Code } from '../binary/encode.ts';
import { I32 } from '../binary/types.ts';
import { BLOCK_MARKS, BLOCK_SHIFT, PAGE_BLOCKS, WASM_PAGE_SHIFT } from '../rewrite/layout.ts';
import { Fn, HEAP, MARKS } from './companion-parts.ts';
import type { CompanionFunction, CompanionShape } from './companion-parts.ts';

/** Marks in a vector. */
export const GROUP = 16;
/** Vectors of marks of pages that are looked at together. */
const PAGE_GROUPS = 4;

/** Locals of `scanMarks`. */
export const SCAN_LOCALS: readonly number[] = [I32, I32];

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

/** Bits of the vector of marks at an index on the stack. */
const bits = (marks: number): Code => [v128Load(MARKS, marks), V128_ZERO, I8X16_NE, I8X16_BITMASK];

/** The number of blocks of the heap, as i32. */
export const allBlocks = (shape: CompanionShape): Code =>
    [heapPages(shape), i32Const(WASM_PAGE_SHIFT - BLOCK_SHIFT), I32_SHL];

/**
 * Looks through the marks. Where local 0 says that pages were marked, calls `pages` (index of a page) for every group of pages with a
 * mark; the last groups may reach beyond the heap. Else calls `blocks` (first, end) once, for all. Needs `SCAN_LOCALS` at 1.
 */
export function scanMarks(shape: CompanionShape, pages: number, blocks: number): Code {
    const [paged, at, end] = [0, 1, 2];
    return [
        localGet(paged), 0x04, VOID,
        heapPages(shape), localSet(end),
        block(loop([
            localGet(at), localGet(end), I32_GE_U, brIf(1),
            when(anyMark(at, 0, PAGE_GROUPS), Array.from({ length: PAGE_GROUPS }, (_, index) =>
                [localGet(at), i32Const(index * GROUP), I32_ADD, call(pages)])),
            localGet(at), i32Const(PAGE_GROUPS * GROUP), I32_ADD, localSet(at), br(0)
        ])),
        ELSE,
        i32Const(0), allBlocks(shape), call(blocks),
        END
    ];
}

/** (first page) -> (): runs `blocks` for each marked page of a group. Clears the marks. */
function visitPages(shape: CompanionShape, blocks: number): CompanionFunction {
    const [at, todo, page, firstBlock] = [0, 1, 2, 3];
    return {
        params: [I32], results: [], locals: [I32, I32, I32],
        body: [
            localGet(at), bits(0), localSet(todo),
            localGet(at), V128_ZERO, v128Store(MARKS),
            block(loop([
                localGet(todo), I32_EQZ, brIf(1),
                localGet(at), localGet(todo), I32_CTZ, I32_ADD, localSet(page),
                // Marks of stores beyond the heap.
                when([localGet(page), heapPages(shape), I32_GE_U], RETURN),
                localGet(page), i32Const(WASM_PAGE_SHIFT - BLOCK_SHIFT), I32_SHL, localTee(firstBlock),
                localGet(firstBlock), i32Const(PAGE_BLOCKS), I32_ADD, call(blocks),
                localGet(todo), localGet(todo), i32Const(1), I32_SUB, I32_AND, localSet(todo), br(0)
            ]))
        ]
    };
}

/** (first, end) -> (): runs `page` for each page of these blocks that has marks. Both ends are those of pages. Most pages have none. */
function visitBlocks(page: number): CompanionFunction {
    const [at, end] = [0, 1];
    return {
        params: [I32, I32], results: [], locals: [],
        body: block(loop([
            localGet(at), localGet(end), I32_GE_U, brIf(1),
            when(anyMark(at, BLOCK_MARKS, PAGE_BLOCKS / GROUP), [localGet(at), call(page)]),
            localGet(at), i32Const(PAGE_BLOCKS), I32_ADD, localSet(at), br(0)
        ]))
    };
}

export const commitBlocks = (): CompanionFunction => visitBlocks(Fn.commitPage);
export const commitPages = (shape: CompanionShape): CompanionFunction => visitPages(shape, Fn.commitBlocks);
export const abortBlocks = (): CompanionFunction => visitBlocks(Fn.abortPage);
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
