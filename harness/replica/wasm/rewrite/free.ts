/**
 * Functions that are too small to be counted, as a step (metering by units) or as a nested call: constants, fields, and those that
 * pass their arguments on, which compilers make many of. What runs away does so in a loop, or in functions that call each other.
 */
import { Immediate, IMMEDIATES } from '../binary/opcodes.ts';
import { typeOfFunction } from '../decode/shape.ts';
import type { ByteRange, ModuleShape } from '../decode/shape.ts';
import { CodeCursor } from './cursor.ts';

/** Most instructions of a free function with all that it calls and is free; most locals that it has, parameters included. */
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
    const candidates = new Map<number, Candidate>();
    for (const [index, body] of shape.bodies.entries()) {
        if (body.end - body.start <= BYTES_MAX && !entries.has(first + index)) {
            const params = typeOfFunction(shape, first + index)?.params.length ?? Infinity;
            const candidate = candidateOf(cursor, body, params, first);
            if (candidate !== undefined) candidates.set(index, candidate);
        }
    }
    return settled(candidates, shape.bodies.length);
}

/** Each function is settled after those that it calls; what is never settled calls itself. Linear in the number of calls. */
function settled(candidates: ReadonlyMap<number, Candidate>, functions: number): Uint8Array {
    const callers = new Map<number, number[]>();
    const unsettled = new Map<number, number>();
    const ready: number[] = [];
    for (const [index, { calls }] of candidates) {
        const waitedFor = calls.filter(callee => candidates.has(callee));
        for (const callee of waitedFor) {
            const known = callers.get(callee);
            if (known === undefined) callers.set(callee, [index]);
            else known.push(index);
        }
        unsettled.set(index, waitedFor.length);
        if (waitedFor.length === 0) ready.push(index);
    }
    const free = new Uint8Array(functions);
    const costs = new Map<number, number>();
    // It grows while it is gone through.
    for (const index of ready) {
        const { instructions, calls } = candidates.get(index) as Candidate;
        const cost = calls.reduce((sum, callee) => sum + (costs.get(callee) ?? 0), instructions);
        if (cost <= INSTRUCTIONS_MAX) {
            costs.set(index, cost);
            free[index] = 1;
        }
        for (const caller of callers.get(index) ?? []) {
            const left = (unsettled.get(caller) as number) - 1;
            unsettled.set(caller, left);
            if (left === 0) ready.push(caller);
        }
    }
    return free;
}

/** Undefined for a function that is counted in any case. Calls are those of functions behind `first`, which are defined. */
function candidateOf(
    cursor: CodeCursor,
    { start, end }: ByteRange,
    params: number,
    first: number
): Candidate | undefined {
    cursor.reset(start, end);
    let locals = params;
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
/** A callback that traps at a table without having taken a step is told as one that does not exist. */
const TABLE_GET = 0x25;

/** Passes over an instruction; returns the function that it calls, `NO_CALL`, or `REFUSED` for one that free functions do not have. */
function passed(cursor: CodeCursor): number {
    const opcode = cursor.u8();
    if (opcode === TABLE_GET) return REFUSED;
    switch (IMMEDIATES[opcode]) {
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
