/** A pass over the instructions of a function body, which refuses by name those that the IC does not have. */
import {
    FC_REFUSED, Fc, Immediate, IMMEDIATES, refusedName, SIMD_LOAD_LANES, SIMD_LOADS, SIMD_RELAXED, SIMD_STORE,
    SIMD_STORE_LANES, SimdImmediate, TABLE_SET
} from '../binary/opcodes.ts';
import { ByteReader } from '../binary/reader.ts';
import { EXTERNREF, FUNCREF, valueTypeName } from '../binary/types.ts';
import { InvalidModuleError } from '../errors.ts';
import { readValueType } from './expressions.ts';
import type { ByteRange } from './shape.ts';

/** Sees each instruction: the number of the defined function, the opcode byte, what follows a prefix byte (or 0), and where it is. */
export type Visit = (body: number, opcode: number, after: number, at: number) => void;

const BLOCK_VOID = 0x40;
/** The flag of an alignment immediate that says that a memory index follows. */
const MEMORY_INDEX_FLAG = 0x40;

/**
 * Calls `visit` for every instruction of a body that V8 finds valid, the final `end` included. The instructions that
 * change tables are visited like others: the IC's engine knows them, its validator does not (ic-semantics 1.2). Throws
 * `InvalidModuleError` for features that are off: multi-memory, garbage collection, typed function references, relaxed
 * SIMD, tail calls, exceptions, threads.
 */
export function scanBody(bytes: Uint8Array, { start, end }: ByteRange, body: number, visit: Visit): void {
    const reader = new ByteReader(bytes, start, end);
    for (let groups = reader.u32(); groups > 0; groups--) {
        reader.u32();
        readValueType(reader);
    }
    while (reader.pos < end) {
        const at = reader.pos;
        const opcode = reader.u8();
        const kind = IMMEDIATES[opcode] as number;
        if (kind === Immediate.prefixFc || kind === Immediate.prefixFd) {
            const after = reader.u32();
            skipPrefixed(reader, kind, after, at);
            visit(body, opcode, after, at);
        } else {
            skipImmediates(reader, kind, opcode, at);
            visit(body, opcode, 0, at);
        }
    }
}

function skipImmediates(reader: ByteReader, kind: number, opcode: number, at: number): void {
    switch (kind) {
        case Immediate.none:
        case Immediate.else:
        case Immediate.end:
        case Immediate.return:
        case Immediate.f32Arithmetic:
        case Immediate.f64Arithmetic:
            break;
        case Immediate.load:
        case Immediate.store:
            skipMemoryAccess(reader);
            break;
        case Immediate.index:
        case Immediate.call:
        case Immediate.localGet:
        case Immediate.localSet:
        case Immediate.localTee:
        case Immediate.i32Const:
            reader.skipLeb(5);
            break;
        case Immediate.i64Const:
            reader.skipLeb(10);
            break;
        case Immediate.f32Const:
            reader.skip(4);
            break;
        case Immediate.f64Const:
            reader.skip(8);
            break;
        default:
            skipRareImmediates(reader, kind, opcode, at);
    }
}

function skipRareImmediates(reader: ByteReader, kind: number, opcode: number, at: number): void {
    switch (kind) {
        case Immediate.blockType:
        case Immediate.loop:
            skipBlockType(reader);
            break;
        case Immediate.callIndirect:
            reader.skipLeb(5);
            reader.skipLeb(5);
            break;
        case Immediate.brTable:
            for (let labels = reader.u32() + 1; labels > 0; labels--) {
                reader.skipLeb(5);
            }
            break;
        case Immediate.selectTypes:
            for (let types = reader.u32(); types > 0; types--) {
                readValueType(reader);
            }
            break;
        case Immediate.memorySize:
        case Immediate.memoryGrow:
            readMemoryIndex(reader);
            break;
        case Immediate.refNull:
            if (![FUNCREF, EXTERNREF].includes(reader.u8())) {
                throw new InvalidModuleError('unsupported instruction ref.null of neither func nor extern', at);
            }
            break;
        default:
            if (opcode !== TABLE_SET) {
                throw new InvalidModuleError(`unsupported instruction ${refusedName(opcode)}`, at);
            }
            reader.skipLeb(5);
    }
}

/** A number or reference type, or the index of a function type, which is not negative. */
function skipBlockType(reader: ByteReader): void {
    const at = reader.pos;
    const first = reader.bytes[at] ?? 0;
    reader.skipLeb(5);
    const last = reader.bytes[reader.pos - 1] ?? 0;
    const isIndex = (last & 0x40) === 0;
    const isType = reader.pos === at + 1 && (first === BLOCK_VOID || valueTypeName(first) !== undefined);
    if (!isIndex && !isType) {
        throw new InvalidModuleError(`unsupported block type 0x${first.toString(16)}`, at);
    }
}

function skipPrefixed(reader: ByteReader, kind: number, after: number, at: number): void {
    if (kind === Immediate.prefixFd) {
        skipSimd(reader, after, at);
        return;
    }
    switch (after) {
        case Fc.memoryInit:
            reader.skipLeb(5);
            readMemoryIndex(reader);
            break;
        case Fc.memoryCopy:
            readMemoryIndex(reader);
            readMemoryIndex(reader);
            break;
        case Fc.memoryFill:
            readMemoryIndex(reader);
            break;
        case Fc.dataDrop:
        case Fc.elemDrop:
        case Fc.tableSize:
        case Fc.tableGrow:
        case Fc.tableFill:
            reader.skipLeb(5);
            break;
        default:
            if (FC_REFUSED.has(after)) {
                // table.init and table.copy have two indexes.
                reader.skipLeb(5);
                reader.skipLeb(5);
            } else if (after > Fc.lastConversion) {
                throw new InvalidModuleError(`unsupported instruction 0xfc ${after}`, at);
            }
    }
}

function skipSimd(reader: ByteReader, after: number, at: number): void {
    if (after >= SIMD_RELAXED) {
        throw new InvalidModuleError(`unsupported instruction 0xfd ${after}: relaxed SIMD is not deterministic`, at);
    }
    if (SIMD_LOADS.has(after) || after === SIMD_STORE) {
        skipMemoryAccess(reader);
    } else if (SIMD_LOAD_LANES.has(after) || SIMD_STORE_LANES.has(after)) {
        skipMemoryAccess(reader);
        reader.skip(1);
    } else if (after === SimdImmediate.constant || after === SimdImmediate.shuffle) {
        reader.skip(16);
    } else if (after >= SimdImmediate.firstLane && after <= SimdImmediate.lastLane) {
        reader.skip(1);
    }
}

function skipMemoryAccess(reader: ByteReader): void {
    const at = reader.pos;
    if ((reader.u32() & MEMORY_INDEX_FLAG) !== 0) {
        throw new InvalidModuleError('unsupported: an instruction that names its memory (multi-memory)', at);
    }
    reader.skipLeb(10);
}

function readMemoryIndex(reader: ByteReader): void {
    const at = reader.pos;
    if (reader.u32() !== 0) {
        throw new InvalidModuleError('unsupported: an instruction on another memory than 0 (multi-memory)', at);
    }
}
