/** The three acts of the companion module: commit, abort, undo. */
import {
    block, br, brIf, call, I32_ADD, I32_EQ, I32_EQZ, I32_GE_U, I32_NE, I32_SHL, I32_SUB, I32_WRAP_I64, I64_ADD, I64_EXTEND_I32_U,
    I64_GT_U, I64_SHL, i32Const, i32Load, i32Load8, i32Store, i32Store8, i64Const, i64Load, ELSE, END, localGet, localSet, localTee,
    loop, memoryCopy, memorySize, RETURN, UNREACHABLE, V128_ANY_TRUE, V128_XOR, v128Load, v128Store, VOID, when
} from '../binary/assembler.ts';
import type { Code } from '../binary/encode.ts';
import { I32 } from '../binary/types.ts';
import { Control, PAGE_BYTES, PAGE_SHIFT, WASM_PAGE_SHIFT } from '../rewrite/layout.ts';
import {
    control, Fn, FOOTER_BYTES, Footer, HEAP, Kind, setControl, SHADOW, SIDE, UNIT
} from './companion-parts.ts';
import type { CompanionFunction, CompanionShape } from './companion-parts.ts';

const I64_MUL = 0x7e;

/** What `commit` returns. */
export const CommitResult = { unchanged: 0, changed: 1, outOfRoom: 2 } as const;

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
            control(Control.undoTop), localTee(top), i32Const(committed), i32Const(stateBytes), memoryCopy(SIDE, SIDE),
            i32Const(committed), i32Const(current), i32Const(stateBytes), memoryCopy(SIDE, SIDE),
            localGet(top), i32Const(stateBytes), I32_ADD, localSet(top),
            localGet(top), i32Const(stateBytes), i32Store(SIDE, Footer.length),
            localGet(top), i32Const(Kind.state), i32Store(SIDE, Footer.kind),
            setControl(Control.undoTop, [localGet(top), i32Const(FOOTER_BYTES), I32_ADD])
        ]
    };
}

/** Locals of a walk over the list of touched pages. */
const Walk = { at: 0, end: 1, page: 2, address: 3 } as const;
const walkLocals = ({ pointer }: CompanionShape): number[] => [I32, I32, I32, pointer.type];

/**
 * Runs `visit` for each touched page with its address in `Walk.address`, then `crossed` with the address of the page after it when
 * that one exists and is not itself waiting for its visit. Clears marks and list.
 */
function walk({ pointer, layout }: CompanionShape, visit: Code, crossed: Code): Code {
    const { at, end, page, address } = Walk;
    return [
        control(Control.touchedList), localTee(at), control(Control.touchedCount), i32Const(2), I32_SHL, I32_ADD, localSet(end),
        block(loop([
            localGet(at), localGet(end), I32_EQ, brIf(1),
            localGet(at), i32Load(SIDE), localTee(page), i32Const(0), i32Store8(SIDE, layout.marks),
            localGet(page), pointer.fromI32, pointer.constant(PAGE_SHIFT), pointer.shl, localSet(address),
            visit,
            localGet(address), pointer.constant(PAGE_BYTES), pointer.add, localSet(address),
            when([memorySize(HEAP), pointer.widen, i64Const(WASM_PAGE_SHIFT), I64_SHL, localGet(address), pointer.widen, I64_GT_U],
                when([localGet(page), i32Load8(SIDE, layout.marks + 1), I32_EQZ], crossed)),
            localGet(at), i32Const(4), I32_ADD, localSet(at), br(0)
        ])),
        setControl(Control.touchedCount, i32Const(0))
    ];
}

/** Most that one touched page can push: itself and the first unit of the next one. */
const RECORD_BYTES_MAX = PAGE_BYTES + UNIT + 2 * FOOTER_BYTES;

/** () -> `CommitResult`. Room is made beforehand, so that failure leaves everything as it was. */
export function commit(shape: CompanionShape): CompanionFunction {
    const before = 4;
    const { address } = Walk;
    const room: Code = [
        control(Control.touchedCount), I64_EXTEND_I32_U, i64Const(RECORD_BYTES_MAX), I64_MUL,
        i64Const(shape.layout.stateBytes + FOOTER_BYTES), I64_ADD
    ];
    const outOfRoom: Code = [i32Const(CommitResult.outOfRoom), RETURN];
    return {
        params: [], results: [I32], locals: [...walkLocals(shape), I32],
        body: [
            when([call(Fn.growShadow), I32_EQZ], outOfRoom),
            when([room, call(Fn.makeRoom), I32_EQZ], outOfRoom),
            control(Control.undoTop), localSet(before),
            walk(shape, [localGet(address), call(Fn.comparePage)], [localGet(address), call(Fn.neighbour)]),
            call(Fn.compareState),
            // CommitResult.changed is 1, unchanged 0.
            control(Control.undoTop), localGet(before), I32_NE
        ]
    };
}

/** () -> (). */
export function abort(shape: CompanionShape): CompanionFunction {
    const { pointer, layout } = shape;
    const { address } = Walk;
    const get = localGet(address);
    return {
        params: [], results: [], locals: walkLocals(shape),
        body: [
            when([call(Fn.growShadow), I32_EQZ], UNREACHABLE),
            walk(
                shape,
                [get, get, pointer.constant(PAGE_BYTES), memoryCopy(HEAP, SHADOW)],
                [get, get, v128Load(SHADOW), v128Store(HEAP)]
            ),
            i32Const(layout.current), i32Const(layout.committed), i32Const(layout.stateBytes), memoryCopy(SIDE, SIDE)
        ]
    };
}

/** (height: i32) -> (). */
export function undo({ pointer, layout }: CompanionShape): CompanionFunction {
    const [height, top, footer, length, address] = [0, 1, 2, 3, 4];
    const restore = (memory: number): Code =>
        [localGet(address), localGet(top), localGet(length), memoryCopy(memory, SIDE)];
    const narrow = pointer.width === 64 ? [] : I32_WRAP_I64;
    return {
        params: [I32], results: [], locals: [I32, I32, I32, pointer.type],
        body: [
            control(Control.undoTop), localSet(top),
            block(loop([
                localGet(height), localGet(top), I32_GE_U, brIf(1),
                localGet(top), i32Const(FOOTER_BYTES), I32_SUB, localTee(footer),
                localGet(footer), i32Load(SIDE, Footer.length), localTee(length), I32_SUB, localSet(top),
                localGet(footer), i32Load(SIDE, Footer.kind), 0x04, VOID,
                i32Const(layout.committed), localGet(top), localGet(length), memoryCopy(SIDE, SIDE),
                ELSE,
                localGet(footer), i64Load(SIDE, Footer.address), narrow, localSet(address),
                restore(HEAP), restore(SHADOW),
                END,
                br(0)
            ])),
            setControl(Control.undoTop, localGet(top)),
            i32Const(layout.current), i32Const(layout.committed), i32Const(layout.stateBytes), memoryCopy(SIDE, SIDE)
        ]
    };
}
