/**
 * What the replica asks of one instantiated canister module: run a function, read and write the heap, and commit, abort
 * or undo everything that Wasm changed (heap, virtual memory size, mutable globals, dropped segments).
 *
 * Two implementations exist: the fast one (rewritten module, marked blocks, undo stack) and the reference one (full
 * copies), and differential tests hold them equal. Stable memory is host state and lives elsewhere.
 */

/** Width of addresses (memory) or of indexes (table): i32 or i64. */
export type PointerWidth = 32 | 64;

/**
 * How executions are counted. `unit`: function entries and loop iterations, and more where code is long. `instructions`: the IC's
 * weights of every instruction (ic-semantics 9).
 */
export type Metering = 'unit' | 'instructions';

/**
 * Why Wasm stopped. The texts are those of IC error IC0502 "Canister trapped: ..." where the IC has one.
 *
 * Ours alone: `instruction limit` and `stack overflow` come from the counters (a native stack overflow counts as the
 * latter); `heap limit` is an `unreachable` after a memory.grow that only the tool's limit refused, which is how
 * allocators end, or a module whose initial memory exceeds that limit.
 */
export type TrapKind =
    | 'unreachable'
    | 'integer division by 0'
    | 'integer overflow'
    | 'heap out of bounds'
    | 'table out of bounds'
    | 'indirect call'
    | 'stack overflow'
    | 'instruction limit'
    | 'heap limit'
    | 'unknown';

/** A function type. Parameter and result types are Wasm value types, e.g. `i32`. */
export interface Signature {
    readonly params: readonly string[];
    readonly results: readonly string[];
}

/** A function that the module imports, as declared. */
export interface ImportedFunction extends Signature {
    readonly module: string;
    readonly name: string;
}

/** A canister module after validation and rewriting; shared by every canister installed from the same bytes. */
export interface PreparedModule {
    /** SHA-256 of the bytes as given, lower-case hex. */
    readonly hash: string;
    /** What a step of its instances is. */
    readonly metering: Metering;
    readonly memoryWidth: PointerWidth;
    readonly tableWidth: PointerWidth;
    readonly imports: readonly ImportedFunction[];
    /** Names of exported functions, in module order. */
    readonly exports: readonly string[];
    /** Their types, by name. `call` runs those of type () -> () only. */
    readonly exportSignatures: ReadonlyMap<string, Signature>;
    /** Which basic blocks its instances have executed; undefined unless that was asked for. */
    readonly blocks?: BlockCoverage | undefined;
    /** Custom sections by name, e.g. `icp:public candid:service`. */
    readonly customSections: ReadonlyMap<string, Uint8Array>;
    /**
     * A new instance on fresh memory. Active segments are applied; the start function has not run (see `start`).
     * `ic0` holds one host function per imported name; more are ignored, a missing one throws `MissingImportError`.
     * Throws `WasmTrapError` when an active segment does not fit or the initial memory exceeds the heap limit.
     *
     * With `kept` (an upgrade that keeps the Wasm heap, or a snapshot that is loaded), memory starts as a copy of it and
     * active data segments are not applied; globals and tables are new.
     */
    instantiate(
        ic0: Readonly<Record<string, HostFunction>>, limits: InstanceLimits, kept?: HeapContent
    ): CanisterInstance;
    /**
     * A new instance that equals `original`, an instance of this module between executions: heap, globals, dropped
     * segments. It cannot be undone to before that. Cost: the heap.
     */
    copy(
        ic0: Readonly<Record<string, HostFunction>>, limits: InstanceLimits, original: CanisterInstance
    ): CanisterInstance;
}

/** Basic blocks of a module, numbered in the order of its code, and which of them were executed by any instance of it. */
export interface BlockCoverage {
    readonly count: number;
    /** A byte for each block: 1 when it was executed since `clear`. A copy. */
    executed(): Uint8Array;
    clear(): void;
}

/** A Wasm heap that can be copied, e.g. an instance's committed one. */
export interface HeapContent {
    heapBytes(): number;
    read(offset: number, length: number): Uint8Array;
}

/** The value of a global: its bits as an unsigned number. */
export interface GlobalValue {
    readonly type: 'i32' | 'i64' | 'f32' | 'f64' | 'v128';
    readonly bits: bigint;
}

export type HostFunction = (...args: never[]) => number | bigint | void;

export interface InstanceLimits {
    /** Heap limit of the tool, in bytes; a multiple of 65,536. memory.grow beyond it returns -1. */
    readonly heapBytesMax: number;
    /** Nested Wasm calls allowed before the execution traps with `stack overflow`. */
    readonly callDepthMax: number;
    /**
     * Limit of the undo stack in bytes; the default is 2 GiB. A commit beyond it throws `UndoLimitError` and can be
     * aborted.
     */
    readonly undoBytesMax?: number;
}

export interface CanisterInstance extends HeapContent {
    readonly module: PreparedModule;

    /** Start of one execution, which ends with exactly one `commit` or `abort`. `stepsMax` is the metering limit. */
    begin(stepsMax: number): void;
    /** Runs an exported function of type () -> (). Throws `WasmTrapError`, or whatever a host function threw. */
    call(exportName: string): void;
    /** Runs the module's start function if it has one. */
    start(): void;
    /**
     * Calls table entry `index` with `env` (callbacks). Throws `WasmTrapError` `table out of bounds` when there is no
     * such function.
     */
    callTable(index: bigint, env: bigint): void;
    /**
     * Steps since `begin`, at most the limit, and those that `spend` charged. Metering `unit`: entries of functions that are not
     * tiny, loop iterations, 32 for every 512 instructions of code between them, one for every 64
     * bytes of a memory.fill, copy or init, and 32 for a memory.grow. Metering `instructions`: the IC's instructions.
     */
    stepsUsed(): number;
    /** Charges steps for work of the host. Throws `WasmTrapError` `instruction limit` when they exceed the limit. */
    spend(steps: number): void;

    /**
     * Heap bytes as they are now; not to be changed, because who reads the same has the same array. Bounds are those of the
     * virtual memory size; out of bounds throws `WasmTrapError` `heap out of bounds`.
     */
    read(offset: number, length: number): Uint8Array;
    /** Writes heap bytes, as part of the running execution. */
    write(offset: number, bytes: Uint8Array): void;
    /** Virtual memory size in bytes. */
    heapBytes(): number;

    /** Values of the mutable globals, in module order. */
    globals(): GlobalValue[];
    /**
     * Gives a new instance the globals of a snapshot; cannot be undone. Returns false, and does nothing, when number or
     * types are not those of the module.
     */
    setGlobals(values: readonly GlobalValue[]): boolean;

    /** Whether the tool's heap limit refused a memory.grow of this execution that the IC would have granted. */
    heapLimitHit(): boolean;

    /** Makes the execution's changes permanent and pushes what undoes them. Returns true when anything changed. */
    commit(): boolean;
    /** Undoes everything since `begin`. */
    abort(): void;
    /** Height of the undo stack, for `undoTo`. Grows with each commit that changed something. */
    undoHeight(): number;
    /**
     * Undoes commits until the undo stack has the given height again. Cost: proportional to what those commits changed.
     */
    undoTo(height: number): void;
    /** Forgets how to undo: what is committed stays. */
    forget(): void;

    /**
     * Feeds heap (up to the virtual size), memory size, globals and dropped-segment flags to `update`, in a fixed
     * order.
     */
    digest(update: (bytes: Uint8Array) => void): void;
}
