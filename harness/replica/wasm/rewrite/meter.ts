/**
 * Code that counts. Two ways (`Metering`):
 *
 * - `unit`: one step a function entry (but see `free.ts`) and one a loop header, and some for long code between them, so that code
 *   without loops is not free: the cheapest count that ends what runs away.
 * - `instructions`: as production does it (ic-semantics 9): the weights of a basic block are charged where the block
 *   begins; the counter is compared with 0 at function entries and loop headers only, so that a limit ends an execution
 *   at the same instruction everywhere, at most a path without loops beyond it. A call ends no block. A function costs
 *   1 by itself.
 */
import { globalGet, globalSet, I64_ADD, I64_CONST, i64Const, localGet, localTee } from '../binary/assembler.ts';
import { flatten } from '../binary/encode.ts';
import type { Code } from '../binary/encode.ts';
import { I64 } from '../binary/types.ts';
import type { ByteWriter } from '../binary/writer.ts';
import { STEPS_SHIFT, stepsOf, trapAtLimit } from './counters.ts';
import type { CounterCode } from './counters.ts';
import type { RewritePlan } from './plan.ts';
import type { ScratchLocals } from './scratch.ts';
import { BLOCK_ENDS, FC_WEIGHTS, SIMD_WEIGHTS, WEIGHTS } from './weights.ts';

/** Unit mode: text of a function that costs as many steps more, wherever it stands; a step stands for some 16 instructions. */
const LONG_CODE = 512;
const LONG_CODE_STEPS = 32;

/** A signed LEB128 constant of fixed length, since costs are known when their block ends: up to 2^34, shifted. */
const COST_BYTES = 8;

/** The open block is that of the function entry. */
const ENTRY = -1;

const bytes = (code: Code): Uint8Array => Uint8Array.from(flatten(code));
const NO_WEIGHTS = new Uint16Array(256).fill(1);
const NO_ENDS = new Uint8Array(256);
/** Zero in as many bytes as other costs. */
const COST_ZERO = Array.from({ length: COST_BYTES }, (_, index) => (index < COST_BYTES - 1 ? 0x80 : 0));

/** Writes the constant at `position`. */
function setCost(code: Uint8Array, position: number, cost: number): void {
    let rest = cost * 2 ** STEPS_SHIFT;
    for (let index = 0; index < COST_BYTES - 1; index++) {
        code[position + index] = (rest % 128) | 0x80;
        rest = Math.floor(rest / 128);
    }
    code[position + COST_BYTES - 1] = rest;
}

/** Counting code of the function that is being rewritten, written to `out` as the rewriter meets its instructions. */
export class Meter {
    /** Weights by opcode byte, and which opcodes end a block. */
    readonly weights: Uint16Array;
    readonly ends: Uint8Array;
    /** Unit mode: `cost` at which `long` is due. */
    readonly longCode: number;
    /** Weight of the open block so far. */
    cost = 0;
    readonly #fc: Uint16Array;
    readonly #simd: Uint16Array;
    readonly #exact: boolean;
    readonly #out: ByteWriter;
    readonly #scratch: ScratchLocals;
    /** Charges without a look at the limit, and with one by the local that they need; where their constant is. */
    readonly #charge: Uint8Array;
    readonly #byLocal = new Map<number, Uint8Array>();
    readonly #constant: Code;
    readonly #counters: number;
    /** Steps of the function entry; known when the first block ended. */
    #entrySteps = 0;
    readonly #constantAt: number;
    readonly #long: Uint8Array;
    readonly #code: CounterCode;
    /** Where the charge of the open block is in `out`. */
    #chargeAt = ENTRY;
    #loop = false;

    constructor(
        { metering, width, globals: { counters } }: RewritePlan,
        out: ByteWriter,
        scratch: ScratchLocals,
        code: CounterCode
    ) {
        this.#out = out;
        this.#scratch = scratch;
        this.#code = code;
        this.#counters = counters;
        this.#exact = metering === 'instructions';
        this.weights = this.#exact ? WEIGHTS[width] : NO_WEIGHTS;
        this.ends = this.#exact ? BLOCK_ENDS : NO_ENDS;
        this.longCode = this.#exact ? Infinity : LONG_CODE;
        this.#fc = this.#exact ? FC_WEIGHTS : new Uint16Array(18);
        this.#simd = this.#exact ? SIMD_WEIGHTS[width] : new Uint16Array(256);
        const constant: Code = this.#exact ? [I64_CONST, ...COST_ZERO] : i64Const(stepsOf(1));
        const charge: Code = [globalGet(counters), constant, I64_ADD, globalSet(counters)];
        this.#charge = bytes(charge);
        this.#constant = constant;
        this.#constantAt = flatten(globalGet(counters)).length + 1;
        this.#long = bytes([globalGet(counters), i64Const(stepsOf(LONG_CODE_STEPS)), I64_ADD, globalSet(counters)]);
    }

    /** A function begins; its scratch locals have been reset. */
    reset(): void {
        this.#chargeAt = ENTRY;
        this.#loop = false;
        this.#entrySteps = 1;
        this.cost = this.#exact ? 1 : 0;
    }

    /** What stands before a body that was rewritten and counts for so many nested calls. */
    entry(calls: number): Uint8Array {
        return this.#code.checked(this.#entrySteps, calls, this.#local());
    }

    #local(): number {
        return this.#scratch.local('counters', I64);
    }

    /** The charge of a loop header. What is left stays in a local for the look, or V8 would load it again from the global. */
    #checked(): Uint8Array {
        const local = this.#local();
        let code = this.#byLocal.get(local);
        if (code === undefined) {
            code = bytes([
                globalGet(this.#counters), this.#constant, I64_ADD, localTee(local), globalSet(this.#counters),
                trapAtLimit(localGet(local), false)
            ]);
            this.#byLocal.set(local, code);
        }
        return code;
    }

    /** Adds the weight of an instruction with the prefix 0xfc or 0xfd. */
    fc(opcode: number): void {
        this.cost += this.#fc[opcode] ?? 1;
    }

    simd(opcode: number): void {
        this.cost += this.#simd[opcode] ?? 1;
    }

    /**
     * The open block ends here. Must be called before the code of the instruction that ends it is written: of a block that weighs
     * nothing, nothing was written either, and its charge is taken back.
     */
    end(): void {
        const { cost } = this;
        this.cost = 0;
        if (!this.#exact) {
            return;
        }
        if (this.#chargeAt === ENTRY) {
            this.#entrySteps = cost;
        } else if (cost === 0 && !this.#loop && this.#out.length === this.#chargeAt + this.#charge.length) {
            this.#out.length = this.#chargeAt;
        } else {
            setCost(this.#out.bytes, this.#chargeAt + this.#constantAt, cost);
        }
    }

    /** The next block begins, in a loop header or elsewhere; everything before it is written. */
    begin(loop: boolean): void {
        this.#chargeAt = this.#out.length;
        this.#loop = loop;
        this.#out.all(loop ? this.#checked() : this.#charge);
    }

    /** Unit mode: `longCode` instructions were copied since the last charge. */
    long(): void {
        this.cost = 0;
        this.#out.all(this.#long);
    }
}
