/** Added functions that the host calls (start of an execution, counters, callbacks), and memory.grow. */
import {
    call, F64_CONVERT_I64_U, globalGet, globalSet, I32_EQZ, I32_OR, I32_WRAP_I64, I64_EQ, I64_GE_U, I64_GT_U, I64_SUB,
    I64_TRUNC_SAT_F64_U, i32Const, i32Load, i32Store, i64Const, localGet, localSet, memoryGrow, memorySize, RETURN, when
} from '../binary/assembler.ts';
import { u32 } from '../binary/encode.ts';
import type { Code } from '../binary/encode.ts';
import { F64, FUNCREF, I64 } from '../binary/types.ts';
import { Control } from './layout.ts';
import { SIDE } from './plan.ts';
import type { AddedFunction, RewritePlan } from './plan.ts';
import { setVirtualPages, virtualBytes, virtualPages } from './state.ts';

const readControl = (offset: number): Code => [i32Const(0), i32Load(SIDE, offset)];
const writeControl = (offset: number, value: number): Code => [i32Const(0), i32Const(value), i32Store(SIDE, offset)];

/** (steps: f64) -> (): sets the counters. f64, because a BigInt for every message would cost the host an allocation. */
export function begin(plan: RewritePlan): AddedFunction {
    return {
        type: plan.typeIndex([F64], []),
        locals: [],
        body: [
            localGet(0), I64_TRUNC_SAT_F64_U, globalSet(plan.globals.steps),
            readControl(Control.callDepthMax), globalSet(plan.globals.depth),
            writeControl(Control.trapReason, 0),
            writeControl(Control.growRefused, 0)
        ]
    };
}

/** () -> f64: steps left. */
export function stepsLeft(plan: RewritePlan): AddedFunction {
    return { type: plan.typeIndex([], [F64]), locals: [], body: [globalGet(plan.globals.steps), F64_CONVERT_I64_U] };
}

/** () -> f64: the virtual memory size in bytes. */
export function heapBytes(plan: RewritePlan): AddedFunction {
    return { type: plan.typeIndex([], [F64]), locals: [], body: [virtualBytes(plan), F64_CONVERT_I64_U] };
}

/**
 * memory.grow: (pages) -> pages or -1. `Control.pagesMax` is the smaller of the module's and the tool's limit; a refusal that only
 * the tool's limit explains is noted for the host.
 */
export function grow(plan: RewritePlan): AddedFunction {
    const { pointer, shape, flavour } = plan;
    const [delta, size, max] = [0, 1, 2];
    /** delta > limit or size + delta > limit; the first half keeps the sum from overflowing. */
    const exceeds = (limit: Code): Code => [
        localGet(delta), pointer.widen, limit, I64_GT_U,
        localGet(delta), pointer.widen, limit, localGet(size), I64_SUB, I64_GT_U, I32_OR
    ];
    const refuse: Code = [
        when([exceeds(i64Const(shape.memory?.pagesMax ?? 0)), I32_EQZ], writeControl(Control.growRefused, 1)),
        pointer.constant(-1), RETURN
    ];
    return {
        type: plan.typeIndex([pointer.type], [pointer.type]),
        locals: [I64, I64],
        body: [
            virtualPages(plan), pointer.widen, localSet(size),
            readControl(Control.pagesMax), 0xad, localSet(max),
            when(exceeds(localGet(max)), refuse),
            flavour === 'strict' ? growVirtually(plan, delta, size) : [localGet(delta), memoryGrow(0)]
        ]
    };
}

/** The real memory grows only by what it lacks; its tail, left by an undone growth, is zero already. */
function growVirtually(plan: RewritePlan, delta: number, size: number): Code {
    const { pointer } = plan;
    const oldPages: Code = [localGet(size), pointer.width === 64 ? [] : I32_WRAP_I64];
    const newPages: Code = [oldPages, localGet(delta), pointer.add];
    const failed: Code = [newPages, memorySize(0), pointer.sub, memoryGrow(0), pointer.widen, lastResult(plan), I64_EQ];
    return [
        when([newPages, pointer.widen, memorySize(0), pointer.widen, I64_GT_U], when(failed, [pointer.constant(-1), RETURN])),
        setVirtualPages(plan, newPages),
        oldPages
    ];
}

/** What a failed memory.grow returns, widened to i64 without sign. */
function lastResult({ width }: RewritePlan): Code {
    return i64Const(width === 64 ? -1 : 0xffff_ffff);
}

/**
 * (index: i64, env: i64) -> (): calls a callback, a table entry of type (address) -> (). An index without a function traps by
 * `Control.trapReason`; a function of another type traps as call_indirect does.
 */
export function callTable(plan: RewritePlan): AddedFunction {
    const { pointer, shape } = plan;
    const table = shape.tables[0];
    const [index, env] = [0, 1];
    const noFunction = call(plan.helper('noFunction'));
    const type = plan.typeIndex([I64, I64], []);
    if (table === undefined || table.elementType !== FUNCREF) {
        return { type, locals: [], body: [noFunction] };
    }
    const wide = table.width === 64;
    const entry: Code = [localGet(index), wide ? [] : I32_WRAP_I64];
    const size: Code = [0xfc, 16, 0, wide ? [] : 0xad];
    return {
        type,
        locals: [],
        body: [
            when([localGet(index), size, I64_GE_U], noFunction),
            when([entry, 0x25, 0, 0xd1], noFunction),
            localGet(env), pointer.width === 64 ? [] : I32_WRAP_I64,
            entry, 0x11, u32(plan.typeIndex([pointer.type], [])), 0
        ]
    };
}
