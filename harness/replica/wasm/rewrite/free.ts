/**
 * Functions that are too small to be counted, as a step (metering by units) or as a nested call: constants, fields, and those that
 * pass their arguments on, which compilers make many of. What runs away does so in a loop, or in functions that call each other.
 */
import { Immediate, IMMEDIATES } from '../binary/opcodes.ts';
import type { ByteRange, ModuleShape } from '../decode/shape.ts';
import { CodeCursor } from './cursor.ts';

/** Most instructions of a free function with all that it calls and is free; most locals that it declares. */
const INSTRUCTIONS_MAX = 16;
const LOCALS_MAX = 16;
/** Longer ones are not looked at. */
const BYTES_MAX = 6 * INSTRUCTIONS_MAX;

/** A function that may be free, if those that it calls are free or counted. */
interface Candidate {
    readonly instructions: number;
    /** Defined functions that it calls, as often as it does. */
    readonly calls: readonly number[];
}

/**
 * 1 for each defined function that is free: without loops, indirect calls and instructions that cost more the more they do. Exported
 * ones are counted, so that what users call is never free; a callback may be. No function is free that can come back to itself through
 * free ones.
 */
export function freeFunctions(shape: ModuleShape): Uint8Array {
    const first = shape.imports.length;
    const entries = new Set([shape.start, ...shape.exports.filter(({ kind }) => kind === 0).map(({ index }) => index)]);
    const cursor = new CodeCursor(shape.bytes);
    const waiting = new Map<number, Candidate>();
    for (const [index, body] of shape.bodies.entries()) {
        if (body.end - body.start <= BYTES_MAX && !entries.has(first + index)) {
            const candidate = candidateOf(cursor, body, first);
            if (candidate !== undefined) waiting.set(index, candidate);
        }
    }
    const free = new Uint8Array(shape.bodies.length);
    const costs = new Map<number, number>();
    // Each call costs an instruction, so what is not settled after so many passes is too long, or calls itself.
    for (let pass = 0; pass < INSTRUCTIONS_MAX; pass++) {
        for (const [index, { instructions, calls }] of waiting) {
            if (calls.some(callee => waiting.has(callee))) continue;
            const cost = calls.reduce((sum, callee) => sum + (costs.get(callee) ?? 0), instructions);
            waiting.delete(index);
            if (cost <= INSTRUCTIONS_MAX) {
                costs.set(index, cost);
                free[index] = 1;
            }
        }
    }
    return free;
}

/** Undefined for a function that is counted in any case. Calls are those of functions behind `first`, which are defined. */
function candidateOf(cursor: CodeCursor, { start, end }: ByteRange, first: number): Candidate | undefined {
    cursor.reset(start, end);
    let locals = 0;
    for (let groups = cursor.index(); groups > 0; groups--) {
        locals += cursor.index();
        cursor.skip(1);
    }
    const calls: number[] = [];
    let instructions = 0;
    while (cursor.pos < end) {
        const callee = passed(cursor);
        if (callee === REFUSED) return undefined;
        if (callee >= first) calls.push(callee - first);
        instructions++;
    }
    return locals <= LOCALS_MAX && instructions <= INSTRUCTIONS_MAX ? { instructions, calls } : undefined;
}

const NO_CALL = -1;
const REFUSED = -2;

/** Passes over an instruction; returns the function that it calls, `NO_CALL`, or `REFUSED` for one that free functions do not have. */
function passed(cursor: CodeCursor): number {
    switch (IMMEDIATES[cursor.u8()]) {
        case Immediate.call:
            return cursor.index();
        case Immediate.none:
        case Immediate.else:
        case Immediate.end:
        case Immediate.return:
        case Immediate.f32Arithmetic:
        case Immediate.f64Arithmetic:
            return NO_CALL;
        case Immediate.index:
        case Immediate.localGet:
        case Immediate.localSet:
        case Immediate.localTee:
        case Immediate.blockType:
        case Immediate.i32Const:
        case Immediate.i64Const:
            cursor.skipLeb();
            return NO_CALL;
        case Immediate.load:
        case Immediate.store:
            cursor.memoryOffset();
            return NO_CALL;
        case Immediate.f32Const:
            cursor.skip(4);
            return NO_CALL;
        case Immediate.f64Const:
            cursor.skip(8);
            return NO_CALL;
        default:
            return REFUSED;
    }
}
