/** Added functions of the write barrier and of bounds checks: what bulk instructions become. */
import {
    call, ELSE, END, globalGet, globalSet, I32_ADD, I32_GT_U, I32_SUB, I32_WRAP_I64, I64_ADD, I64_EQZ, I64_GT_U,
    I64_SHL, I64_SHR_U, I64_SUB, i32Const, i32Load8, i32Store8, i64Const, localGet, localSet, memoryCopy, memoryFill,
    memoryInit, outOfBoundsTrap, RETURN, VOID, when
} from '../binary/assembler.ts';
import type { Code } from '../binary/encode.ts';
import { I32, I64 } from '../binary/types.ts';
import { STEPS_SHIFT, trapAtLimit } from './counters.ts';
import { BLOCK_MARKS, BLOCK_SHIFT, WASM_PAGE_SHIFT } from './layout.ts';
import { MARKS, SIDE } from './plan.ts';
import type { AddedFunction, RewritePlan } from './plan.ts';
import { virtualBytes } from './state.ts';

/**
 * Unit mode: a memory.fill, copy or init is charged one step for this many bytes (2^6), or it could run for hours
 * within the limit. Instructions: one for each byte (ic-semantics 9).
 */
const BULK_BYTES_PER_STEP_SHIFT = 6;

/** (address, length: i64) -> (): marks every block and page of a range, which the caller has seen to be in bounds. */
export function markRange(plan: RewritePlan): AddedFunction {
    const { pointer } = plan;
    const [address, length, first, last] = [0, 1, 2, 3];
    const at = (code: Code, shift: number, local: number): Code =>
        [code, i64Const(shift), I64_SHR_U, I32_WRAP_I64, localSet(local)];
    const start: Code = [localGet(address), pointer.widen];
    const end: Code = [start, localGet(length), I64_ADD, i64Const(1), I64_SUB];
    // Most ranges are short, and memory.fill is a call into V8.
    const marked = (shift: number, marks: number): Code => [
        at(start, shift, first), at(end, shift, last),
        localGet(first), i32Const(1), i32Store8(MARKS, marks),
        localGet(last), i32Const(1), i32Store8(MARKS, marks),
        when([localGet(last), localGet(first), I32_SUB, i32Const(1), I32_GT_U], [
            localGet(first), i32Const(marks), I32_ADD, i32Const(1), localGet(last), localGet(first), I32_SUB,
            memoryFill(MARKS)
        ])
    ];
    return {
        type: plan.typeIndex([pointer.type, I64], []),
        locals: [I32, I32],
        body: [
            when([localGet(length), I64_EQZ], RETURN),
            marked(BLOCK_SHIFT, BLOCK_MARKS), plan.marksPages ? marked(WASM_PAGE_SHIFT, 0) : []
        ]
    };
}

/**
 * (address, length: i64) -> (): traps unless address + length, computed without overflow, is within the virtual size.
 */
export function bound(plan: RewritePlan): AddedFunction {
    const { pointer } = plan;
    const [address, length, size] = [0, 1, 2];
    const trap = outOfBoundsTrap(pointer);
    return {
        type: plan.typeIndex([pointer.type, I64], []),
        locals: [I64],
        body: [
            virtualBytes(plan), localSet(size),
            when([localGet(length), localGet(size), I64_GT_U], trap),
            when([localGet(address), pointer.widen, localGet(size), localGet(length), I64_SUB, I64_GT_U], trap)
        ]
    };
}

/** (bytes: i64) -> (): charges a bulk instruction. */
export function charge(plan: RewritePlan): AddedFunction {
    const { counters } = plan.globals;
    const cost: Code = plan.metering === 'unit' ? [i64Const(BULK_BYTES_PER_STEP_SHIFT), I64_SHR_U] : [];
    return {
        type: plan.typeIndex([I64], []),
        locals: [],
        body: [
            globalGet(counters), localGet(0), cost, i64Const(STEPS_SHIFT), I64_SHL, I64_ADD, globalSet(counters),
            trapAtLimit(globalGet(counters), false)
        ]
    };
}

/** Bounds, steps and marks of a bulk write of `length` (code of type i64) bytes at local 0. */
function prepareWrite(plan: RewritePlan, length: Code): Code {
    return [
        localGet(0), length, call(plan.helper('bound')),
        length, call(plan.helper('charge')),
        plan.flavour === 'plain' ? [] : [localGet(0), length, call(plan.helper('markRange'))]
    ];
}

/** memory.fill: (address, value: i32, length) -> (). */
export function fill(plan: RewritePlan): AddedFunction {
    const { type, widen } = plan.pointer;
    return {
        type: plan.typeIndex([type, I32, type], []),
        locals: [],
        body: [prepareWrite(plan, [localGet(2), widen]), localGet(0), localGet(1), localGet(2), memoryFill(0)]
    };
}

/** memory.copy: (to, from, length) -> (). */
export function copy(plan: RewritePlan): AddedFunction {
    const { type, widen } = plan.pointer;
    return {
        type: plan.typeIndex([type, type, type], []),
        locals: [],
        body: [
            localGet(1), localGet(2), widen, call(plan.helper('bound')),
            prepareWrite(plan, [localGet(2), widen]),
            localGet(0), localGet(1), localGet(2), memoryCopy(0, 0)
        ]
    };
}

/**
 * memory.init of one segment: (to, from: i32, length: i32) -> (). A dropped segment has length 0; active ones are
 * dropped from the start (core specification 4.5.4). The instruction itself checks `from`.
 */
export function init(plan: RewritePlan, segment: number): AddedFunction {
    const { pointer, layout, shape } = plan;
    const initFrom = (index: number): Code => [localGet(0), localGet(1), localGet(2), memoryInit(index, 0)];
    const dropped = initFrom(plan.emptySegment);
    const flag = layout.current + layout.droppedFlags + segment;
    return {
        type: plan.typeIndex([pointer.type, I32, I32], []),
        locals: [],
        body: [
            prepareWrite(plan, [localGet(2), 0xad]),
            shape.data[segment]?.offset !== undefined
                ? dropped
                : [i32Const(0), i32Load8(SIDE, flag), 0x04, VOID, dropped, ELSE, initFrom(segment), END]
        ]
    };
}

/** () -> (): applies active data segments, in order. Marked, so that the first commit takes them for changes. */
export function applyData(plan: RewritePlan): AddedFunction {
    const { shape, flavour } = plan;
    const body: Code[] = [];
    for (const [index, { offset, content }] of shape.data.entries()) {
        if (offset !== undefined) {
            const address = [...shape.bytes.subarray(offset.start, offset.end - 1)];
            const length = content.end - content.start;
            body.push([address, i32Const(0), i32Const(length), memoryInit(index, 0)]);
            if (flavour !== 'plain') {
                body.push([address, i64Const(length), call(plan.helper('markRange'))]);
            }
        }
    }
    return { type: plan.typeIndex([], []), locals: [], body };
}
