/** One V8 instance of a rewritten module: its exports with types, and its memories. */
import type { HostFunction, ImportedFunction, PointerWidth, PreparedModule } from '../contract.ts';
import { MissingImportError, WasmEngineError } from '../errors.ts';
import { BLOCK_BYTES, BLOCK_MARKS, WASM_PAGE_BYTES } from '../rewrite/layout.ts';
import type { SideLayout } from '../rewrite/layout.ts';
import { MEMORY_MODULE, OWN_PREFIX, USER_PREFIX } from '../rewrite/module-writer.ts';
import { TRUNK_MODULE } from '../rewrite/parts.ts';
import type { Code } from './code.ts';
import { trapError } from './traps.ts';
import type { MemoryShape } from '../decode/shape.ts';

/** The functions that rewriting added (see `rewrite/plan.ts`) and the canister's own. */
export interface RunningModule {
    readonly begin: (steps: number) => void;
    /** Returns the steps left. */
    readonly spend: (steps: number) => number;
    readonly stepsLeft: () => number;
    readonly limitReached: () => number;
    readonly spill: () => void;
    /** Returns the Wasm pages by which the real memory exceeds the virtual one. */
    readonly reload: () => number;
    readonly applyData: () => void;
    readonly callTable: (index: bigint, env: bigint) => void;
    readonly heapBytes: () => number;
    readonly start: (() => void) | undefined;
    /** The canister's exported functions of type () -> () by name. */
    readonly functions: ReadonlyMap<string, () => void>;
}

/** A memory of `shape` with room to grow to `pagesMax`. */
export function createHeap(shape: MemoryShape | undefined, pages: number, pagesMax: number): WebAssembly.Memory {
    return createMemory(shape?.width ?? 32, pages, pagesMax);
}

/** Throws `WasmEngineError` when the machine has no memory left. */
function createMemory(width: PointerWidth, initial: number, maximum: number): WebAssembly.Memory {
    try {
        return width === 64
            ? new WebAssembly.Memory({ initial: BigInt(initial), maximum: BigInt(maximum), address: 'i64' })
            : new WebAssembly.Memory({ initial, maximum });
    } catch (cause) {
        throw new WasmEngineError(`a Wasm memory of ${initial} pages, at most ${maximum}, cannot be allocated`, cause);
    }
}

/** The largest 32-bit memory, in pages. */
const SIDE_PAGES_MAX = 65_536;

/** A side memory with an empty undo stack. */
export function createSide({ undoBase }: SideLayout): WebAssembly.Memory {
    return createMemory(32, Math.ceil(undoBase / WASM_PAGE_BYTES) + 1, SIDE_PAGES_MAX);
}

/** A marks memory for a heap of so many Wasm pages. Pages of it that are never written cost nothing. */
export function createMarks(pagesMax: number): WebAssembly.Memory {
    const size = Math.ceil((BLOCK_MARKS + (pagesMax * WASM_PAGE_BYTES) / BLOCK_BYTES) / WASM_PAGE_BYTES) + 1;
    return createMemory(32, size, size);
}

/** A memory with a byte for each block. */
export function createBlocks(count: number): WebAssembly.Memory {
    const pages = Math.ceil(count / WASM_PAGE_BYTES);
    return createMemory(32, pages, pages);
}

/** The memories of one instance that its code uses. */
export interface Memories {
    readonly heap: WebAssembly.Memory;
    readonly side: WebAssembly.Memory;
    readonly marks: WebAssembly.Memory;
    /** Where executed blocks are marked, of all instances of a module. */
    readonly blocks?: WebAssembly.Memory | undefined;
}

/** `ic0` arranged as V8 wants imports. Throws `MissingImportError` for a function that the host lacks. */
function importObject(
    imports: readonly ImportedFunction[], ic0: Readonly<Record<string, HostFunction>>
): Record<string, Record<string, unknown>> {
    // Without prototypes, so that an import named `__proto__` is looked up like any other.
    const modules = Object.create(null) as Record<string, Record<string, unknown>>;
    for (const { module, name } of imports) {
        const host = Object.hasOwn(ic0, name) ? ic0[name] : undefined;
        if (module !== 'ic0' || host === undefined) {
            throw new MissingImportError(`${module}.${name}`);
        }
        modules[module] ??= Object.create(null) as Record<string, unknown>;
        modules[module][name] = host;
    }
    return modules;
}

/** Instantiates a module. Throws `WasmTrapError` when an element segment does not fit. */
function exportsOf(module: WebAssembly.Module, given: WebAssembly.Imports): WebAssembly.Exports {
    try {
        return new WebAssembly.Instance(module, given).exports;
    } catch (thrown) {
        throw trapError(thrown, 0, false);
    }
}

/**
 * Instantiates a rewritten module, trunk and tip, on the given memories. Active element segments are applied; data segments and start
 * function are not (`applyData`, `start`). Throws `WasmTrapError` when an element segment does not fit.
 */
export function runModule(
    { module, tip }: Pick<Code, 'module' | 'tip'>,
    { imports, exportSignatures }: PreparedModule,
    ic0: Readonly<Record<string, HostFunction>>,
    { heap, side, marks, blocks }: Memories
): RunningModule {
    const given = importObject(imports, ic0);
    given[MEMORY_MODULE] = { heap, side, marks, ...(blocks === undefined ? {} : { blocks }) };
    const trunk = exportsOf(module, given);
    const outer = tip === undefined ? trunk : exportsOf(tip, { ...given, [TRUNK_MODULE]: trunk });
    const functions = new Map<string, () => void>();
    for (const [name, { params, results }] of exportSignatures) {
        if (params.length === 0 && results.length === 0) {
            functions.set(name, outer[USER_PREFIX + name] as () => void);
        }
    }
    const own = <K extends keyof RunningModule>(name: K): RunningModule[K] =>
        (trunk[OWN_PREFIX + name] ?? outer[OWN_PREFIX + name]) as RunningModule[K];
    return {
        begin: own('begin'),
        spend: own('spend'),
        stepsLeft: own('stepsLeft'),
        limitReached: own('limitReached'),
        spill: own('spill'),
        reload: own('reload'),
        applyData: own('applyData'),
        callTable: own('callTable'),
        heapBytes: own('heapBytes'),
        start: own('start'),
        functions
    };
}
