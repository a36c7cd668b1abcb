/**
 * Which indexes the added functions, types and globals get. Everything is appended, so nothing of the module is
 * renumbered.
 */
import type { FunctionType, ModuleShape } from '../decode/shape.ts';
import { pointerOps } from '../binary/assembler.ts';
import type { PointerOps } from '../binary/assembler.ts';
import type { Code } from '../binary/encode.ts';
import type { Metering, PointerWidth } from '../contract.ts';
import { lastEntry, likeMotokoRuntime } from './auto.ts';
import type { CounterCall, CounterUse } from './auto.ts';
import { sideLayout } from './layout.ts';
import type { SideLayout } from './layout.ts';

/**
 * Which code to emit.
 * - `plain`: metering only; for the reference engine, which copies whole heaps.
 * - `marking`: metering and the write barrier, which marks blocks. Runs while the real memory is as large as the virtual one,
 *   so that V8's own bounds checks are exact, and small enough for a look at the marks of all blocks.
 * - `paged`: as `marking`, and the write barrier marks pages too. Runs when the heap is larger than that.
 * - `strict`: as `paged`, and every access is checked against the virtual size. Runs after the undo of a memory
 *   growth, when the real memory, which cannot shrink, is larger than the virtual one.
 */
export type Flavour = 'plain' | 'marking' | 'paged' | 'strict';

/** Memory indexes in rewritten modules; the heap is 0. */
export const SIDE = 1;
export const MARKS = 2;

/** Added functions that do not depend on data, in order. */
export const COMMON = [
    'markRange', 'bound', 'charge', 'fill', 'copy', 'grow', 'begin', 'spend', 'stepsLeft', 'limitReached', 'spill',
    'reload', 'callTable', 'heapBytes'
] as const;
export type CommonHelper = (typeof COMMON)[number];
/** Added functions with a fixed place, in order. `memory.init` helpers follow them, one a segment that needs one. */
export const HELPERS = [...COMMON, 'applyData'] as const;
export type Helper = (typeof HELPERS)[number];

/** What is different in the code of a part of a module (`split.ts`) from that of a whole one. */
export interface Part {
    /** What replaces a call of the function with this index; undefined when it stays as it is. */
    readonly call: (index: number) => Code | undefined;
    /** By index of a type of the module, that in the part; undefined when they are the same. */
    readonly types: readonly number[] | undefined;
    /** Function indexes of the first helper, and of the first that runs `memory.init`. */
    readonly helpers: number;
    readonly inits: number;
}

export interface AddedFunction {
    readonly type: number;
    /** Types of the locals after the parameters. */
    readonly locals: readonly number[];
    readonly body: Code;
}

export interface AddedGlobals {
    /** i64: steps and nested calls (`counters.ts`). */
    readonly counters: number;
    /** i64: virtual memory size in bytes. Only the strict flavour uses it. */
    readonly size: number;
}

/** The growing parts of a rewritten module. */
export class RewritePlan {
    readonly shape: ModuleShape;
    readonly flavour: Flavour;
    readonly metering: Metering;
    readonly width: PointerWidth;
    readonly pointer: PointerOps;
    readonly layout: SideLayout;
    readonly globals: AddedGlobals;
    /** Types after those of the module. */
    readonly addedTypes: FunctionType[] = [];
    /** A passive segment of length 0, which stands for a dropped one. */
    readonly emptySegment: number;
    /**
     * Segments that code initialises memory from, with the place of their helper, in the order in which they were met.
     */
    readonly initSegments = new Map<number, number>();
    /** Function index of `ic0.performance_counter`, -1 when it is not imported. */
    readonly counterImport: number;
    /** Known when every body was rewritten. */
    counterUse: CounterUse = 'none';
    readonly #lastEntry: number;
    readonly #typeIndexes = new Map<string, number>();
    /** Absent in a whole module. */
    readonly part: Part | undefined;
    readonly #firstHelper: number;
    readonly #firstInit: number;

    /** Whether executed blocks are marked, in a memory of their own. */
    readonly marksBlocks: boolean;

    constructor(shape: ModuleShape, flavour: Flavour, metering: Metering, marksBlocks = false, part?: Part) {
        this.part = part;
        this.marksBlocks = marksBlocks;
        this.shape = shape;
        this.flavour = flavour;
        this.metering = metering;
        this.width = shape.memory?.width ?? 32;
        this.pointer = pointerOps(this.width);
        this.layout = sideLayout(shape.globals, shape.hasDataCount ? shape.data.length : 0);
        const first = shape.globals.length;
        this.globals = { counters: first, size: first + 1 };
        this.counterImport = shape.imports.findIndex(({ name }) => name === 'performance_counter');
        this.#lastEntry = lastEntry(shape);
        this.emptySegment = shape.data.length;
        this.#firstHelper = part?.helpers ?? shape.imports.length + shape.functionTypes.length;
        this.#firstInit = part?.inits ?? this.#firstHelper + HELPERS.length;
    }

    /** A call of the performance counter was met. */
    noteCounter(call: CounterCall): void {
        if (this.counterUse !== 'any') {
            this.counterUse = likeMotokoRuntime(this.shape.bytes, call, this.#lastEntry) ? 'runtime' : 'any';
        }
    }

    /** Whether code marks the pages of what it writes, beside the blocks. */
    get marksPages(): boolean {
        return this.flavour === 'paged' || this.flavour === 'strict';
    }

    /** Function index of a helper. */
    helper(name: Helper): number {
        return this.#firstHelper + HELPERS.indexOf(name);
    }

    /** Function index of the helper that runs `memory.init` from this segment; made when first asked for. */
    initHelper(segment: number): number {
        let place = this.initSegments.get(segment);
        if (place === undefined) {
            place = this.initSegments.size;
            this.initSegments.set(segment, place);
        }
        return this.#firstInit + place;
    }

    /** Index of a function type, added when first asked for. */
    typeIndex(params: readonly number[], results: readonly number[]): number {
        const key = `${params.join()}>${results.join()}`;
        let index = this.#typeIndexes.get(key);
        if (index === undefined) {
            const type = { params: Uint8Array.from(params), results: Uint8Array.from(results) };
            index = this.shape.types.length + this.addedTypes.push(type) - 1;
            this.#typeIndexes.set(key, index);
        }
        return index;
    }
}
