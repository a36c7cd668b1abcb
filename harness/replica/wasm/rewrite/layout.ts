/**
 * The side memory: one 32-bit memory per instance, shared by the rewritten module, the companion module and the host.
 *
 *     control words | current state | committed state | mark bytes | list of touched pages | undo stack
 *
 * "State" is what Wasm has beside the heap: virtual memory size, mutable globals, flags of dropped data segments. Everything up
 * to the marks is fixed by the module, so that rewritten code can name it by constants; the rest depends on the heap limit.
 */
import type { GlobalShape } from '../decode/shape.ts';
import { valueTypeBytes } from '../binary/types.ts';

/** Byte offsets of the control words (all u32). */
export const Control = {
    /** Number of pages in the list of touched pages. */
    touchedCount: 0,
    /** Why our own code trapped, see `TrapReason`; 0 when it did not. */
    trapReason: 4,
    /** Top of the undo stack, a byte offset in the side memory. */
    undoTop: 8,
    /** Byte offset of the list of touched pages. */
    touchedList: 12,
    /** 1 when the tool's heap limit refused a memory.grow that the IC would have granted. */
    growRefused: 16,
    /** The tool's heap limit in Wasm pages. */
    pagesMax: 20,
    /** Nested calls allowed. */
    callDepthMax: 24,
    /** Largest size in bytes that the side memory may grow to. */
    sideBytesMax: 28
} as const;

const CONTROL_BYTES = 64;

/** Values of `Control.trapReason`. */
export const TrapReason = { none: 0, instructionLimit: 1, stackOverflow: 2, tableOutOfBounds: 3, heapOutOfBounds: 4 } as const;

/** A page of the write barrier. The unit of production replicas as well. */
export const PAGE_SHIFT = 12;
export const PAGE_BYTES = 4096;
export const WASM_PAGE_SHIFT = 16;
export const WASM_PAGE_BYTES = 65_536;

export interface SavedGlobal {
    readonly index: number;
    readonly type: number;
    /** Offset within the state. */
    readonly offset: number;
}

export interface SideLayout {
    readonly globals: readonly SavedGlobal[];
    /** Offset within the state of the flags, one byte a data segment, 1 = dropped. */
    readonly droppedFlags: number;
    /** Size of the state, a multiple of 16. Its first 8 bytes are the virtual memory size in Wasm pages. */
    readonly stateBytes: number;
    /** Absolute offsets. */
    readonly current: number;
    readonly committed: number;
    readonly marks: number;
}

/** Rounds up to a multiple of `unit`, a power of two. */
export function alignUp(value: number, unit: number): number {
    return Math.ceil(value / unit) * unit;
}

/** Where things are in the side memory of a module with these globals and this many data segments that can be dropped. */
export function sideLayout(globals: readonly GlobalShape[], droppableSegments: number): SideLayout {
    const saved: SavedGlobal[] = [];
    let offset = 8;
    for (const [index, { type, mutable }] of globals.entries()) {
        if (mutable) {
            saved.push({ index, type, offset });
            offset += valueTypeBytes(type);
        }
    }
    const stateBytes = alignUp(offset + droppableSegments, 16);
    return {
        globals: saved,
        droppedFlags: offset,
        stateBytes,
        current: CONTROL_BYTES,
        committed: CONTROL_BYTES + stateBytes,
        marks: CONTROL_BYTES + 2 * stateBytes
    };
}

/** The part of the layout that depends on the heap limit: where the list of touched pages and the undo stack begin. */
export function dynamicLayout(layout: SideLayout, heapBytesMax: number): { touchedList: number; undoBase: number } {
    const pages = heapBytesMax / PAGE_BYTES;
    const touchedList = alignUp(layout.marks + pages, 16);
    return { touchedList, undoBase: alignUp(touchedList + 4 * pages, 16) };
}
