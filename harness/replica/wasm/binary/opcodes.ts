/**
 * The instruction set that canisters may use (core specification 5.4; features of the IC: bulk memory, reference types,
 * SIMD, multi-value, sign extension, saturating conversions, memory64), as tables for the rewriter.
 */
import { F32, F64, I32, I64 } from './types.ts';

/** What follows an opcode byte. `REFUSED` opcodes have a name in `refusedName`. */
export const Immediate = {
    refused: 0,
    none: 1,
    /** One unsigned LEB128 number of 32 bits. */
    index: 2,
    /** A memory access: alignment and offset. */
    load: 3,
    store: 4,
    blockType: 5,
    loop: 6,
    else: 7,
    end: 8,
    brTable: 9,
    return: 10,
    call: 11,
    callIndirect: 12,
    selectTypes: 13,
    i32Const: 14,
    i64Const: 15,
    f32Const: 16,
    f64Const: 17,
    memorySize: 18,
    memoryGrow: 19,
    prefixFc: 20,
    prefixFd: 21,
    localGet: 22,
    localTee: 23,
    refNull: 24,
    localSet: 25,
    /** No immediate; the result may be a NaN of any payload. */
    f32Arithmetic: 26,
    f64Arithmetic: 27
} as const;

function immediateTable(): Uint8Array {
    const table = new Uint8Array(256);
    const set = (kind: number, ...ranges: readonly (number | readonly [number, number])[]): void => {
        for (const range of ranges) {
            const [from, to] = typeof range === 'number' ? [range, range] : range;
            table.fill(kind, from, to + 1);
        }
    };
    set(Immediate.none, 0x00, 0x01, 0x1a, 0x1b, [0x45, 0xc4], 0xd1);
    set(Immediate.f32Arithmetic, [0x8d, 0x97]);
    set(Immediate.f64Arithmetic, [0x9b, 0xa5]);
    set(Immediate.blockType, 0x02, 0x04);
    set(Immediate.loop, 0x03);
    set(Immediate.else, 0x05);
    set(Immediate.end, 0x0b);
    set(Immediate.index, 0x0c, 0x0d, 0x23, 0x24, 0x25, 0xd2);
    set(Immediate.localSet, 0x21);
    set(Immediate.brTable, 0x0e);
    set(Immediate.return, 0x0f);
    set(Immediate.call, 0x10);
    set(Immediate.callIndirect, 0x11);
    set(Immediate.selectTypes, 0x1c);
    set(Immediate.localGet, 0x20);
    set(Immediate.localTee, 0x22);
    set(Immediate.load, [0x28, 0x35]);
    set(Immediate.store, [0x36, 0x3e]);
    set(Immediate.memorySize, 0x3f);
    set(Immediate.memoryGrow, 0x40);
    set(Immediate.i32Const, 0x41);
    set(Immediate.i64Const, 0x42);
    set(Immediate.f32Const, 0x43);
    set(Immediate.f64Const, 0x44);
    set(Immediate.refNull, 0xd0);
    set(Immediate.prefixFc, 0xfc);
    set(Immediate.prefixFd, 0xfd);
    return table;
}

/** Kind of immediate by opcode byte. */
export const IMMEDIATES: Uint8Array = immediateTable();

/** Bytes accessed by the loads 0x28 to 0x35 and the stores 0x36 to 0x3e. */
export const ACCESS_BYTES: Uint8Array = Uint8Array.from([
    4, 8, 4, 8, 1, 1, 2, 2, 1, 1, 2, 2, 4, 4, 4, 8, 4, 8, 1, 2, 1, 2, 4
]);
export const FIRST_LOAD = 0x28;
export const FIRST_STORE = 0x36;

/** Type of the value that the stores 0x36 to 0x3e write. */
export const STORED_TYPES: Uint8Array = Uint8Array.from([I32, I64, F32, F64, I32, I32, I64, I64, I64]);

/** Tables are immutable on the IC (ic-semantics 1.2). */
export const TABLE_SET = 0x26;

const REFUSED: ReadonlyMap<number, string> = new Map([
    [0x06, 'try'],
    [0x07, 'catch'],
    [0x08, 'throw'],
    [0x09, 'rethrow'],
    [0x0a, 'throw_ref'],
    [0x12, 'return_call'],
    [0x13, 'return_call_indirect'],
    [0x14, 'call_ref'],
    [0x15, 'return_call_ref'],
    [0x18, 'delegate'],
    [0x19, 'catch_all'],
    [0x1f, 'try_table'],
    [TABLE_SET, 'table.set'],
    [0xd3, 'ref.eq'],
    [0xd4, 'ref.as_non_null'],
    [0xd5, 'br_on_null'],
    [0xd6, 'br_on_non_null'],
    [0xfb, 'garbage collection (prefix 0xfb)'],
    [0xfe, 'atomic (prefix 0xfe)']
]);

/** Name of an instruction that canisters may not use. */
export function refusedName(opcode: number): string {
    return REFUSED.get(opcode) ?? `opcode 0x${opcode.toString(16).padStart(2, '0')}`;
}

/** Instructions after the prefix 0xfc that need rewriting. */
export const Fc = {
    lastConversion: 7, memoryInit: 8, dataDrop: 9, memoryCopy: 10, memoryFill: 11, elemDrop: 13, tableGrow: 15,
    tableSize: 16, tableFill: 17
} as const;

/** Instructions after the prefix 0xfc that the IC's validator rejects (ic-semantics 1.2: tables are immutable). */
export const FC_REFUSED: ReadonlyMap<number, string> = new Map([
    [12, 'table.init'],
    [14, 'table.copy'],
    [15, 'table.grow'],
    [17, 'table.fill']
]);

/** Instructions after the prefix 0xfd that access memory: bytes accessed; the rest have other immediates. */
export const SIMD_LOADS: ReadonlyMap<number, number> = new Map([
    [0, 16], [1, 8], [2, 8], [3, 8], [4, 8], [5, 8], [6, 8], [7, 1], [8, 2], [9, 4], [10, 8], [92, 4], [93, 8]
]);
export const SIMD_STORE = 11;
export const SIMD_LOAD_LANES: ReadonlyMap<number, number> = new Map([[84, 1], [85, 2], [86, 4], [87, 8]]);
export const SIMD_STORE_LANES: ReadonlyMap<number, number> = new Map([[88, 1], [89, 2], [90, 4], [91, 8]]);
/** Vector instructions with other immediates: 16 bytes, or the number of a lane. */
export const SimdImmediate = { constant: 12, shuffle: 13, firstLane: 21, lastLane: 34 } as const;
/** The first opcode of relaxed SIMD, which is not deterministic and which the IC does not have. */
export const SIMD_RELAXED = 0x100;

const PREFIX_BULK = 0xfc;

/** Name of an instruction that changes a table; undefined for others. */
export function tableChange(opcode: number, after: number): string | undefined {
    return opcode === TABLE_SET ? 'table.set' : opcode === PREFIX_BULK ? FC_REFUSED.get(after) : undefined;
}
