/**
 * One global for steps and nested calls, so that entering a function is one addition and one look. Both count upwards, from where
 * exactly so many are left until their flag is set:
 *
 *     steps flag | steps: 42 bits | depth flag | depth: 20 bits
 *
 * In this order what a function entry adds and takes away fits into 32 bits, as processors want constants.
 * A flag ends an execution before its counter could run into the other one: a step adds little, and what adds much is held back.
 */
import {
    DROP, END, globalGet, globalSet, I32_DIV_U, I64_ADD, I64_AND, I64_EQZ, I64_GE_S, I64_SUB, i32Const, i64Const,
    localGet, localTee
} from '../binary/assembler.ts';
import { flatten } from '../binary/encode.ts';
import type { Code } from '../binary/encode.ts';

const STEPS_BITS = 42n;
const DEPTH_BITS = 20n;

/** More steps, or nested calls, than this cannot be allowed: weeks, and more than any stack holds. */
export const STEPS_MAX = 2 ** Number(STEPS_BITS) - 1;
export const DEPTH_MAX = 2 ** Number(DEPTH_BITS) - 1;

export const DEPTH_FLAG = 1n << DEPTH_BITS;
/** How far steps are shifted. */
export const STEPS_SHIFT = Number(DEPTH_BITS) + 1;
const STEPS_FLAG = 1n << 63n;
/** So many steps as the counters have them. */
export const stepsOf = (steps: number): bigint => BigInt(steps) << BigInt(STEPS_SHIFT);

const bytes = (code: Code): Uint8Array => Uint8Array.from(flatten(code));

/**
 * Traps when nothing is left of the steps that are counted in `value`, and of nested calls where it counts those too: as a division by
 * zero, which the host tells by the flags. V8 leaves out a division that nobody uses but keeps its trap, one jump that is never taken;
 * around an `unreachable` it jumps each time.
 */
export const trapAtLimit = (value: Code, countsCalls: boolean): Code => [
    i32Const(0), value,
    countsCalls ? [i64Const(STEPS_FLAG | DEPTH_FLAG), I64_AND, I64_EQZ] : [i64Const(0), I64_GE_S],
    I32_DIV_U, DROP
];

/** Pieces of code on the counters of one module; each is made once. */
export class CounterCode {
    readonly #global: number;
    readonly #made = new Map<string, Uint8Array>();

    constructor(global: number) {
        this.#global = global;
    }

    /** Charges steps and nested calls, and looks whether that was too much. The local, an i64, spares V8 a second load. */
    checked(steps: number, calls: number, local: number): Uint8Array {
        return this.#piece(`checked ${steps} ${calls} ${local}`, () => [
            globalGet(this.#global), i64Const(stepsOf(steps) + BigInt(calls)), I64_ADD,
            localTee(local), globalSet(this.#global),
            trapAtLimit(localGet(local), calls > 0)
        ]);
    }

    /** The end of a body with such a charge: of the block around it, which every way out passes. */
    leave(calls: number): Uint8Array {
        return this.#piece(`leave ${calls}`, () => [
            globalGet(this.#global), i64Const(calls), I64_SUB, globalSet(this.#global), END
        ]);
    }

    #piece(key: string, code: () => Code): Uint8Array {
        let piece = this.#made.get(key);
        if (piece === undefined) {
            piece = bytes(code());
            this.#made.set(key, piece);
        }
        return piece;
    }
}
