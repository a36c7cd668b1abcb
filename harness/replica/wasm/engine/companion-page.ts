/**
 * What commit and abort do with the marked blocks of a page. A commit first looks at all of them, without a branch on what it finds,
 * and lists those that changed: which ones do cannot be foreseen, and a processor that guesses wrong waits for memory each time. Then
 * it pushes what is on the list. A commit of an Azle canister that is done again at once, with nothing changed, takes two thirds as long:
 * most of it is loading 80 KB of heap and as much shadow. Lists of lines instead of blocks, loads ahead of the comparison and wider
 * vectors made it no shorter.
 */
import {
    block, br, brIf, call, I16X8_NARROW_I32X4, I32_ADD, I32_AND, I32_EQ, I32_EQZ, I32_NE, I32_OR, I32_SHL, I32_SHR_U,
    I32_SUB, I32_WRAP_I64, I32X4_EQ, I64_AND, I64_CLZ, I64_CTZ, I64_EQZ, I64_EXTEND_I32_U, I64_OR, I64_SHL, I64_SUB,
    I64_XOR, I8X16_BITMASK, I8X16_NARROW_I16X8, I8X16_NE, i32Const, i32Load, i32Load8, i32Store, i64Const, i64Load,
    i64Store, localGet, localSet, localTee, loop, memoryCopy, SELECT, V128_ANY_TRUE, V128_OR, V128_XOR, V128_ZERO,
    v128Load, v128Store, when
} from '../binary/assembler.ts';
import type { Code } from '../binary/encode.ts';
import { I32, I64 } from '../binary/types.ts';
import {
    BLOCK_BYTES, BLOCK_MARKS, BLOCK_SHIFT, LIST_ENTRY_SHIFT, PAGE_BLOCKS, REACH_BYTES
} from '../rewrite/layout.ts';
import { Fn, HEAP, inShadow, MARKS, SHADOW, SIDE, UNIT } from './companion-parts.ts';
import type { CompanionFunction, CompanionShape } from './companion-parts.ts';
import { allBlocks, GROUP } from './companion-scan.ts';

/** Blocks whose marks fit into the bits of an i64. */
const PART = 64;
/** An entry of the list: the changed words of 4 bytes as bits (i64), number of the block, whether what it reaches changed (i32). */
const Entry = { words: 0, block: 8, reached: 12 } as const;

/** Locals of both functions: first block of the page; its end, marks still to visit; number, address and shadow of a block. */
const [FIRST, END_OF_PAGE, LEFT, BLOCK, ADDRESS, SHADOW_ADDRESS] = [0, 1, 2, 3, 4, 5];
const commonLocals = ({ pointer }: CompanionShape): readonly number[] => [I32, I64, I32, pointer.type, pointer.type];

/** The marks of a part that begins at the local `FIRST`, as bits of an i64. */
const marksOfPart: Code = Array.from({ length: PART / GROUP }, (_, index) => [
    localGet(FIRST), v128Load(MARKS, BLOCK_MARKS + index * GROUP), V128_ZERO, I8X16_NE, I8X16_BITMASK,
    I64_EXTEND_I32_U, index === 0 ? [] : [i64Const(index * GROUP), I64_SHL, I64_OR]
]);

/** Runs `visit` for every marked block of the page, with its number and address in locals. Leaves `FIRST` at the end of the page. */
function eachMarked(shape: CompanionShape, visit: Code): Code {
    const { pointer } = shape;
    return [
        localGet(FIRST), i32Const(PAGE_BLOCKS), I32_ADD, localSet(END_OF_PAGE),
        loop([
            marksOfPart, localSet(LEFT),
            block(loop([
                localGet(LEFT), I64_EQZ, brIf(1),
                localGet(FIRST), localGet(LEFT), I64_CTZ, I32_WRAP_I64, I32_ADD, localTee(BLOCK),
                pointer.fromI32, pointer.constant(BLOCK_SHIFT), pointer.shl, localSet(ADDRESS),
                inShadow(pointer, ADDRESS), localSet(SHADOW_ADDRESS),
                visit,
                localGet(LEFT), localGet(LEFT), i64Const(1), I64_SUB, I64_AND, localSet(LEFT),
                br(0)
            ])),
            localGet(FIRST), i32Const(PART), I32_ADD, localTee(FIRST), localGet(END_OF_PAGE), I32_NE, brIf(0)
        ])
    ];
}

/** Clears the marks of the page that ends at `FIRST`. */
const clearMarks: Code = [
    localGet(FIRST), i32Const(PAGE_BLOCKS), I32_SUB, localSet(FIRST),
    Array.from({ length: PAGE_BLOCKS / GROUP }, (_, index) =>
        [localGet(FIRST), V128_ZERO, v128Store(MARKS, BLOCK_MARKS + index * GROUP)])
];

/** Which words of a stride behind the address are equal in heap and shadow, as 16 bits. */
function equalWords(offset: number): Code {
    const unit = (index: number): Code => [
        localGet(ADDRESS), v128Load(HEAP, offset + index * UNIT),
        localGet(SHADOW_ADDRESS), v128Load(SHADOW, offset + index * UNIT), I32X4_EQ
    ];
    return [
        unit(0), unit(1), I16X8_NARROW_I32X4, unit(2), unit(3), I16X8_NARROW_I32X4, I8X16_NARROW_I16X8, I8X16_BITMASK
    ];
}

/** Which words of the block changed, as 64 bits. */
const changedWords: Code = [
    Array.from({ length: BLOCK_BYTES / REACH_BYTES }, (_, index) => [
        equalWords(index * REACH_BYTES), I64_EXTEND_I32_U,
        index === 0 ? [] : [i64Const(index * GROUP), I64_SHL, I64_OR]
    ]),
    i64Const(-1), I64_XOR
];

/** Whether the `REACH_BYTES` at the address in a local differ. */
function reachDiffers(address: number, shadow: number): Code {
    return [
        Array.from({ length: REACH_BYTES / UNIT }, (_, index) => [
            localGet(address), v128Load(HEAP, index * UNIT), localGet(shadow), v128Load(SHADOW, index * UNIT),
            V128_XOR, index === 0 ? [] : V128_OR
        ]),
        V128_ANY_TRUE
    ];
}

/** (first block) -> (): pushes what changed in the marked blocks of a page and next to them. Clears the marks. */
export function commitPage(shape: CompanionShape): CompanionFunction {
    const { pointer, layout: { list: start } } = shape;
    const [list, end, words, reached, next, nextShadow, blocks] = [6, 7, 8, 9, 10, 11, 12];
    const isLast: Code = [localGet(BLOCK), i32Const(1), I32_ADD, localGet(blocks), I32_EQ];
    const behind: Code = [localGet(ADDRESS), pointer.constant(BLOCK_BYTES), pointer.add];
    const look: Code = [
        // Behind the last block is nothing: it is looked at itself.
        localGet(ADDRESS), behind, isLast, SELECT, localSet(next),
        inShadow(pointer, next), localSet(nextShadow),
        localGet(end), changedWords, localTee(words), i64Store(SIDE, Entry.words),
        localGet(end), localGet(BLOCK), i32Store(SIDE, Entry.block),
        localGet(end), reachDiffers(next, nextShadow), localTee(reached), i32Store(SIDE, Entry.reached),
        // Stays on the list when anything differs, and is overwritten else.
        localGet(words), I64_EQZ, I32_EQZ, localGet(reached), I32_OR, i32Const(LIST_ENTRY_SHIFT), I32_SHL,
        localGet(end), I32_ADD, localSet(end)
    ];
    return {
        params: [I32], results: [],
        locals: [...commonLocals(shape), I32, I32, I64, I32, pointer.type, pointer.type, I32],
        body: [
            allBlocks(shape), localSet(blocks),
            i32Const(start), localSet(list), i32Const(start), localSet(end),
            eachMarked(shape, look),
            block(loop([
                localGet(list), localGet(end), I32_EQ, brIf(1),
                localGet(list), i32Load(SIDE, Entry.block), localTee(BLOCK),
                pointer.fromI32, pointer.constant(BLOCK_SHIFT), pointer.shl, localSet(ADDRESS),
                localGet(list), i64Load(SIDE, Entry.words), localSet(words),
                when([localGet(words), I64_EQZ, I32_EQZ], pushWords(shape, words)),
                when([localGet(list), i32Load(SIDE, Entry.reached)], [
                    localGet(BLOCK), i32Const(1), I32_ADD, localSet(BLOCK),
                    // In this page, a marked one is on the list itself.
                    localGet(BLOCK), i32Load8(MARKS, BLOCK_MARKS), I32_EQZ,
                    localGet(BLOCK), i32Const(PAGE_BLOCKS - 1), I32_AND, I32_EQZ, I32_OR,
                    localGet(BLOCK), localGet(blocks), I32_NE, I32_AND,
                    when([], [behind, i32Const(REACH_BYTES), call(Fn.push)])
                ]),
                localGet(list), i32Const(1 << LIST_ENTRY_SHIFT), I32_ADD, localSet(list), br(0)
            ])),
            clearMarks
        ]
    };
}

/** Pushes the units of the block at `ADDRESS` from the first to the last word in a local. */
function pushWords({ pointer }: CompanionShape, words: number): Code {
    const shift = Math.log2(UNIT / 4);
    // From a number of a word to that of its unit.
    const unit = (word: Code): Code => [word, I32_WRAP_I64, i32Const(shift), I32_SHR_U];
    const first: Code = unit([localGet(words), I64_CTZ]);
    const last: Code = unit([i64Const(63), localGet(words), I64_CLZ, I64_SUB]);
    const bytes: Code = [i32Const(Math.log2(UNIT)), I32_SHL];
    return [
        localGet(ADDRESS), first, bytes, pointer.fromI32, pointer.add,
        last, first, I32_SUB, i32Const(1), I32_ADD, bytes,
        call(Fn.push)
    ];
}

/** (first block) -> (): copies the shadow back over the marked blocks of a page and what they reach. Clears the marks. */
export function abortPage(shape: CompanionShape): CompanionFunction {
    const { pointer } = shape;
    const units = Array.from({ length: REACH_BYTES / UNIT }, (_, index) => index * UNIT);
    return {
        params: [I32], results: [], locals: commonLocals(shape),
        body: [
            eachMarked(shape, [
                localGet(ADDRESS), localGet(SHADOW_ADDRESS), pointer.constant(BLOCK_BYTES), memoryCopy(HEAP, SHADOW),
                when([localGet(BLOCK), i32Const(1), I32_ADD, allBlocks(shape), I32_NE], [
                    localGet(ADDRESS), pointer.constant(BLOCK_BYTES), pointer.add, localSet(ADDRESS),
                    inShadow(pointer, ADDRESS), localSet(SHADOW_ADDRESS),
                    units.map(at =>
                        [localGet(ADDRESS), localGet(SHADOW_ADDRESS), v128Load(SHADOW, at), v128Store(HEAP, at)])
                ])
            ]),
            clearMarks
        ]
    };
}
