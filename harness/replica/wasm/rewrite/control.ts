/** Added functions that the host calls (start of an execution, counters, callbacks), and memory.grow. */
import {
    call, F64_CONVERT_I64_S, F64_MIN, globalGet, globalSet, I32_EQZ, I32_OR, I32_WRAP_I64, I64_ADD, I64_AND, I64_EQZ,
    I64_EXTEND_I32_U, I64_GE_U, I64_GT_U, I64_LT_S, I64_SHL, I64_SHR_U, I64_SUB, I64_TRUNC_SAT_F64_S, i32Const, i32Load,
    i32Store, i64Const, localGet, localSet, memoryGrow, memorySize, RETURN, when
} from '../binary/assembler.ts';
import { u32 } from '../binary/encode.ts';
import type { Code } from '../binary/encode.ts';
import { F64, FUNCREF, I32, I64 } from '../binary/types.ts';
import { DEPTH_FLAG, DEPTH_MAX, STEPS_MAX, STEPS_SHIFT } from './counters.ts';
import { Control, WASM_PAGE_SHIFT } from './layout.ts';
import { SIDE } from './plan.ts';
import type { AddedFunction, RewritePlan } from './plan.ts';
import { virtualBytes, virtualPages } from './state.ts';

const readControl = (offset: number): Code => [i32Const(0), i32Load(SIDE, offset)];
const writeControl = (offset: number, value: number): Code => [i32Const(0), i32Const(value), i32Store(SIDE, offset)];

/**
 * (steps: f64) -> (): sets the counters; steps are at most `STEPS_MAX`. f64, because a BigInt for every message would cost the host an
 * allocation.
 */
export function begin(plan: RewritePlan): AddedFunction {
    return {
        type: plan.typeIndex([F64], []),
        locals: [],
        body: [
            i64Const(STEPS_MAX), localGet(0), I64_TRUNC_SAT_F64_S, I64_SUB, i64Const(STEPS_SHIFT), I64_SHL,
            i64Const(DEPTH_MAX), readControl(Control.callDepthMax), I64_EXTEND_I32_U, I64_SUB,
            I64_ADD, globalSet(plan.globals.counters),
            writeControl(Control.growRefused, 0)
        ]
    };
}

/** Steps left, as f64; negative when the limit was exceeded. */
const left = ({ globals }: RewritePlan): Code =>
    [i64Const(STEPS_MAX), globalGet(globals.counters), i64Const(STEPS_SHIFT), I64_SHR_U, I64_SUB, F64_CONVERT_I64_S];

/** (steps: f64) -> f64: charges work of the host; returns what is left, negative when the limit was exceeded. */
export function spend(plan: RewritePlan): AddedFunction {
    const { counters } = plan.globals;
    // Held back, so that they stay within their bits.
    const most: Code = [0x44, [...new Uint8Array(new Float64Array([STEPS_MAX]).buffer)]];
    return {
        type: plan.typeIndex([F64], [F64]),
        locals: [],
        body: [
            when([globalGet(counters), i64Const(0), I64_LT_S, I32_EQZ], [
                globalGet(counters), localGet(0), most, F64_MIN, I64_TRUNC_SAT_F64_S,
                i64Const(STEPS_SHIFT), I64_SHL, I64_ADD, globalSet(counters)
            ]),
            left(plan)
        ]
    };
}

/** () -> f64: steps left; negative when the limit was exceeded. */
export function stepsLeft(plan: RewritePlan): AddedFunction {
    return { type: plan.typeIndex([], [F64]), locals: [], body: left(plan) };
}

/** Values of `limitReached`. */
export const LimitReached = { none: 0, steps: 1, depth: 2 } as const;

/**
 * () -> i32: which counter is exhausted (`LimitReached`). Inserted code ends with a plain trap, because a call
 * that says why would cost registers in every function; a flag is set only after such a trap.
 */
export function limitReached(plan: RewritePlan): AddedFunction {
    const counters = globalGet(plan.globals.counters);
    const steps: Code = [counters, i64Const(0), I64_LT_S];
    const depth: Code = [counters, i64Const(DEPTH_FLAG), I64_AND, I64_EQZ, I32_EQZ];
    return {
        type: plan.typeIndex([], [I32]),
        locals: [],
        body: [
            when(steps, [i32Const(LimitReached.steps), RETURN]),
            when(depth, [i32Const(LimitReached.depth), RETURN]),
            i32Const(LimitReached.none)
        ]
    };
}

/** () -> f64: the virtual memory size in bytes. */
export function heapBytes(plan: RewritePlan): AddedFunction {
    return { type: plan.typeIndex([], [F64]), locals: [], body: [virtualBytes(plan), F64_CONVERT_I64_S] };
}

/** Unit mode: what memory.grow is charged, in the bytes of a memory.fill that costs as much: 32 steps. */
const GROW_BYTES = 2048;

/**
 * memory.grow: (pages) -> pages or -1. `Control.pagesMax` is the smaller of the module's and the tool's limit; a
 * refusal that only the tool's limit explains is noted for the host.
 */
export function grow(plan: RewritePlan): AddedFunction {
    const { pointer, shape, flavour } = plan;
    const [delta, size, max] = [0, 1, 2];
    /**
     * delta > limit or delta > limit - size; the first half is there because pages are unsigned and huge deltas legal.
     */
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
            plan.metering === 'unit' ? [i64Const(GROW_BYTES), call(plan.helper('charge'))] : [],
            virtualPages(plan), localSet(size),
            // V8 exchanges the buffer even then, which is slow: a canister may ask for its size this way for ever.
            when([localGet(delta), pointer.widen, I64_EQZ], [localGet(size), pointer.fromI64, RETURN]),
            readControl(Control.pagesMax), I64_EXTEND_I32_U, localSet(max),
            when(exceeds(localGet(max)), refuse),
            flavour === 'strict' ? growVirtually(plan, delta, size) : [localGet(delta), memoryGrow(0)]
        ]
    };
}

/** The real memory grows only by what it lacks; its tail, left by an undone growth, is zero already. */
function growVirtually({ pointer, globals }: RewritePlan, delta: number, size: number): Code {
    const oldPages: Code = [localGet(size), pointer.fromI64];
    const newPages: Code = [localGet(size), localGet(delta), pointer.widen, I64_ADD];
    const grown: Code = [newPages, pointer.fromI64, memorySize(0), pointer.sub, memoryGrow(0)];
    return [
        when(
            [newPages, memorySize(0), pointer.widen, I64_GT_U],
            when([grown, pointer.constant(-1), pointer.eq], [pointer.constant(-1), RETURN])
        ),
        newPages, i64Const(WASM_PAGE_SHIFT), I64_SHL, globalSet(globals.size),
        oldPages
    ];
}

/**
 * (index: i64, env: i64) -> (): calls a callback, a table entry of type (address) -> (). An index without a function
 * traps as a table access out of bounds, a function of another type as call_indirect does. Does nothing without a table
 * of functions: the host does not call it then.
 */
export function callTable(plan: RewritePlan): AddedFunction {
    const { pointer, shape } = plan;
    const table = shape.tables[0];
    const [index, env] = [0, 1];
    const type = plan.typeIndex([I64, I64], []);
    if (table?.elementType !== FUNCREF) {
        return { type, locals: [], body: [] };
    }
    const narrow: Code = table.width === 64 ? [] : I32_WRAP_I64;
    const entry: Code = [localGet(index), narrow];
    const size: Code = [0xfc, 16, 0];
    const outOfBounds: Code = [size, 0x25, 0, 0x1a];
    return {
        type,
        locals: [],
        body: [
            when([localGet(index), size, table.width === 64 ? [] : I64_EXTEND_I32_U, I64_GE_U], outOfBounds),
            when([entry, 0x25, 0, 0xd1], outOfBounds),
            localGet(env), pointer.fromI64,
            entry, 0x11, u32(plan.typeIndex([pointer.type], [])), 0
        ]
    };
}
