/** What a module defines besides code: data segments, globals, the number of functions, its memory (ic-semantics 1.1, 1.3). */
import { PAGES_MAX, valueTypeName } from '../wasm/index.ts';
import type { DataSegment, ModuleShape } from '../wasm/index.ts';
import { InvalidCodeError, invalidSection, overLimit } from './errors.ts';

const FUNCTIONS_MAX = 50_000;
const GLOBALS_MAX = 1_000;
const GLOBAL_TYPES: ReadonlySet<string | undefined> = new Set(['i32', 'i64', 'f32', 'f64', 'v128']);
const CONSTANT = { 32: 0x41, 64: 0x42 } as const;
const END = 0x0b;

/** Throws `InvalidCodeError` unless the offset of every active data segment is a single constant. */
export function checkData({ bytes, data, memory }: ModuleShape): void {
    const width = memory?.width ?? 32;
    for (const { offset } of data) {
        if (offset !== undefined && !isConstant(bytes, offset, CONSTANT[width])) {
            const code = Array.from(bytes.subarray(offset.start, offset.end - 1), (byte) => hex(byte)).join(' ');
            const detail = `Invalid offset expression in data segment for ${width}bit memory: ${code}`;
            throw invalidSection('data', detail);
        }
    }
}

function isConstant(bytes: Uint8Array, { start, end }: NonNullable<DataSegment['offset']>, opcode: number): boolean {
    let last = start + 1;
    while ((bytes[last] ?? 0) >= 0x80) {
        last++;
    }
    return bytes[start] === opcode && last === end - 2 && bytes[end - 1] === END;
}

/** Throws `InvalidCodeError` for too many globals, and for one of a reference type. */
export function checkGlobals({ globals }: ModuleShape): void {
    if (globals.length > GLOBALS_MAX) {
        throw overLimit(
            `Wasm module defined ${globals.length} globals which exceeds the maximum number allowed ${GLOBALS_MAX}.`,
            'Try collecting multiple globals into a single structured which can be stored on the heap.',
            'wasm-module-too-many-globals'
        );
    }
    for (const { type } of globals) {
        if (!GLOBAL_TYPES.has(valueTypeName(type))) {
            throw invalidSection('global', `Unsupported global type: Ref(${valueTypeName(type)})`);
        }
    }
}

/** Throws `InvalidCodeError` for too many functions. */
export function checkFunctionCount({ functionTypes: { length } }: ModuleShape): void {
    if (length > FUNCTIONS_MAX) {
        throw overLimit(
            `Wasm module defined ${length} functions, which exceeds the maximum number allowed ${FUNCTIONS_MAX}.`,
            'Try spliting this canister into multiple canisters.',
            'wasm-module-too-many-functions'
        );
    }
}

/**
 * Throws `InvalidCodeError` for a 64-bit memory that is declared larger than the IC allows; the engine sees to 32-bit
 * ones. Production's text is not known.
 */
export function checkMemory({ memory }: ModuleShape): void {
    if (memory?.width === 64 && Math.max(memory.pagesMin, memory.declaredMax ?? 0) > PAGES_MAX[64]) {
        const pages = Math.max(memory.pagesMin, memory.declaredMax ?? 0);
        throw new InvalidCodeError(
            `Wasm module declared a memory of ${pages} pages, which exceeds the maximum number allowed ` +
                `${PAGES_MAX[64]}.`
        );
    }
}

function hex(byte: number): string {
    return `0x${byte.toString(16).padStart(2, '0')}`;
}
