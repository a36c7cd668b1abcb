/** Copies code and puts checks before memory accesses, without temporary locals where the operands are simple. */
import { flatten } from '../binary/encode.ts';
import type { Code } from '../binary/encode.ts';
import type { ByteWriter } from '../binary/writer.ts';
import type { AccessChecks } from './access.ts';
import type { CodeCursor } from './cursor.ts';
import { REACH_BYTES } from './layout.ts';
import type { RewritePlan } from './plan.ts';
import type { ScratchLocals } from './scratch.ts';

const NONE = -1;

/**
 * Remembers the last two instructions. When the last one only pushes a local or a constant, checks on the address of a
 * store can stand before it, with the address on top of the stack; when the one before it left a local there, that
 * local is the address.
 */
export class AccessRewriter {
    readonly #plan: RewritePlan;
    readonly #cursor: CodeCursor;
    readonly #out: ByteWriter;
    readonly #scratch: ScratchLocals;
    readonly #checks: AccessChecks;
    /** Original code before this position was emitted. */
    #copied = 0;
    /** Start of the last instruction when it is local.get or a constant, or NONE. */
    #pushStart = NONE;
    /** The local whose value the last instruction (local.get or local.tee) left on top of the stack, or NONE. */
    #topLocal = NONE;
    /** `#topLocal` before the last instruction. */
    #belowLocal = NONE;
    /**
     * Strict flavour: how far behind the address in a local memory is known to reach, on every path to this place. The
     * virtual size never shrinks within an execution, so that only a new value of the local ends it.
     */
    readonly #reach = new Map<number, number>();
    /**
     * From which offset behind the address in a local on memory is marked, on every path to this place: a store that ends at
     * most `REACH_BYTES` behind it needs no mark. Marks stay until the execution ends.
     */
    readonly #marked = new Map<number, number>();

    constructor(
        plan: RewritePlan, cursor: CodeCursor, out: ByteWriter, scratch: ScratchLocals, checks: AccessChecks
    ) {
        this.#plan = plan;
        this.#cursor = cursor;
        this.#out = out;
        this.#scratch = scratch;
        this.#checks = checks;
    }

    /** Start of the last instruction when it is local.get or a constant, else -1. */
    get lastPush(): number {
        return this.#pushStart;
    }

    /** Starts over with code that begins at `start`. */
    reset(start: number): void {
        this.#copied = start;
        this.other();
        this.forget();
    }

    /** Emits the original code up to `position`. */
    flush(position: number): void {
        this.#out.range(this.#cursor.bytes, this.#copied, position);
        this.#copied = position;
    }

    /** Emits `code` in place of the instruction from `start` to the cursor. */
    replace(start: number, code: Code): void {
        this.flush(start);
        this.#out.all(flatten(code));
        this.#copied = this.#cursor.pos;
    }

    /** The last instruction was local.get. */
    localGet(start: number, index: number): void {
        this.#belowLocal = this.#topLocal;
        this.#topLocal = index;
        this.#pushStart = start;
    }

    /** The last instruction was local.tee. */
    localTee(index: number): void {
        this.other();
        this.#topLocal = index;
        this.#assigned(index);
    }

    /** The last instruction was local.set. */
    localSet(index: number): void {
        this.other();
        this.#assigned(index);
    }

    /** Other paths lead here: the start of a loop, an `else`, an `end`. */
    forget(): void {
        if (this.#reach.size > 0) {
            this.#reach.clear();
        }
        if (this.#marked.size > 0) {
            this.#marked.clear();
        }
    }

    /** A local has another value now. */
    #assigned(index: number): void {
        this.#reach.delete(index);
        this.#marked.delete(index);
    }

    /** The last instruction was a constant. */
    constant(start: number): void {
        this.#belowLocal = this.#topLocal;
        this.#topLocal = NONE;
        this.#pushStart = start;
    }

    /** The last instruction was any other. */
    other(): void {
        this.#topLocal = NONE;
        this.#belowLocal = NONE;
        this.#pushStart = NONE;
    }

    /** A load with the address on top of the stack; the cursor is before its immediates. */
    load(start: number, size: number): void {
        const offset = this.#cursor.memoryOffset();
        if (this.#checks.checksLoads && !this.#reaches(this.#topLocal, offset + size)) {
            this.flush(start);
            this.#checks.load(this.#addressOnTop(this.#topLocal), offset, size);
        }
        this.other();
    }

    /** A store of a value of `type`; the cursor is before its immediates. */
    store(start: number, size: number, type: number): void {
        const offset = this.#cursor.memoryOffset();
        if (this.#checks.checksStores) {
            const local = this.#pushStart === NONE ? NONE : this.#belowLocal;
            const inBounds = !this.#checks.checksLoads || this.#reaches(local, offset + size);
            const marked = this.#isMarked(local, offset, size);
            if (!inBounds || !marked) {
                this.#beneathValue(start, type, address => {
                    if (!inBounds) {
                        this.#checks.load(address, offset, size);
                    }
                    if (!marked) {
                        this.#checks.store(address, offset);
                    }
                });
            }
        }
        this.other();
    }

    /** A lane load, whose address is beneath a vector; the cursor is before its immediates. */
    loadBeneath(start: number, size: number, type: number): void {
        const offset = this.#cursor.memoryOffset();
        if (this.#checks.checksLoads) {
            this.#beneathValue(start, type, address => this.#checks.load(address, offset, size));
        }
        this.other();
    }

    /** The local that has the address on top of the stack; copies it to a temporary one when there is none. */
    #addressOnTop(known: number): number {
        if (known !== NONE) {
            return known;
        }
        const local = this.#scratch.local('address', this.#plan.pointer.type);
        this.#out.u8(0x22);
        this.#out.u32(local);
        return local;
    }

    /** Whether `end` bytes behind the address in a local are known to be in bounds; from now on they are. */
    #reaches(local: number, end: number): boolean {
        if (local === NONE || (this.#reach.get(local) ?? 0) >= end) {
            return local !== NONE;
        }
        this.#reach.set(local, end);
        return false;
    }

    /** Whether a store needs no mark; if it does, it is marked from now on. */
    #isMarked(local: number, offset: number, size: number): boolean {
        const from = this.#marked.get(local);
        if (from !== undefined && from <= offset && offset + size <= from + REACH_BYTES) {
            return true;
        }
        if (local !== NONE) {
            this.#marked.set(local, offset);
        }
        return false;
    }

    #beneathValue(start: number, type: number, check: (address: number) => void): void {
        if (this.#pushStart !== NONE) {
            this.flush(this.#pushStart);
            check(this.#addressOnTop(this.#belowLocal));
            return;
        }
        this.flush(start);
        const value = this.#scratch.local(`value ${type}`, type);
        this.#out.u8(0x21);
        this.#out.u32(value);
        check(this.#addressOnTop(NONE));
        this.#out.u8(0x20);
        this.#out.u32(value);
    }
}
