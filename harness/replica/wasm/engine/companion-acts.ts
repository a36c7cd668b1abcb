/** The three acts of the companion module: commit, abort, undo. */
import {
    block, br, brIf, call, ELSE, END, I32_ADD, I32_EQZ, I32_GE_U, I32_NE, I32_SHL, I32_SUB, I64_ADD, I64_EXTEND_I32_U,
    I64_MUL, i32Const, i32Load, i32Store, i64Const, i64Load, localGet, localSet, localTee, loop, memoryCopy,
    RETURN, UNREACHABLE, V128_ANY_TRUE, V128_XOR, v128Load, v128Store, VOID, when
} from '../binary/assembler.ts';
import type { Code } from '../binary/encode.ts';
import { I32, V128 } from '../binary/types.ts';
import { BLOCK_BYTES, BLOCK_SHIFT, Control, REACH_BYTES, WASM_PAGE_SHIFT } from '../rewrite/layout.ts';
import type { SideLayout } from '../rewrite/layout.ts';
import {
    control, eachUnit, Fn, FOOTER_BYTES, Footer, HEAP, inShadow, Kind, setControl, SHADOW, SIDE, UNIT
} from './companion-parts.ts';
import type { CompanionFunction, CompanionShape } from './companion-parts.ts';
import { allBlocks, SCAN_LOCALS, scanMarks } from './companion-scan.ts';

/** What `commit` returns. */
export const CommitResult = { unchanged: 0, changed: 1, outOfRoom: 2 } as const;

/** Up to so many bytes of state, which is what most modules have, single loads and stores take less time than a memory.copy. */
const STATE_UNROLLED_MAX = 1024;

/** A place in the side memory: an address on the stack, and an offset to it. */
type Place = readonly [address: Code, offset: number];

/** Copies a state within the side memory. */
function copyState({ stateBytes }: SideLayout, [to, toOffset]: Place, [from, fromOffset]: Place): Code {
    if (stateBytes > STATE_UNROLLED_MAX) {
        const sum = (address: Code, offset: number): Code => [address, i32Const(offset), I32_ADD];
        return [sum(to, toOffset), sum(from, fromOffset), i32Const(stateBytes), memoryCopy(SIDE, SIDE)];
    }
    return Array.from({ length: stateBytes / UNIT }, (_, index) => [
        to, from, v128Load(SIDE, fromOffset + index * UNIT), v128Store(SIDE, toOffset + index * UNIT)
    ]);
}

/** The current state becomes the committed one again. */
function resetState(layout: SideLayout): Code {
    return copyState(layout, [i32Const(0), layout.current], [i32Const(0), layout.committed]);
}

/** () -> (): pushes the committed state as a pre-image and replaces it, if the current one differs. */
export function compareState({ layout }: CompanionShape): CompanionFunction {
    const [at, top] = [0, 1];
    const { stateBytes, current, committed } = layout;
    return {
        params: [], results: [], locals: [I32, I32],
        body: [
            block([
                loop([
                    localGet(at), v128Load(SIDE, current), localGet(at), v128Load(SIDE, committed), V128_XOR,
                    V128_ANY_TRUE, brIf(1),
                    localGet(at), i32Const(UNIT), I32_ADD, localTee(at), i32Const(stateBytes), I32_NE, brIf(0)
                ]),
                RETURN
            ]),
            control(Control.undoTop), localSet(top),
            copyState(layout, [localGet(top), 0], [i32Const(0), committed]),
            copyState(layout, [i32Const(0), committed], [i32Const(0), current]),
            localGet(top), i32Const(stateBytes), I32_ADD, localSet(top),
            localGet(top), i32Const(stateBytes), i32Store(SIDE, Footer.length),
            localGet(top), i32Const(Kind.state), i32Store(SIDE, Footer.kind),
            setControl(Control.undoTop, [localGet(top), i32Const(FOOTER_BYTES), I32_ADD])
        ]
    };
}

/** Most that one marked block can push: itself and what it reaches into the next one. */
const RECORD_BYTES_MAX = BLOCK_BYTES + REACH_BYTES + 2 * FOOTER_BYTES;

/** (paged: i32) -> `CommitResult`. Room is made beforehand, so that failure leaves everything as it was. */
export function commit(shape: CompanionShape): CompanionFunction {
    const [paged, before] = [0, 1 + SCAN_LOCALS.length];
    const room = (blocks: Code): Code => [
        blocks, I64_EXTEND_I32_U, i64Const(RECORD_BYTES_MAX), I64_MUL,
        i64Const(shape.layout.stateBytes + FOOTER_BYTES), I64_ADD, call(Fn.makeRoom), I32_EQZ
    ];
    const blocksOfPages: Code = [call(Fn.countPages), i32Const(WASM_PAGE_SHIFT - BLOCK_SHIFT), I32_SHL];
    const blocksAtMost: Code = [localGet(paged), 0x04, I32, blocksOfPages, ELSE, allBlocks(shape), END];
    const outOfRoom: Code = [i32Const(CommitResult.outOfRoom), RETURN];
    return {
        params: [I32], results: [I32], locals: [...SCAN_LOCALS, I32],
        body: [
            when([call(Fn.growShadow), I32_EQZ], outOfRoom),
            // Room for whole pages, which costs address space only, saves counting; close to the limit blocks are counted.
            when(room(blocksAtMost), when(room(call(Fn.countMarks)), outOfRoom)),
            control(Control.undoTop), localSet(before),
            scanMarks(shape, Fn.commitPages, Fn.commitBlocks),
            call(Fn.compareState),
            // CommitResult.changed is 1, unchanged 0.
            control(Control.undoTop), localGet(before), I32_NE
        ]
    };
}

/** (paged: i32) -> (). */
export function abort(shape: CompanionShape): CompanionFunction {
    const { layout } = shape;
    return {
        params: [I32], results: [], locals: SCAN_LOCALS,
        body: [
            when([call(Fn.growShadow), I32_EQZ], UNREACHABLE),
            scanMarks(shape, Fn.abortPages, Fn.abortBlocks),
            resetState(layout)
        ]
    };
}

/** (height: i32) -> (). */
export function undo(shape: CompanionShape): CompanionFunction {
    const { pointer, layout } = shape;
    const [height, top, footer, length, address, at, unit] = [0, 1, 2, 3, 4, 5, 6];
    return {
        params: [I32], results: [], locals: [I32, I32, I32, pointer.type, I32, V128],
        body: [
            control(Control.undoTop), localSet(top),
            block(loop([
                localGet(height), localGet(top), I32_GE_U, brIf(1),
                localGet(top), i32Const(FOOTER_BYTES), I32_SUB, localTee(footer),
                localGet(footer), i32Load(SIDE, Footer.length), localTee(length), I32_SUB, localSet(top),
                localGet(footer), i32Load(SIDE, Footer.kind), 0x04, VOID,
                copyState(layout, [i32Const(0), layout.committed], [localGet(top), 0]),
                ELSE,
                localGet(footer), i64Load(SIDE, Footer.address), pointer.fromI64, localSet(address),
                localGet(top), localSet(at),
                eachUnit(shape, address, at, footer, offset => [
                    localGet(address), localGet(at), v128Load(SIDE, offset), localTee(unit), v128Store(HEAP, offset),
                    inShadow(pointer, address), localGet(unit), v128Store(SHADOW, offset)
                ]),
                END,
                br(0)
            ])),
            setControl(Control.undoTop, localGet(top)),
            resetState(layout)
        ]
    };
}
