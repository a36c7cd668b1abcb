/**
 * Functions that are too small to be counted, as a step (metering by units) or as a nested call: constants, fields, and those that
 * pass their arguments on, which compilers make many of. What runs away does so in a loop, or in functions that call each other.
 */
import { Immediate, IMMEDIATES } from '../binary/opcodes.ts';
import { scanBody } from '../decode/scan.ts';
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

/** A callback that traps at a table without having taken a step is told as one that does not exist. */
const TABLE_GET = 0x25;

/** What free functions are made of, beside calls: no loops, nothing whose cost or way depends on a number. */
const FREE: ReadonlySet<number | undefined> = new Set([
    Immediate.none, Immediate.else, Immediate.end, Immediate.return, Immediate.f32Arithmetic, Immediate.f64Arithmetic,
    Immediate.index, Immediate.localGet, Immediate.localSet, Immediate.localTee, Immediate.blockType,
    Immediate.i32Const, Immediate.i64Const, Immediate.f32Const, Immediate.f64Const, Immediate.load, Immediate.store
]);

/** Undefined for a function that is counted in any case. Calls are those of functions behind `first`, which are defined. */
function candidateOf(cursor: CodeCursor, body: ByteRange, params: number, first: number): Candidate | undefined {
    cursor.reset(body.start, body.end);
    let locals = params;
    for (let groups = cursor.index(); groups > 0; groups--) {
        locals += cursor.index();
        cursor.skip(1);
    }
    if (locals > LOCALS_MAX) return undefined;
    const calls: number[] = [];
    let [instructions, free] = [0, true];
    scanBody(cursor.bytes, body, 0, (_body, opcode, _after, at) => {
        const kind = IMMEDIATES[opcode];
        instructions++;
        if (kind === Immediate.call) {
            cursor.reset(at + 1, body.end);
            const callee = cursor.index();
            if (callee >= first) calls.push(callee - first);
        } else if (opcode === TABLE_GET || !FREE.has(kind)) {
            free = false;
        }
    });
    return free && instructions <= INSTRUCTIONS_MAX ? { instructions, calls } : undefined;
}
