/** Added functions that save and load what Wasm has beside the heap: virtual memory size and mutable globals. */
import {
    globalGet, globalSet, I32_WRAP_I64, I64_SHL, I64_SHR_U, I64_SUB, i32Const, i64Const, i64Load, i64Store, memorySize,
    typedLoad, typedStore
} from '../binary/assembler.ts';
import type { Code } from '../binary/encode.ts';
import { I32 } from '../binary/types.ts';
import { WASM_PAGE_SHIFT } from './layout.ts';
import { SIDE } from './plan.ts';
import type { AddedFunction, RewritePlan } from './plan.ts';

/** The virtual memory size in bytes, as i64. It differs from the real one in the strict flavour only. */
export function virtualBytes({ flavour, globals, pointer }: RewritePlan): Code {
    return flavour === 'strict'
        ? globalGet(globals.size)
        : [memorySize(0), pointer.widen, i64Const(WASM_PAGE_SHIFT), I64_SHL];
}

/** The virtual memory size in Wasm pages, as i64. */
export function virtualPages({ flavour, globals, pointer }: RewritePlan): Code {
    return flavour === 'strict'
        ? [globalGet(globals.size), i64Const(WASM_PAGE_SHIFT), I64_SHR_U]
        : [memorySize(0), pointer.widen];
}

/** () -> (): writes memory size and mutable globals to the current state. Dropped-segment flags live there anyway. */
export function spill(plan: RewritePlan): AddedFunction {
    const { layout } = plan;
    const body: Code[] = [[i32Const(0), virtualPages(plan), i64Store(SIDE, layout.current)]];
    for (const { index, type, offset } of layout.globals) {
        body.push([i32Const(0), globalGet(index), typedStore(type, SIDE, layout.current + offset)]);
    }
    return { type: plan.typeIndex([], []), locals: [], body };
}

/**
 * () -> i32: loads memory size and mutable globals from the committed state. Returns the number of Wasm pages by which
 * the real memory is larger than the virtual one.
 */
export function reload(plan: RewritePlan): AddedFunction {
    const { layout, pointer } = plan;
    const pages: Code = [i32Const(0), i64Load(SIDE, layout.committed)];
    const body: Code[] = [];
    for (const { index, type, offset } of layout.globals) {
        body.push([i32Const(0), typedLoad(type, SIDE, layout.committed + offset), globalSet(index)]);
    }
    if (plan.flavour === 'strict') {
        body.push([pages, i64Const(WASM_PAGE_SHIFT), I64_SHL, globalSet(plan.globals.size)]);
    }
    body.push([memorySize(0), pointer.widen, pages, I64_SUB, I32_WRAP_I64]);
    return { type: plan.typeIndex([], [I32]), locals: [], body };
}
