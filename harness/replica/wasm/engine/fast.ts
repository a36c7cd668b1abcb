/**
 * The fast engine: marked blocks from the write barrier, a shadow copy, and an undo stack, all handled by the companion
 * module.
 */
import { UndoLimitError, WasmEngineError } from '../errors.ts';
import {
    BLOCK_BYTES, BLOCK_MARKS, Control, FLAT_PAGES_MAX, FLAT_PAGES_MAX_64, WASM_PAGE_BYTES
} from '../rewrite/layout.ts';
import type { Flavour } from '../rewrite/plan.ts';
import { BaseInstance } from './base.ts';
import type { InstanceParts } from './base.ts';
import { runCompanion } from './companion.ts';
import type { Companion } from './companion.ts';
import { CommitResult } from './companion-acts.ts';
import type { RunningModule } from './running.ts';

type MarkingFlavour = Exclude<Flavour, 'plain'>;

export interface FastParts extends InstanceParts {
    /** Instantiates one of the flavours on the memories of this instance. */
    readonly run: (flavour: MarkingFlavour) => RunningModule;
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
    /** The marks memory never grows. */
    readonly #marks: Uint8Array;
    /** Made when first needed: most canisters are small, and never undo a growth of memory. */
    readonly #running = new Map<MarkingFlavour, RunningModule>();
    /** What `current` is. */
    #flavour: MarkingFlavour;

    constructor(parts: FastParts) {
        super(parts);
        this.#parts = parts;
        this.#companion = runCompanion(parts.companion, parts);
        this.#marks = new Uint8Array(parts.marks.buffer);
        this.#flavour = this.#flavourOf(0);
        this.current = this.#run(this.#flavour);
        if (parts.fresh) {
            this.applyData();
        }
    }

    override heapBytes(): number {
        return this.#flavour === 'strict' ? this.current.heapBytes() : this.heapView().length;
    }

    override write(offset: number, bytes: Uint8Array): void {
        this.expectExecuting(true);
        this.checkRange(offset, bytes.length);
        if (bytes.length > 0) {
            this.put(offset, bytes);
            this.#mark(offset, offset + bytes.length - 1, BLOCK_BYTES, BLOCK_MARKS);
            if (this.#flavour !== 'marking') this.#mark(offset, offset + bytes.length - 1, WASM_PAGE_BYTES, 0);
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
        const result = this.#companion.commit(this.#paged());
        if (result === CommitResult.outOfRoom) {
            throw new UndoLimitError(this.undoBytesMax);
        }
        this.executing = false;
        // Growth may have ended the excess of the real memory, or made the heap a large one.
        if (this.#flavour !== this.#flavourOf(0)) this.#reload();
        return result === CommitResult.changed;
    }

    override abort(): void {
        this.expectExecuting(true);
        this.executing = false;
        this.#companion.abort(this.#paged());
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

    /** Whether the running flavour marks pages, for the companion. */
    #paged(): number {
        return this.#flavour === 'marking' ? 0 : 1;
    }

    /** What must run next, when the real memory, which cannot shrink, exceeds the virtual one by so many pages. */
    #flavourOf(tail: number): MarkingFlavour {
        if (tail !== 0) return 'strict';
        const flatMax = this.module.memoryWidth === 64 ? FLAT_PAGES_MAX_64 : FLAT_PAGES_MAX;
        return this.heapView().length > flatMax * WASM_PAGE_BYTES ? 'paged' : 'marking';
    }

    #run(flavour: MarkingFlavour): RunningModule {
        const known = this.#running.get(flavour) ?? this.#parts.run(flavour);
        this.#running.set(flavour, known);
        return known;
    }

    /** Loads the committed state into the flavour that must run next. */
    #reload(): void {
        const flavour = this.#flavourOf(this.current.reload());
        if (flavour !== this.#flavour) {
            this.#flavour = flavour;
            this.current = this.#run(flavour);
            this.current.reload();
        }
    }
}
