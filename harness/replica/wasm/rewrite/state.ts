/** Added functions that save and load what Wasm has beside the heap: virtual memory size and mutable globals. */
import {
    globalGet, globalSet, I32_NE, I32_WRAP_I64, I64_NE, I64_SHL, i32Const, i64Load, i64Store, memorySize, typedLoad, typedStore
} from '../binary/assembler.ts';
import type { Code } from '../binary/encode.ts';
import { I32 } from '../binary/types.ts';
import { WASM_PAGE_SHIFT } from './layout.ts';
import { SIDE } from './plan.ts';
import type { AddedFunction, RewritePlan } from './plan.ts';

/** The virtual memory size in Wasm pages. It differs from the real one in the strict flavour only. */
export function virtualPages({ flavour, globals }: RewritePlan): Code {
    return flavour === 'strict' ? globalGet(globals.pages) : memorySize(0);
}

/** The virtual memory size in bytes, as i64. */
export function virtualBytes(plan: RewritePlan): Code {
    return [virtualPages(plan), plan.pointer.widen, 0x42, WASM_PAGE_SHIFT, I64_SHL];
}

/** Sets the virtual size (strict flavour) and the address below which no exact check is needed. */
export function setVirtualPages({ globals, pointer, width }: RewritePlan, pages: Code): Code {
    const notEqual = width === 64 ? I64_NE : I32_NE;
    // safe = (pages - (pages != 0)) << 16: one whole Wasm page before the end, and 0 for an empty memory.
    return [
        pages, globalSet(globals.pages),
        globalGet(globals.pages), globalGet(globals.pages), pointer.constant(0), notEqual, pointer.fromI32, pointer.sub,
        pointer.constant(WASM_PAGE_SHIFT), pointer.shl, globalSet(globals.safe)
    ];
}

/** () -> (): writes memory size and mutable globals to the current state. Dropped-segment flags live there anyway. */
export function spill(plan: RewritePlan): AddedFunction {
    const { layout, pointer } = plan;
    const body: Code[] = [[i32Const(0), virtualPages(plan), pointer.widen, i64Store(SIDE, layout.current)]];
    for (const { index, type, offset } of layout.globals) {
        body.push([i32Const(0), globalGet(index), typedStore(type, SIDE, layout.current + offset)]);
    }
    return { type: plan.typeIndex([], []), locals: [], body };
}

/**
 * () -> i32: loads memory size and mutable globals from the committed state. Returns the number of Wasm pages by which the real
 * memory is larger than the virtual one.
 */
export function reload(plan: RewritePlan): AddedFunction {
    const { layout, pointer } = plan;
    const pages: Code = [i32Const(0), i64Load(SIDE, layout.committed), plan.width === 32 ? I32_WRAP_I64 : []];
    const body: Code[] = [];
    for (const { index, type, offset } of layout.globals) {
        body.push([i32Const(0), typedLoad(type, SIDE, layout.committed + offset), globalSet(index)]);
    }
    if (plan.flavour === 'strict') {
        body.push(setVirtualPages(plan, pages));
    }
    body.push([memorySize(0), pages, pointer.sub, pointer.narrow]);
    return { type: plan.typeIndex([], [I32]), locals: [], body };
}
