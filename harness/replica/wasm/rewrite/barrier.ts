/** Added functions of the write barrier and of bounds checks: what stores and bulk instructions call. */
import {
    br, call, ELSE, END, globalGet, globalSet, I32_ADD, I32_EQ, I32_EQZ, I32_SHL, I64_GT_U, I64_LT_U, I64_SHR_U, I64_SUB, i32Const, i32Load, i32Load8, i32Store, i32Store8, i64Const, localGet, localSet, localTee,
    loop, memoryCopy, memoryFill, memoryInit, memorySize, RETURN, UNREACHABLE, VOID, when
} from '../binary/assembler.ts';
import type { Code } from '../binary/encode.ts';
import { I32, I64 } from '../binary/types.ts';
import { Control, PAGE_SHIFT, WASM_PAGE_SHIFT } from './layout.ts';
import { SIDE } from './plan.ts';
import type { AddedFunction, RewritePlan } from './plan.ts';
import { virtualBytes } from './state.ts';

/** A memory.fill, copy or init is charged one step for this many bytes (2^6), or it could run for hours within the limit. */
const BULK_BYTES_PER_STEP_SHIFT = 6;

/** () -> (): traps and tells the host why. */
export function trapWith(plan: RewritePlan, reason: number): AddedFunction {
    return {
        type: plan.typeIndex([], []),
        locals: [],
        body: [i32Const(0), i32Const(reason), i32Store(SIDE, Control.trapReason), UNREACHABLE]
    };
}

/**
 * (address) -> (): marks the page of an address and appends it to the list; the caller has seen that it is not marked. Does
 * nothing beyond the memory, where the store itself traps.
 */
export function touch(plan: RewritePlan): AddedFunction {
    const { pointer, layout } = plan;
    const [address, page, count] = [0, 1, 2];
    return {
        type: plan.typeIndex([pointer.type], []),
        locals: [I32, I32],
        body: [
            when(
                [localGet(address), pointer.constant(WASM_PAGE_SHIFT), pointer.shrU, memorySize(0), pointer.geU],
                RETURN
            ),
            localGet(address), pointer.constant(PAGE_SHIFT), pointer.shrU, pointer.narrow, localTee(page),
            i32Const(1), i32Store8(SIDE, layout.marks),
            i32Const(0), i32Load(SIDE, Control.touchedCount), localTee(count),
            i32Const(2), I32_SHL, i32Const(0), i32Load(SIDE, Control.touchedList), I32_ADD,
            localGet(page), i32Store(SIDE),
            i32Const(0), localGet(count), i32Const(1), I32_ADD, i32Store(SIDE, Control.touchedCount)
        ]
    };
}

/** (address, length) -> (): touches every page of a range, which the caller has seen to be in bounds and not empty. */
export function markRange(plan: RewritePlan): AddedFunction {
    const { pointer, layout } = plan;
    const [address, length, page, last] = [0, 1, 2, 3];
    const pageOf = (code: Code): Code => [code, pointer.constant(PAGE_SHIFT), pointer.shrU, pointer.narrow];
    return {
        type: plan.typeIndex([pointer.type, pointer.type], []),
        locals: [I32, I32],
        body: [
            pageOf(localGet(address)), localSet(page),
            pageOf([localGet(address), localGet(length), pointer.add, pointer.constant(1), pointer.sub]), localSet(last),
            loop([
                when(
                    [localGet(page), i32Load8(SIDE, layout.marks), I32_EQZ],
                    [
                        localGet(page), pointer.fromI32, pointer.constant(PAGE_SHIFT), pointer.shl,
                        call(plan.helper('touch'))
                    ]
                ),
                when([localGet(page), localGet(last), I32_EQ], RETURN),
                localGet(page), i32Const(1), I32_ADD, localSet(page), br(0)
            ])
        ]
    };
}

/** (address, length: i64) -> (): traps unless address + length, computed without overflow, is within the virtual size. */
export function bound(plan: RewritePlan): AddedFunction {
    const { pointer } = plan;
    const [address, length, size] = [0, 1, 2];
    const trap = call(plan.helper('outOfBounds'));
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
    const steps = plan.globals.steps;
    return {
        type: plan.typeIndex([I64], []),
        locals: [],
        body: [
            localGet(0), i64Const(BULK_BYTES_PER_STEP_SHIFT), I64_SHR_U, localSet(0),
            when(
                [globalGet(steps), localGet(0), I64_LT_U],
                [i64Const(0), globalSet(steps), call(plan.helper('outOfSteps'))]
            ),
            globalGet(steps), localGet(0), I64_SUB, globalSet(steps)
        ]
    };
}

/** Bounds, steps and marks of a bulk write of `length` (a local of address type) bytes at local 0. */
function prepareWrite(plan: RewritePlan, length: Code): Code {
    const { pointer } = plan;
    const nonEmpty: Code = [length, pointer.widen, i64Const(0), I64_GT_U];
    return [
        localGet(0), length, pointer.widen, call(plan.helper('bound')),
        length, pointer.widen, call(plan.helper('charge')),
        plan.flavour === 'plain' ? [] : when(nonEmpty, [localGet(0), length, call(plan.helper('markRange'))])
    ];
}

/** memory.fill: (address, value: i32, length) -> (). */
export function fill(plan: RewritePlan): AddedFunction {
    const { type } = plan.pointer;
    return {
        type: plan.typeIndex([type, I32, type], []),
        locals: [],
        body: [prepareWrite(plan, localGet(2)), localGet(0), localGet(1), localGet(2), memoryFill(0)]
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
            prepareWrite(plan, localGet(2)),
            localGet(0), localGet(1), localGet(2), memoryCopy(0, 0)
        ]
    };
}

/**
 * memory.init of one segment: (to, from: i32, length: i32) -> (). A dropped segment has length 0; active ones are dropped from the
 * start (core specification 4.5.4). The instruction itself checks `from`.
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
            prepareWrite(plan, [localGet(2), pointer.fromI32]),
            shape.data[segment]?.offset !== undefined
                ? dropped
                : [i32Const(0), i32Load8(SIDE, flag), 0x04, VOID, dropped, ELSE, initFrom(segment), END]
        ]
    };
}

/** Data segments that are applied at instantiation, in order. Marked, so that the first commit takes them for changes. */
export function applyData(plan: RewritePlan): AddedFunction {
    const { shape, pointer, flavour } = plan;
    const body: Code[] = [];
    for (const [index, { offset, content }] of shape.data.entries()) {
        if (offset !== undefined) {
            const address = [...shape.bytes.subarray(offset.start, offset.end - 1)];
            const length = content.end - content.start;
            body.push([address, i32Const(0), i32Const(length), memoryInit(index, 0)]);
            if (flavour !== 'plain' && length > 0) {
                body.push([address, pointer.constant(length), call(plan.helper('markRange'))]);
            }
        }
    }
    return { type: plan.typeIndex([], []), locals: [], body };
}
