/**
 * The reference engine: full copies of heap and state at every commit, exact memory sizes, no write barrier. Slow and
 * simple: the fast engine is tested against it.
 */
import { Buffer } from 'node:buffer';
import { WasmEngineError } from '../errors.ts';
import { WASM_PAGE_BYTES } from '../rewrite/layout.ts';
import { BaseInstance } from './base.ts';
import type { InstanceParts } from './base.ts';
import type { RunningModule } from './running.ts';

interface Snapshot {
    readonly heap: Uint8Array;
    readonly state: Uint8Array;
}

export interface ReferenceParts extends InstanceParts {
    readonly run: (heap: WebAssembly.Memory) => RunningModule;
    readonly createHeap: (pages: number) => WebAssembly.Memory;
    /** Whether active data segments are applied. */
    readonly fresh: boolean;
}

export class ReferenceInstance extends BaseInstance {
    protected override current: RunningModule;
    readonly #parts: ReferenceParts;
    #committed: Snapshot;
    /** What each commit replaced, the latest last. */
    #undo: Snapshot[] = [];

    constructor(parts: ReferenceParts) {
        super(parts);
        this.#parts = parts;
        this.current = parts.run(this.heap);
        this.#committed = this.#snapshot();
        if (parts.fresh) {
            this.applyData();
        }
    }

    override heapBytes(): number {
        return this.heapView().length;
    }

    override write(offset: number, bytes: Uint8Array): void {
        this.expectExecuting(true);
        this.checkRange(offset, bytes.length);
        this.heapView().set(bytes, offset);
    }

    override commit(): boolean {
        this.expectExecuting(true);
        this.executing = false;
        const now = this.#snapshot();
        const changed = !equal(now.heap, this.#committed.heap) || !equal(now.state, this.#committed.state);
        if (changed) {
            this.#undo.push(this.#committed);
            this.#committed = now;
        }
        return changed;
    }

    override abort(): void {
        this.expectExecuting(true);
        this.executing = false;
        this.#restore(this.#committed);
    }

    override undoHeight(): number {
        return this.#undo.length;
    }

    override undoTo(height: number): void {
        this.expectExecuting(false);
        const snapshot = this.#undo[height];
        if (snapshot !== undefined) {
            this.#undo.length = height;
            this.#restore(snapshot);
        } else if (height !== this.#undo.length) {
            throw new WasmEngineError(`no undo height ${height}`);
        }
    }

    override forget(): void {
        this.#undo = [];
    }

    #snapshot(): Snapshot {
        this.current.spill();
        const { current, stateBytes } = this.layout;
        return { heap: this.heapView().slice(), state: this.sideBytes().slice(current, current + stateBytes) };
    }

    #restore(snapshot: Snapshot): void {
        this.#committed = snapshot;
        if (snapshot.heap.length !== this.heapView().length) {
            // Memory cannot shrink: a smaller one takes its place, in a new instance.
            this.replaceHeap(this.#parts.createHeap(snapshot.heap.length / WASM_PAGE_BYTES));
            this.current = this.#parts.run(this.heap);
        }
        this.heapView().set(snapshot.heap);
        this.sideBytes().set(snapshot.state, this.layout.current);
        this.sideBytes().set(snapshot.state, this.layout.committed);
        this.current.reload();
    }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
    return Buffer.compare(a, b) === 0;
}
