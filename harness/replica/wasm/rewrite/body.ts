/**
 * Rewrites function bodies: one pass, copying what stays and inserting metering, call depth, the write barrier and
 * checks.
 *
 * Metering is in `meter.ts`. Call depth is counted by every function that calls a
 * defined function; one that does not cannot recurse, and leaving it out changes the depth of any stack by at most one. Those that
 * only pass on are left out too (`free.ts`): their frames are small, and at most a few are between two that count.
 */
import { call, VOID } from '../binary/assembler.ts';
import { s32, u32 } from '../binary/encode.ts';
import {
    ACCESS_BYTES, FIRST_LOAD, FIRST_STORE, Immediate, IMMEDIATES, refusedName, STORED_TYPES
} from '../binary/opcodes.ts';
import { valueTypeName } from '../binary/types.ts';
import { ByteWriter } from '../binary/writer.ts';
import { typeOfFunction } from '../decode/shape.ts';
import type { ByteRange, FunctionType } from '../decode/shape.ts';
import { InvalidModuleError } from '../errors.ts';
import { AccessChecks } from './access.ts';
import { BlockMarks } from './blocks.ts';
import { CounterCode } from './counters.ts';
import { CodeCursor } from './cursor.ts';
import { freeFunctions } from './free.ts';
import { Meter } from './meter.ts';
import { canonicalise } from './nan.ts';
import { AccessRewriter } from './operands.ts';
import type { RewritePlan } from './plan.ts';
import { rewriteBulk } from './bulk.ts';
import { rewriteSimd } from './simd.ts';
import { ScratchLocals } from './scratch.ts';
import { virtualPages } from './state.ts';

/**
 * A frame of a function with many locals is large: it counts as one call more for this many (2^10) of them, at most 16
 * KiB each time, so that 10,000 fit into the 256 MiB of an exploring thread (`test/frames.test.ts`). What a function
 * leaves on the operand stack across a call is not weighed: from some 26 KiB of it on, which no compiler makes, the
 * thread's stack ends first, and a line of the report says so.
 */
const LOCALS_PER_DEPTH_SHIFT = 10;

/**
 * The block that a body which counts nested calls becomes, with the results of the function, so that every way out of it passes the
 * end, where the count goes down again; its labels keep their numbers, since the block takes the place of the function's.
 */
function blockAround(plan: RewritePlan, results: Uint8Array): readonly number[] {
    return [
        0x02,
        ...results.length === 0 ? [VOID]
        : results.length === 1 ? [results[0] as number]
        : s32(plan.typeIndex([], [...results]))
    ];
}

/** Rewrites the bodies of one module in the flavour of the plan. Reused for all functions, so that buffers are. */
export class BodyRewriter {
    readonly plan: RewritePlan;
    readonly cursor: CodeCursor;
    readonly scratch = new ScratchLocals();
    /** Code of the current body. */
    readonly out = new ByteWriter(65_536);
    readonly accesses: AccessRewriter;
    readonly meter: Meter;
    /** Absent where nobody asked which blocks are executed. */
    readonly blocks: BlockMarks | undefined;
    readonly #counters: CounterCode;
    /** Functions that count neither as a step nor as a nested call. */
    readonly #free: Uint8Array;
    /** Whether the current body calls a defined function. */
    #calls = false;
    /** Index of the current body among those of the module. */
    #function = 0;
    /** Open blocks in the current body. */
    #nesting = 0;

    constructor(plan: RewritePlan) {
        this.plan = plan;
        this.cursor = new CodeCursor(plan.shape.bytes);
        const checks = new AccessChecks(plan, this.out);
        this.accesses = new AccessRewriter(plan, this.cursor, this.out, this.scratch, checks);
        this.#counters = new CounterCode(plan.globals.counters);
        this.#free = freeFunctions(plan.shape);
        this.meter = new Meter(plan, this.out, this.scratch, this.#counters);
        this.blocks = plan.marksBlocks ? new BlockMarks(this.out) : undefined;
    }

    /**
     * Appends the rewritten body with this index, with its size, to `target`. Throws `InvalidModuleError` naming a refused instruction.
     */
    rewrite(index: number, type: FunctionType, body: ByteRange, target: ByteWriter): void {
        const { cursor, out, meter, plan } = this;
        this.#function = index;
        cursor.reset(body.start, body.end);
        const groups = cursor.index();
        const groupsStart = cursor.pos;
        const locals = type.params.length + this.#skipLocals(groups);
        const codeStart = cursor.pos;
        this.scratch.reset(locals);
        out.length = 0;
        this.#calls = false;
        this.#nesting = 0;
        this.accesses.reset(codeStart, body);
        meter.reset();
        const first = this.blocks?.entry() ?? [];
        this.#code();
        meter.end();
        this.accesses.flush(body.end);
        const free = this.#free[index] === 1;
        const calls = this.#calls && !free ? 1 + ((type.params.length + locals) >> LOCALS_PER_DEPTH_SHIFT) : 0;
        const entry = free && plan.metering === 'unit' ? [] : meter.entry(calls);
        const enter = calls > 0 ? blockAround(plan, type.results) : [];
        const leave = calls > 0 ? this.#counters.leave(calls) : [];
        const added = this.scratch.types();
        const head = u32(groups + added.length);
        const declared = head.length + codeStart - groupsStart + 2 * added.length;
        target.u32(declared + entry.length + first.length + enter.length + out.length + leave.length);
        target.all(head);
        target.range(plan.shape.bytes, groupsStart, codeStart);
        for (const local of added) {
            target.u8(1);
            target.u8(local);
        }
        target.all(entry);
        target.all(first);
        target.all(enter);
        target.range(out.bytes, 0, out.length);
        target.all(leave);
    }

    /** Passes over the groups of local declarations; returns how many locals they declare. */
    #skipLocals(groups: number): number {
        let count = 0;
        for (let i = 0; i < groups; i++) {
            count += this.cursor.index();
            const type = this.cursor.u8();
            if (valueTypeName(type) === undefined) {
                throw new InvalidModuleError(`unsupported type 0x${type.toString(16)} of a local`, this.cursor.pos - 1);
            }
        }
        return count;
    }

    #code(): void {
        const { cursor, accesses, meter, blocks, plan } = this;
        const { weights, ends, longCode } = meter;
        const { bytes, end } = cursor;
        while (cursor.pos < end) {
            const start = cursor.pos;
            const opcode = bytes[cursor.pos++] as number;
            const kind = IMMEDIATES[opcode] as number;
            meter.cost += weights[opcode] as number;
            switch (kind) {
                case Immediate.none:
                    accesses.instruction(opcode);
                    break;
                case Immediate.localGet:
                    accesses.localGet(start, cursor.index());
                    break;
                case Immediate.localTee:
                    accesses.localTee(cursor.index());
                    break;
                case Immediate.localSet:
                    accesses.localSet(cursor.index());
                    break;
                case Immediate.i32Const:
                case Immediate.i64Const:
                    cursor.skipLeb();
                    // Addresses of 64 bits are hardly ever constants.
                    accesses.constant(start, kind === Immediate.i32Const && plan.width === 32);
                    break;
                case Immediate.index:
                    cursor.skipLeb();
                    accesses.instruction(opcode);
                    break;
                case Immediate.load:
                    accesses.load(start, ACCESS_BYTES[opcode - FIRST_LOAD] as number);
                    break;
                case Immediate.store:
                    accesses.store(
                        start, ACCESS_BYTES[opcode - FIRST_LOAD] as number, STORED_TYPES[opcode - FIRST_STORE] as number
                    );
                    break;
                default:
                    this.#control(kind, opcode, start);
                    accesses.instruction(opcode);
            }
            if (ends[opcode] === 1) {
                meter.end();
                accesses.flush(cursor.pos);
                accesses.inserted();
                meter.begin(false);
            } else if (meter.cost >= longCode && cursor.pos < end) {
                accesses.flush(cursor.pos);
                accesses.inserted();
                meter.long();
            }
            if (blocks?.beginsAfter(opcode) === true && cursor.pos < end) {
                accesses.flush(cursor.pos);
                accesses.inserted();
                blocks.begin();
            }
        }
    }

    #control(kind: number, opcode: number, start: number): void {
        const { cursor } = this;
        switch (kind) {
            case Immediate.blockType:
                this.#blockType(opcode, start);
                this.#nesting++;
                this.accesses.open(false);
                break;
            case Immediate.loop:
                this.#blockType(opcode, start);
                this.#nesting++;
                this.meter.end();
                this.accesses.flush(cursor.pos);
                this.accesses.open(true);
                this.meter.begin(true);
                this.blocks?.begin();
                break;
            case Immediate.else:
                this.accesses.otherwise();
                break;
            case Immediate.end:
                this.#nesting--;
                this.accesses.close();
                break;
            case Immediate.return:
                // To the outermost label: the function, or the block that counts depth.
                this.accesses.replace(start, [0x0c, u32(this.#nesting)]);
                break;
            case Immediate.call:
                this.#call(cursor.index(), start);
                break;
            case Immediate.callIndirect:
                this.#callIndirect(cursor.index(), start);
                break;
            default:
                this.#rare(kind, opcode, start);
        }
    }

    #call(index: number, start: number): void {
        const { plan, cursor } = this;
        this.#called(typeOfFunction(plan.shape, index), 0);
        if (index >= plan.shape.imports.length) {
            this.#calls = true;
        } else if (index === plan.counterImport) {
            plan.noteCounter({
                caller: this.#function, argument: this.accesses.lastPush, call: start, next: cursor.pos
            });
        }
        const other = plan.part?.call(index);
        if (other !== undefined) this.accesses.replace(start, other);
    }

    #callIndirect(type: number, start: number): void {
        const { plan, cursor } = this;
        this.#called(plan.shape.types[type], 1);
        const table = cursor.index();
        this.#calls = true;
        const types = plan.part?.types;
        if (types !== undefined) this.accesses.replace(start, [0x11, u32(types[type] ?? type), u32(table)]);
    }

    /** Value types are negative and have one byte, like none. */
    #blockType(opcode: number, start: number): void {
        const { plan, cursor } = this;
        const types = plan.part?.types;
        if (types === undefined || ((cursor.bytes[cursor.pos] as number) & 0xc0) === 0x40) {
            cursor.skipLeb();
        } else {
            const type = cursor.index();
            this.accesses.replace(start, [opcode, s32(types[type] ?? type)]);
        }
    }

    /** A call of a function of this type takes so many operands more. */
    #called(type: FunctionType | undefined, more: number): void {
        this.accesses.called((type?.params.length ?? Infinity) + more, type?.results.length ?? 0);
    }

    #rare(kind: number, opcode: number, start: number): void {
        const { cursor, accesses } = this;
        switch (kind) {
            case Immediate.brTable:
                for (let labels = cursor.index() + 1; labels > 0; labels--) {
                    cursor.skipLeb();
                }
                break;
            case Immediate.selectTypes:
                cursor.skip(cursor.index());
                break;
            case Immediate.f32Arithmetic:
                canonicalise(this, 'f32');
                break;
            case Immediate.f64Arithmetic:
                canonicalise(this, 'f64');
                break;
            case Immediate.f32Const:
                cursor.skip(4);
                break;
            case Immediate.f64Const:
                cursor.skip(8);
                break;
            case Immediate.refNull:
                cursor.skip(1);
                break;
            case Immediate.memorySize:
                cursor.memoryIndex();
                if (this.plan.flavour === 'strict') {
                    accesses.replace(start, [virtualPages(this.plan), this.plan.pointer.fromI64]);
                }
                break;
            case Immediate.memoryGrow:
                cursor.memoryIndex();
                accesses.replace(start, call(this.plan.helper('grow')));
                break;
            case Immediate.prefixFc:
                rewriteBulk(this, start);
                break;
            case Immediate.prefixFd:
                rewriteSimd(this, start);
                break;
            default:
                throw new InvalidModuleError(`unsupported instruction ${refusedName(opcode)}`, start);
        }
    }
}
