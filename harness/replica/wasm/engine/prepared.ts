/** A prepared module: what the replica may ask about it, and its instrumented forms, compiled when first needed. */
import type {
    CanisterInstance, HeapContent, HostFunction, ImportedFunction, InstanceLimits, Metering, PointerWidth,
    PreparedModule, Signature
} from '../contract.ts';
import { FUNCREF, valueTypeName } from '../binary/types.ts';
import { typeOfFunction } from '../decode/shape.ts';
import type { FunctionType, ModuleShape } from '../decode/shape.ts';
import { WasmEngineError, WasmTrapError } from '../errors.ts';
import { WASM_PAGE_BYTES } from '../rewrite/layout.ts';
import type { Flavour } from '../rewrite/plan.ts';
import { automaticMetering } from '../rewrite/auto.ts';
import type { BaseInstance } from './base.ts';
import { codeOf } from './code.ts';
import type { Code, CodeMaker } from './code.ts';
import { FastInstance } from './fast.ts';
import { companionModule } from './companion.ts';
import { ReferenceInstance } from './reference.ts';
import { ExecutedBlocks } from './executed-blocks.ts';
import { createHeap, createMarks, createSide, runModule } from './running.ts';
import type { RunningModule } from './running.ts';

/** How an instance remembers what to undo: `fast` by marked blocks, `reference` by full copies. */
export type MemoryEngine = 'fast' | 'reference';

/** `auto`: instructions for modules that read the performance counter for their users, units for others (see `auto.ts`). */
export type MeteringChoice = Metering | 'auto';

const EMPTY_PAGE = new Uint8Array(WASM_PAGE_BYTES);
/** Of a heap that is copied, how much is committed at once. */
const PART_BYTES = 2 ** 26;

export class CompiledModule implements PreparedModule {
    readonly hash: string;
    readonly metering: Metering;
    readonly memoryWidth: PointerWidth;
    readonly tableWidth: PointerWidth;
    readonly imports: readonly ImportedFunction[];
    readonly exports: readonly string[];
    readonly exportSignatures: ReadonlyMap<string, Signature>;
    readonly customSections: ReadonlyMap<string, Uint8Array>;
    readonly #shape: ModuleShape;
    readonly #engine: MemoryEngine;
    readonly #makeCode: CodeMaker;
    readonly #compiled = new Map<Flavour, Code>();
    readonly #marksBlocks: boolean;
    #blocks: ExecutedBlocks | undefined;
    #companion: WebAssembly.Module | undefined;

    /** Rewrites and compiles at once, so that everything that is wrong with a module shows here. */
    constructor(
        hash: string, shape: ModuleShape, engine: MemoryEngine, metering: MeteringChoice, marksBlocks = false
    ) {
        this.hash = hash;
        this.#marksBlocks = marksBlocks;
        this.memoryWidth = shape.memory?.width ?? 32;
        this.tableWidth = shape.tables[0]?.width ?? 32;
        this.imports = shape.imports.map(({ module, name }, index) => ({ module, name, ...signature(shape, index) }));
        const functions = shape.exports.filter(({ kind }) => kind === 0);
        this.exports = functions.map(({ name }) => name);
        this.exportSignatures = new Map(functions.map(({ name, index }) => [name, signature(shape, index)]));
        this.customSections = new Map(shape.customSections.map(({ name, content }) => [name, content]));
        this.#shape = shape;
        this.#engine = engine;
        this.#makeCode = codeOf(shape);
        const flavour = engine === 'fast' ? 'marking' : 'plain';
        if (metering === 'auto') {
            const code = this.#makeCode({ flavour, metering: 'unit', marksBlocks });
            this.metering = automaticMetering(shape, code.counterUse);
            if (this.metering === 'unit') {
                this.#keep(flavour, code);
            }
        } else {
            this.metering = metering;
        }
        this.#compile(flavour);
    }

    get blocks(): ExecutedBlocks | undefined {
        return this.#blocks;
    }

    instantiate(
        ic0: Readonly<Record<string, HostFunction>>, limits: InstanceLimits, kept?: HeapContent
    ): CanisterInstance {
        const { memory } = this.#shape;
        if (limits.heapBytesMax % WASM_PAGE_BYTES !== 0) {
            throw new WasmEngineError(`the heap limit ${limits.heapBytesMax} is not a multiple of ${WASM_PAGE_BYTES}`);
        }
        const pagesMax = Math.min(memory?.pagesMax ?? 0, limits.heapBytesMax / WASM_PAGE_BYTES);
        const keptPages = memory === undefined ? 0 : (kept?.heapBytes() ?? 0) / WASM_PAGE_BYTES;
        const pages = Math.max(memory?.pagesMin ?? 0, keptPages);
        if (pages > pagesMax) {
            throw new WasmTrapError('heap limit');
        }
        const { layout } = this.#compile(this.#engine === 'fast' ? 'marking' : 'plain');
        const parts = {
            module: this, layout, limits, pagesMax, fresh: kept === undefined,
            heap: createHeap(memory, pages, pagesMax), side: createSide(layout), marks: createMarks(pagesMax),
            hasCallbacks: this.#shape.tables[0]?.elementType === FUNCREF
        };
        const run = (flavour: Flavour, heap: WebAssembly.Memory): RunningModule =>
            runModule(this.#compile(flavour), this, ic0, { ...parts, heap, blocks: this.#blocks?.memory });
        const instance = this.#engine === 'reference'
            ? new ReferenceInstance({
                ...parts, run: heap => run('plain', heap), createHeap: size => createHeap(memory, size, pagesMax)
            })
            : new FastInstance({
                ...parts,
                run: flavour => run(flavour, parts.heap),
                shadow: createHeap(memory, pages, pagesMax),
                companion: this.#companion ??= companionModule(this.memoryWidth, layout)
            });
        if (kept !== undefined) fill(instance, kept, keptPages * WASM_PAGE_BYTES);
        return instance;
    }

    copy(
        ic0: Readonly<Record<string, HostFunction>>, limits: InstanceLimits, original: CanisterInstance
    ): CanisterInstance {
        const copy = this.instantiate(ic0, limits, original) as BaseInstance;
        copy.adoptState(original as BaseInstance);
        return copy;
    }

    #compile(flavour: Flavour): Code {
        const form = { flavour, metering: this.metering, marksBlocks: this.#marksBlocks };
        return this.#compiled.get(flavour) ?? this.#keep(flavour, this.#makeCode(form));
    }

    #keep(flavour: Flavour, code: Code): Code {
        // Blocks have the same numbers in all flavours.
        if (this.#marksBlocks) this.#blocks ??= new ExecutedBlocks(code.blocks);
        // Asking for them compiles them.
        const { layout, counterUse, blocks, module, tip } = code;
        const compiled = { layout, counterUse, blocks, module, tip };
        this.#compiled.set(flavour, compiled);
        return compiled;
    }
}

/**
 * Gives a new instance a heap, which nobody undoes. Pages of zeroes are left as they are, or what a canister has grown without using would
 * be memory of this machine; and a large heap is committed in parts, or it would not fit into the undo stack.
 */
function fill(instance: CanisterInstance, kept: HeapContent, bytes: number): void {
    let since = 0;
    instance.begin(0);
    for (let at = 0; at < bytes; at += WASM_PAGE_BYTES) {
        const page = kept.read(at, WASM_PAGE_BYTES);
        if (Buffer.compare(page, EMPTY_PAGE) === 0) continue;
        instance.write(at, page);
        since += WASM_PAGE_BYTES;
        if (since >= PART_BYTES) {
            instance.commit();
            instance.forget();
            instance.begin(0);
            since = 0;
        }
    }
    instance.commit();
    instance.forget();
}

function signature(shape: ModuleShape, functionIndex: number): Signature {
    const type: FunctionType | undefined = typeOfFunction(shape, functionIndex);
    const names = (types: Uint8Array | undefined): string[] =>
        Array.from(types ?? [], byte => valueTypeName(byte) ?? '');
    return { params: names(type?.params), results: names(type?.results) };
}
