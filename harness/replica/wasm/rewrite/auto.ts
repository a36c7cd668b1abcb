/**
 * Metering `auto`: the IC's instructions where a canister can see them, units elsewhere, since instructions cost time. Imports do
 * not tell: the runtimes of Motoko and Azle always ask the counter, for themselves, and throw the answer away.
 */
import { Buffer } from 'node:buffer';
import { I32_CONST } from '../binary/assembler.ts';
import type { Metering } from '../contract.ts';
import type { ModuleShape } from '../decode/shape.ts';

/** Custom section of what moc made. */
const MOTOKO = ['icp:private motoko:compiler', 'icp:public motoko:compiler'];
/** How the JavaScript of an Azle canister reaches the System API, and how it reads the counter; bundling drops what is not used. */
const AZLE = '_azleIc';
const AZLE_COUNTER = '.performanceCounter';

/** What the code does with `ic0.performance_counter`: does not call it, only as Motoko's runtime does, or otherwise. */
export type CounterUse = 'none' | 'runtime' | 'any';

/** A call of `ic0.performance_counter` in the code. */
export interface CounterCall {
    /** Index of the function among those that the module defines. */
    readonly caller: number;
    /** Positions of the instruction before the call, when it is local.get or a constant, else -1, and of the call. */
    readonly argument: number;
    readonly call: number;
    /** Position of the instruction after the call. */
    readonly next: number;
}

/** What follows a call in code that moc adds to methods: global.get, global.set, i64.add, call; or two times local.set. */
const RUNTIME_NEXT = [0x23, 0x24, 0x7c, 0x10];
const LOCAL_SET = 0x21;

/** Whether two instructions at `position`, the first with an index below 128, are both local.set. */
function setsTwoLocals(code: Uint8Array, position: number): boolean {
    return code[position] === LOCAL_SET && code[position + 2] === LOCAL_SET;
}

/**
 * Whether a call looks like one of Motoko's runtime, which measures its garbage collector: asks for counter 0, and stands in the
 * functions behind those of the actor, which are in Rust and come last, or keeps the answer in a global. The library's
 * `performanceCounter` passes what it is given, and what an actor measures itself goes to a local.
 */
export function likeMotokoRuntime(code: Uint8Array, call: CounterCall, lastOfActor: number): boolean {
    const at = call.argument;
    const zero = at === call.call - 2 && code[at] === I32_CONST && code[at + 1] === 0;
    const like = RUNTIME_NEXT.includes(code[call.next] ?? 0) || setsTwoLocals(code, call.next);
    return zero && (call.caller > lastOfActor || like);
}

/** Index of the last function that is an entry point of the canister, among those that the module defines. */
export function lastEntry({ exports, imports }: ModuleShape): number {
    const entries = exports.filter(({ name, kind }) => kind === 0 && name.startsWith('canister_'));
    return entries.reduce((last, { index }) => Math.max(last, index - imports.length), -1);
}

/** Whether moc made a module. */
export function isMotoko({ customSections }: ModuleShape): boolean {
    return customSections.some(({ name }) => MOTOKO.includes(name));
}

/** The metering of a module, from what its code does. Anything that is of neither language means what it calls. */
export function automaticMetering(shape: ModuleShape, use: CounterUse): Metering {
    if (use === 'none') {
        return 'unit';
    }
    if (isMotoko(shape)) {
        return use === 'any' ? 'instructions' : 'unit';
    }
    const { bytes } = shape;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return text.includes(AZLE) && !text.includes(AZLE_COUNTER) ? 'unit' : 'instructions';
}
