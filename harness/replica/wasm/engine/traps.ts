/** Which trap an exception out of Wasm was. */
import type { TrapKind } from '../contract.ts';
import { WasmTrapError } from '../errors.ts';
import { LimitReached } from '../rewrite/control.ts';

/**
 * V8's texts (`src/common/message-template.h`, kTrap...). A text that is not listed gives `unknown`, and a test lists
 * them all.
 */
const V8_TEXTS: readonly (readonly [RegExp, TrapKind])[] = [
    [/^unreachable$/, 'unreachable'],
    [/memory access out of bounds|data segment is out of bounds/, 'heap out of bounds'],
    [/divide by zero|remainder by zero/, 'integer division by 0'],
    [/divide result unrepresentable|float unrepresentable in integer range/, 'integer overflow'],
    [/table index is out of bounds|table access out of bounds|element segment/, 'table out of bounds'],
    [/null function or function signature mismatch/, 'indirect call']
];

/** What V8 calls a trap of our own counters. */
const OF_COUNTERS = /divide by zero/;
/** Traps of our own counters. */
const BY_LIMIT: ReadonlyMap<number, TrapKind> = new Map([
    [LimitReached.steps, 'instruction limit'],
    [LimitReached.depth, 'stack overflow']
]);

/**
 * The error to throw for `thrown`: a `WasmTrapError` when it is a trap, else `thrown` itself, which a host function
 * threw. `limitReached` is what the instance's function of this name says. Names are compared, not classes: tests run
 * in another realm.
 */
export function trapError(thrown: unknown, limitReached: number, growRefused: boolean): unknown {
    const error: object = typeof thrown === 'object' && thrown !== null ? thrown : {};
    const { name, message } = error as { name?: unknown; message?: unknown };
    if (name === 'RangeError' && message === 'Maximum call stack size exceeded') {
        return new WasmTrapError('stack overflow', thrown);
    }
    if (name !== 'RuntimeError') {
        return thrown;
    }
    // A flag may be set already where an instruction of the canister's own traps before anything looks at it. Of divisions by zero it
    // cannot be told whose they are: then the limit is said.
    const byLimit = OF_COUNTERS.test(String(message)) ? BY_LIMIT.get(limitReached) : undefined;
    const kind = byLimit ?? V8_TEXTS.find(([text]) => text.test(String(message)))?.[1] ?? 'unknown';
    // Allocators answer a refused growth with unreachable: then the tool's limit is the cause, which users must be
    // told.
    return new WasmTrapError(kind === 'unreachable' && growRefused ? 'heap limit' : kind, thrown);
}
