/** What both engines do alike: running functions, counting steps, reading the heap. */
import { valueTypeBytes, valueTypeName } from '../binary/types.ts';
import type { CanisterInstance, GlobalValue, InstanceLimits, PreparedModule } from '../contract.ts';
import { WasmEngineError, WasmTrapError } from '../errors.ts';
import { DEPTH_MAX, STEPS_MAX } from '../rewrite/counters.ts';
import { Control } from '../rewrite/layout.ts';
import type { SideLayout } from '../rewrite/layout.ts';
import type { RunningModule } from './running.ts';
import { SHARED_BYTES_MAX, SharedBytes } from './shared-bytes.ts';
import { trapError } from './traps.ts';

/** Up to so many bytes, which is what most names, principals and arguments have, a loop is faster than a call into V8. */
const SHORT = 48;
const UNDO_BYTES_MAX = 2 ** 31;
/** A 32-bit memory of whole pages, whose size must fit in a control word. */
const SIDE_BYTES_MAX = 2 ** 32 - 65_536;

/** Memories that an instance starts with; the reference engine replaces the heap when it undoes a growth. */
export interface InstanceParts {
    readonly module: PreparedModule;
    readonly layout: SideLayout;
    readonly limits: InstanceLimits;
    /** The smaller of the module's and the tool's limit, in Wasm pages. */
    readonly pagesMax: number;
    readonly heap: WebAssembly.Memory;
    readonly side: WebAssembly.Memory;
    readonly marks: WebAssembly.Memory;
    /** Whether the module has a table of functions, which callbacks are called through. */
    readonly hasCallbacks: boolean;
}

export abstract class BaseInstance implements CanisterInstance {
    readonly module: PreparedModule;
    protected readonly layout: SideLayout;
    protected readonly side: WebAssembly.Memory;
    protected readonly undoBytesMax: number;
    protected heap: WebAssembly.Memory;
    /** The V8 instance that runs next. */
    protected abstract current: RunningModule;
    /** Between `begin` and `commit` or `abort`. */
    protected executing = false;
    readonly #hasCallbacks: boolean;
    #stepsMax = 0;
    #heapView: Uint8Array;
    #heapWords: DataView;
    readonly #shared = new SharedBytes();
    #sideBytes: Uint8Array;
    #sideWords: Uint32Array;

    constructor({ module, layout, limits, pagesMax, heap, side, hasCallbacks }: InstanceParts) {
        this.module = module;
        this.layout = layout;
        this.heap = heap;
        this.side = side;
        this.#hasCallbacks = hasCallbacks;
        this.#heapView = new Uint8Array(heap.buffer);
        this.#heapWords = new DataView(heap.buffer);
        this.#sideBytes = new Uint8Array(side.buffer);
        this.#sideWords = new Uint32Array(side.buffer);
        this.undoBytesMax = limits.undoBytesMax ?? UNDO_BYTES_MAX;
        this.setControl(Control.undoTop, layout.undoBase);
        this.setControl(Control.pagesMax, pagesMax);
        this.setControl(Control.callDepthMax, Math.min(limits.callDepthMax, DEPTH_MAX));
        this.setControl(Control.sideBytesMax, Math.min(layout.undoBase + this.undoBytesMax, SIDE_BYTES_MAX));
    }

    begin(stepsMax: number): void {
        this.expectExecuting(false);
        this.executing = true;
        this.#stepsMax = Math.min(stepsMax, STEPS_MAX);
        this.current.begin(this.#stepsMax);
    }

    call(exportName: string): void {
        const target = this.current.functions.get(exportName);
        if (target === undefined) {
            throw new WasmEngineError(`the module exports no function ${exportName} of type () -> ()`);
        }
        this.#run(target);
    }

    start(): void {
        if (this.current.start !== undefined) {
            this.#run(this.current.start);
        }
    }

    callTable(index: bigint, env: bigint): void {
        const { callTable } = this.current;
        if (!this.#hasCallbacks) {
            throw new WasmTrapError('table out of bounds');
        }
        this.#run(() => callTable(index, env));
    }

    stepsUsed(): number {
        return this.#stepsMax - Math.max(0, this.current.stepsLeft());
    }

    spend(steps: number): void {
        if (this.current.spend(steps) < 0) {
            throw new WasmTrapError('instruction limit');
        }
    }

    heapLimitHit(): boolean {
        return this.control(Control.growRefused) !== 0;
    }

    read(offset: number, length: number): Uint8Array {
        this.checkRange(offset, length);
        const heap = this.heapView();
        return length > SHARED_BYTES_MAX
            ? heap.slice(offset, offset + length)
            : this.#shared.of(heap, this.#heapWords, offset, length);
    }

    /** Puts bytes into the heap; the caller has checked the range. */
    protected put(offset: number, bytes: Uint8Array): void {
        const heap = this.heapView();
        if (bytes.length > SHORT) {
            heap.set(bytes, offset);
            return;
        }
        for (let at = 0; at < bytes.length; at++) {
            heap[offset + at] = bytes[at] as number;
        }
    }

    globals(): GlobalValue[] {
        this.current.spill();
        const { globals, current } = this.layout;
        return globals.map(({ type, offset }) => ({
            type: valueTypeName(type) as GlobalValue['type'],
            bits: bitsOf(this.sideBytes().subarray(current + offset, current + offset + valueTypeBytes(type)))
        }));
    }

    setGlobals(values: readonly GlobalValue[]): boolean {
        const { globals, committed, current } = this.layout;
        if (
            values.length !== globals.length ||
            !globals.every(({ type }, index) => valueTypeName(type) === values[index]?.type)
        ) {
            return false;
        }
        for (const [index, { type, offset }] of globals.entries()) {
            const bytes = bytesOf(values[index]?.bits ?? 0n, valueTypeBytes(type));
            this.sideBytes().set(bytes, current + offset);
            this.sideBytes().set(bytes, committed + offset);
        }
        this.current.reload();
        this.begin(0);
        this.commit();
        this.forget();
        return true;
    }

    digest(update: (bytes: Uint8Array) => void): void {
        this.current.spill();
        update(this.sideBytes().subarray(this.layout.current, this.layout.current + this.layout.stateBytes));
        update(this.heapView().subarray(0, this.heapBytes()));
    }

    /** Makes globals and dropped segments those of another instance of the same module, whose heap this one has already. */
    adoptState(original: BaseInstance): void {
        const { current, committed } = this.layout;
        const state = original.state();
        this.begin(0);
        this.sideBytes().set(state, current);
        this.sideBytes().set(state, committed);
        this.current.reload();
        this.commit();
        this.forget();
    }

    protected state(): Uint8Array {
        this.current.spill();
        return this.sideBytes().slice(this.layout.current, this.layout.current + this.layout.stateBytes);
    }

    abstract heapBytes(): number;
    abstract write(offset: number, bytes: Uint8Array): void;
    abstract commit(): boolean;
    abstract abort(): void;
    abstract undoHeight(): number;
    abstract undoTo(height: number): void;
    abstract forget(): void;

    /** Applies active data segments as a commit that cannot be undone. Throws `WasmTrapError` when one does not fit. */
    protected applyData(): void {
        this.begin(0);
        this.#run(this.current.applyData);
        this.commit();
        this.forget();
    }

    protected expectExecuting(expected: boolean): void {
        if (this.executing !== expected) {
            throw new WasmEngineError(expected ? 'no execution was begun' : 'the previous execution was not ended');
        }
    }

    /** Throws `WasmTrapError` unless the range is within the virtual memory size. */
    protected checkRange(offset: number, length: number): void {
        // Negated, so that NaN fails too.
        if (!(offset >= 0 && length >= 0 && offset + length <= this.heapBytes())) {
            throw new WasmTrapError('heap out of bounds');
        }
    }

    // Views are cached because `memory.buffer` is a call into V8; growth detaches them, which makes them empty.

    protected heapView(): Uint8Array {
        if (this.#heapView.length === 0) {
            this.#viewHeap();
        }
        return this.#heapView;
    }

    protected replaceHeap(heap: WebAssembly.Memory): void {
        this.heap = heap;
        this.#viewHeap();
    }

    #viewHeap(): void {
        this.#heapView = new Uint8Array(this.heap.buffer);
        this.#heapWords = new DataView(this.heap.buffer);
    }

    protected sideBytes(): Uint8Array {
        if (this.#sideBytes.length === 0) {
            this.#sideBytes = new Uint8Array(this.side.buffer);
        }
        return this.#sideBytes;
    }

    protected sideWords(): Uint32Array {
        if (this.#sideWords.length === 0) {
            this.#sideWords = new Uint32Array(this.side.buffer);
        }
        return this.#sideWords;
    }

    protected control(offset: number): number {
        return this.sideWords()[offset >>> 2] as number;
    }

    protected setControl(offset: number, value: number): void {
        this.sideWords()[offset >>> 2] = value;
    }

    /** Runs Wasm. Traps become `WasmTrapError`; what a host function threw passes through. */
    #run(target: () => void): void {
        const { stackTraceLimit } = Error;
        // Traps are ordinary outcomes here, and capturing stacks doubles the cost of those that host functions throw.
        // Who raised the limit over Node's default of 10 wants stacks.
        if (stackTraceLimit <= 10) {
            Error.stackTraceLimit = 0;
        }
        try {
            target();
        } catch (thrown) {
            throw trapError(thrown, this.current.limitReached(), this.heapLimitHit());
        } finally {
            Error.stackTraceLimit = stackTraceLimit;
        }
    }
}

function bitsOf(bytes: Uint8Array): bigint {
    return bytes.reduceRight((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
}

function bytesOf(bits: bigint, length: number): Uint8Array {
    return Uint8Array.from({ length }, (_, at) => Number((bits >> BigInt(8 * at)) & 0xffn));
}
