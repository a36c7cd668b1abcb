/** Copies code and puts checks before memory accesses, without temporary locals where the operands are simple. */
import { flatten } from '../binary/encode.ts';
import type { Code } from '../binary/encode.ts';
import type { ByteWriter } from '../binary/writer.ts';
import type { AccessChecks } from './access.ts';
import type { ByteRange } from '../decode/shape.ts';
import type { CodeCursor } from './cursor.ts';
import { lastAssignments } from './assignments.ts';
import { ABSOLUTE, Facts } from './facts.ts';
import { REACH_BYTES } from './layout.ts';
import { addressOf, constantValue, isConstant, OperandStack, UNKNOWN } from './operand-stack.ts';
import type { RewritePlan } from './plan.ts';
import type { ScratchLocals } from './scratch.ts';

const NONE = -1;

/** Marks stand at multiples of this, so that stores near each other find the same one. */
const MARK_GRID = REACH_BYTES / 2;

/**
 * Where to mark for a store of `size` bytes at `start` behind its base: as near to the base as the mark still reaches. The base is
 * in bounds when the store is, since addresses do not wrap around.
 */
function markFrom(start: number, size: number): number {
    return start + size <= REACH_BYTES ? 0 : start - (start % MARK_GRID);
}

/**
 * Remembers which operands are copies of locals or constants. Checks on such an address stand right before the access. When it is
 * none, and the last instruction only pushes a local or a constant, checks on the address of a store can stand before that, with the
 * address on top of the stack.
 */
export class AccessRewriter {
    readonly #plan: RewritePlan;
    readonly #cursor: CodeCursor;
    readonly #out: ByteWriter;
    readonly #scratch: ScratchLocals;
    readonly #checks: AccessChecks;
    readonly #operands = new OperandStack();
    #body: ByteRange = { start: 0, end: 0 };
    /** Where locals of the body are last assigned; made when a loop is the first to ask. */
    #assignments: ReadonlyMap<number, number> | undefined;
    /** Whether a local is never assigned from here on. */
    readonly #keeps = (local: number): boolean => {
        this.#assignments ??= lastAssignments(this.#cursor.bytes, this.#body);
        return (this.#assignments.get(local) ?? 0) < this.#cursor.pos;
    };
    /** Original code before this position was emitted. */
    #copied = 0;
    /** Start of the last instruction when it is local.get or a constant, or NONE. */
    #pushStart = NONE;
    /**
     * Strict flavour: how far behind an address memory is known to reach. The virtual size never shrinks within an execution.
     */
    readonly #reach = new Facts();
    /**
     * From which offset behind an address on memory is marked: a store that ends at most `REACH_BYTES` behind it needs no mark. Marks
     * stay until the execution ends.
     */
    readonly #marked = new Facts();

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

    /** Starts over with a body whose code begins at `start`. */
    reset(start: number, body: ByteRange): void {
        this.#body = body;
        this.#assignments = undefined;
        this.#copied = start;
        this.#pushStart = NONE;
        this.#operands.clear();
        this.#reach.reset();
        this.#marked.reset();
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
        this.#operands.push(index);
        this.#pushStart = start;
    }

    /** The last instruction was local.tee. */
    localTee(index: number): void {
        this.localSet(index);
        this.#operands.push(index);
    }

    /** The last instruction was local.set. */
    localSet(index: number): void {
        this.#pushStart = NONE;
        this.#operands.pop(1);
        this.#operands.assigned(index);
        this.#reach.assigned(index);
        this.#marked.assigned(index);
    }

    /** A block, an `if` or a loop begins. */
    open(isLoop: boolean): void {
        for (const facts of [this.#reach, this.#marked]) {
            if (isLoop) facts.openLoop(this.#keeps);
            else facts.open();
        }
    }

    /** An `else`. */
    otherwise(): void {
        this.#reach.otherwise();
        this.#marked.otherwise();
    }

    /** An `end`. */
    close(): void {
        this.#reach.close();
        this.#marked.close();
    }

    /** The last instruction was an i32.const (or i64.const), between `start` and the cursor. */
    constant(start: number, isAddress: boolean): void {
        this.#operands.push(isAddress ? this.#constantAt(start + 1) : UNKNOWN);
        this.#pushStart = start;
    }

    /** The last instruction was any other. */
    instruction(opcode: number): void {
        this.#operands.instruction(opcode);
        this.#pushStart = NONE;
    }

    /** The last instruction was a call, which takes and gives so many operands. */
    called(taken: number, given: number): void {
        this.#operands.replace(taken, given);
    }

    /** Code was inserted after the last instruction. */
    inserted(): void {
        this.#pushStart = NONE;
    }

    /** A load with the address on top of the stack; the cursor is before its immediates. */
    load(start: number, size: number): void {
        const offset = this.#cursor.memoryOffset();
        const address = this.#operands.at(0);
        if (this.#checks.checksLoads && !this.#reaches(address, offset + size)) {
            this.flush(start);
            this.#checks.load(this.#addressOnTop(address), offset, size);
        }
        this.#operands.replace(1, 1);
        this.#pushStart = NONE;
    }

    /** A store of a value of `type`; the cursor is before its immediates. */
    store(start: number, size: number, type: number): void {
        const offset = this.#cursor.memoryOffset();
        if (this.#checks.checksStores) {
            const known = this.#operands.at(1);
            const inBounds = !this.#checks.checksLoads || this.#reaches(known, offset + size);
            const from = markFrom(isConstant(known) ? addressOf(known) + offset : offset, size);
            const marked = this.#isMarked(known, from, offset, size);
            if (!inBounds || !marked) {
                this.#beneathValue(start, type, known, address => {
                    if (!inBounds) {
                        this.#checks.load(address, offset, size);
                    }
                    if (!marked) {
                        this.#checks.store(address, from);
                    }
                });
            }
        }
        this.#operands.replace(2, 0);
        this.#pushStart = NONE;
    }

    /** A lane load, whose address is beneath a vector; the cursor is before its immediates. */
    loadBeneath(start: number, size: number, type: number): void {
        const offset = this.#cursor.memoryOffset();
        if (this.#checks.checksLoads) {
            this.#beneathValue(start, type, UNKNOWN, address => this.#checks.load(address, offset, size));
        }
    }

    /** A signed LEB128 number of 32 bits, as an unsigned one. */
    #constantAt(position: number): number {
        let result = 0;
        for (let shift = 0; ; shift += 7) {
            const byte = this.#cursor.bytes[position++] as number;
            result |= (byte & 0x7f) << shift;
            if (byte < 0x80) {
                const sign = shift < 25 && (byte & 0x40) !== 0 ? -1 << (shift + 7) : 0;
                return constantValue((result | sign) >>> 0);
            }
        }
    }

    /** The value of the address on top of the stack: a temporary local when it is none that is known. */
    #addressOnTop(known: number): number {
        if (known !== UNKNOWN) {
            return known;
        }
        const local = this.#scratch.local('address', this.#plan.pointer.type);
        this.#out.u8(0x22);
        this.#out.u32(local);
        return local;
    }

    /** Whether `end` bytes behind an address are known to be in bounds; from now on they are. */
    #reaches(address: number, end: number): boolean {
        if (address === UNKNOWN) return false;
        const base = isConstant(address) ? ABSOLUTE : address;
        const reached = end + (isConstant(address) ? addressOf(address) : 0);
        if (this.#reach.holds(base, reached, Infinity)) return true;
        this.#reach.add(base, reached);
        return false;
    }

    /** Whether a store needs no mark; if it does, memory is marked `from` there on. */
    #isMarked(address: number, from: number, offset: number, size: number): boolean {
        if (address === UNKNOWN) return false;
        const base = isConstant(address) ? ABSOLUTE : address;
        const start = offset + (isConstant(address) ? addressOf(address) : 0);
        if (this.#marked.holds(base, start + size - REACH_BYTES, start)) return true;
        this.#marked.add(base, from);
        return false;
    }

    /** Emits checks of an address beneath a value, which is on top of the stack. */
    #beneathValue(start: number, type: number, known: number, check: (address: number) => void): void {
        if (known !== UNKNOWN) {
            this.flush(start);
            check(known);
            return;
        }
        if (this.#pushStart !== NONE) {
            this.flush(this.#pushStart);
            check(this.#addressOnTop(UNKNOWN));
            return;
        }
        this.flush(start);
        const value = this.#scratch.local(`value ${type}`, type);
        this.#out.u8(0x21);
        this.#out.u32(value);
        check(this.#addressOnTop(UNKNOWN));
        this.#out.u8(0x20);
        this.#out.u32(value);
    }
}
