/**
 * The fast engine: marked blocks from the write barrier, a shadow copy, and an undo stack, all handled by the companion
 * module.
 */
import { UndoLimitError, WasmEngineError } from '../errors.ts';
import { BLOCK_BYTES, BLOCK_MARKS, Control, WASM_PAGE_BYTES } from '../rewrite/layout.ts';
import { BaseInstance } from './base.ts';
import type { InstanceParts } from './base.ts';
import { runCompanion } from './companion.ts';
import type { Companion } from './companion.ts';
import { CommitResult } from './companion-acts.ts';
import type { RunningModule } from './running.ts';

export interface FastParts extends InstanceParts {
    /** Instantiates one of the two flavours on the memories of this instance. */
    readonly run: (flavour: 'marking' | 'strict') => RunningModule;
    /** As large as the heap and as empty. Between executions: equal to the heap. */
    readonly shadow: WebAssembly.Memory;
    readonly companion: WebAssembly.Module;
    /** Whether active data segments are applied. */
    readonly fresh: boolean;
}

export class FastInstance extends BaseInstance {
    protected override current: RunningModule;
    readonly #parts: FastParts;
    readonly #companion: Companion;
    readonly #marking: RunningModule;
    /** The marks memory never grows. */
    readonly #marks: Uint8Array;
    /** Made when first needed: most canisters never undo a growth of memory. */
    #strict: RunningModule | undefined;

    constructor(parts: FastParts) {
        super(parts);
        this.#parts = parts;
        this.#companion = runCompanion(parts.companion, parts);
        this.#marks = new Uint8Array(parts.marks.buffer);
        this.#marking = parts.run('marking');
        this.current = this.#marking;
        if (parts.fresh) {
            this.applyData();
        }
    }

    override heapBytes(): number {
        return this.current === this.#marking ? this.heapView().length : this.current.heapBytes();
    }

    override write(offset: number, bytes: Uint8Array): void {
        this.expectExecuting(true);
        this.checkRange(offset, bytes.length);
        if (bytes.length > 0) {
            this.put(offset, bytes);
            this.#mark(offset, offset + bytes.length - 1, BLOCK_BYTES, BLOCK_MARKS);
            this.#mark(offset, offset + bytes.length - 1, WASM_PAGE_BYTES, 0);
        }
    }

    /** Marks every unit of heap from byte `first` to byte `last`. */
    #mark(first: number, last: number, unit: number, marks: number): void {
        const end = marks + Math.floor(last / unit);
        for (let at = marks + Math.floor(first / unit); at <= end; at++) {
            this.#marks[at] = 1;
        }
    }

    override commit(): boolean {
        this.expectExecuting(true);
        this.current.spill();
        const result = this.#companion.commit();
        if (result === CommitResult.outOfRoom) {
            throw new UndoLimitError(this.undoBytesMax);
        }
        this.executing = false;
        if (this.current !== this.#marking) {
            this.#reload();
        }
        return result === CommitResult.changed;
    }

    override abort(): void {
        this.expectExecuting(true);
        this.executing = false;
        this.#companion.abort();
        this.#reload();
    }

    override undoHeight(): number {
        return this.control(Control.undoTop) - this.layout.undoBase;
    }

    override undoTo(height: number): void {
        this.expectExecuting(false);
        if (!(height >= 0 && height <= this.undoHeight())) {
            throw new WasmEngineError(`no undo height ${height}`);
        }
        if (height < this.undoHeight()) {
            this.#companion.undo(this.layout.undoBase + height);
            this.#reload();
        }
    }

    override forget(): void {
        this.setControl(Control.undoTop, this.layout.undoBase);
    }

    /**
     * Loads the committed state into the flavour that must run next: `strict` exactly while the real memory, which
     * cannot shrink, is larger than the virtual one.
     */
    #reload(): void {
        const tail = this.current.reload();
        if (tail !== 0 && this.current === this.#marking) {
            this.#strict ??= this.#parts.run('strict');
            this.current = this.#strict;
            this.current.reload();
        } else if (tail === 0 && this.current !== this.#marking) {
            this.current = this.#marking;
            this.current.reload();
        }
    }
}
