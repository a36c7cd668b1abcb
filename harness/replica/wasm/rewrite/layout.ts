/**
 * Two small memories beside the heap, shared by the rewritten module, the companion module and the host.
 *
 * The side memory holds
 *
 *     control words | current state | committed state | list of changed blocks | undo stack
 *
 * "State" is what Wasm has beside the heap: virtual memory size, mutable globals, flags of dropped data segments. All
 * places but the top of the undo stack are fixed by the module, so that rewritten code names them by constants.
 *
 * The marks memory holds
 *
 *     one byte a Wasm page | one byte a block of the heap
 *
 * 1 when a store began there since the last commit or abort, or will have reached at most `REACH_BYTES` from one that did.
 * In a large heap, whoever looks for marked blocks looks through the pages first, so that the cost depends on what was written
 * and hardly on the size of the heap. In a small one the marks of pages mean nothing: looking at all blocks costs less than a
 * second mark for each store. It is a memory of its own because a store marks before it is checked: an address beyond the heap
 * marks a page and a block that do not exist, and must hit nothing but other marks. Those beyond the heap are never
 * looked at; should the heap grow over them, they compare as unchanged.
 */
import type { GlobalShape } from '../decode/shape.ts';
import { valueTypeBytes } from '../binary/types.ts';

/** Byte offsets of the control words (all u32). */
export const Control = {
    /** Top of the undo stack, a byte offset in the side memory. */
    undoTop: 0,
    /** 1 when the tool's heap limit refused a memory.grow that the IC would have granted. */
    growRefused: 4,
    /** The smaller of the module's and the tool's heap limit, in Wasm pages. */
    pagesMax: 8,
    /** Nested calls allowed. */
    callDepthMax: 12,
    /** Largest size in bytes that the side memory may grow to. */
    sideBytesMax: 16
} as const;

const CONTROL_BYTES = 32;

/**
 * A block of the write barrier. Smaller blocks mean less to compare at a commit (canisters write a few words in many
 * places, most of them counts of references that come back), but more marks to look through. Measured best for Azle among
 * 64 bytes to 4 KiB; Motoko hardly minds.
 */
export const BLOCK_SHIFT = 8;
export const BLOCK_BYTES = 256;
export const WASM_PAGE_SHIFT = 16;
export const WASM_PAGE_BYTES = 65_536;
/** Blocks of a page. */
export const PAGE_BLOCKS = 1 << (WASM_PAGE_SHIFT - BLOCK_SHIFT);

/** An entry of 16 bytes for each block of a page: what `engine/companion-page.ts` finds there. */
export const LIST_ENTRY_SHIFT = 4;
const LIST_BYTES = PAGE_BLOCKS << LIST_ENTRY_SHIFT;

/**
 * The largest heap, in Wasm pages, whose pages are not marked: 16 MiB, or half a microsecond to look at the marks of its blocks.
 * Marks of pages cost a message of Azle some 5 %.
 */
export const FLAT_PAGES_MAX = 256;
/**
 * The same for heaps with 64-bit addresses, which are Motoko's: they begin with 4 MiB of stack that is hardly used, and messages are
 * so short that a second mark for each store costs less than looking at so many.
 */
export const FLAT_PAGES_MAX_64 = 16;

/** Where the marks of blocks begin: after those of 16 GiB of pages, more than V8 gives to a memory. */
export const BLOCK_MARKS = 262_144;
/**
 * The write barrier leaves out stores that end at most so many bytes behind one that was marked. So a marked block stands for
 * the beginning of the next one too.
 */
export const REACH_BYTES = 64;

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
    /** Where a commit lists what changed in a page. */
    readonly list: number;
    readonly undoBase: number;
}

/** Rounds up to a multiple of `unit`, a power of two. */
function alignUp(value: number, unit: number): number {
    return Math.ceil(value / unit) * unit;
}

/**
 * Where things are in the side memory of a module with these globals and this many data segments that can be dropped.
 */
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
        list: CONTROL_BYTES + 2 * stateBytes,
        undoBase: CONTROL_BYTES + 2 * stateBytes + LIST_BYTES
    };
}
