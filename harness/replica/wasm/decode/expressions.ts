/** Constant expressions and type bytes that occur in several sections. */
import type { ByteReader } from '../binary/reader.ts';
import { valueTypeName } from '../binary/types.ts';
import { InvalidModuleError } from '../errors.ts';
import type { PointerWidth } from '../contract.ts';
import type { ByteRange } from './shape.ts';

/** A value type. Throws `InvalidModuleError` for types that canisters may not use (typed and GC references). */
export function readValueType(reader: ByteReader): number {
    const at = reader.pos;
    const type = reader.u8();
    if (valueTypeName(type) === undefined) {
        throw new InvalidModuleError(`unsupported value type 0x${type.toString(16)}`, at);
    }
    return type;
}

export interface Limits {
    readonly width: PointerWidth;
    readonly min: number;
    readonly max: number | undefined;
}

/** Limits of a table or memory. Sizes beyond 2^53 are rounded, which no check can tell: engines stop far below. */
export function readLimits(reader: ByteReader, what: 'table' | 'memory'): Limits {
    const at = reader.pos;
    const flags = reader.u8();
    if ((flags & 0x02) !== 0) {
        throw new InvalidModuleError(`unsupported: a shared ${what} (threads)`, at);
    }
    if (flags > 0x05) {
        throw new InvalidModuleError(`unsupported limits 0x${flags.toString(16)} of a ${what}`, at);
    }
    const width = (flags & 0x04) === 0 ? 32 : 64;
    const size = (): number => (width === 64 ? Number(reader.u64()) : reader.u32());
    const min = size();
    return { width, min, max: (flags & 0x01) === 0 ? undefined : size() };
}

/**
 * Passes over a constant expression; the range includes its `end`. Throws on instructions that are not constant. Only
 * imported globals are: others came with garbage collection, which the IC does not have (ic-semantics 1.2).
 */
export function skipConstantExpression(reader: ByteReader, importedGlobals: number): ByteRange {
    const start = reader.pos;
    for (;;) {
        const at = reader.pos;
        const opcode = reader.u8();
        switch (opcode) {
            case 0x0b:
                return { start, end: reader.pos };
            case 0x6a: // i32.add, i32.sub, i32.mul: extended constant expressions
            case 0x6b:
            case 0x6c:
            case 0x7c: // i64.add, i64.sub, i64.mul
            case 0x7d:
            case 0x7e:
                break;
            case 0x23: // global.get
                if (reader.u32() >= importedGlobals) {
                    throw new InvalidModuleError('global.get of a defined global in a constant expression', at);
                }
                break;
            case 0xd2: // ref.func
            case 0x41: // i32.const
                reader.skipLeb(5);
                break;
            case 0x42: // i64.const
                reader.skipLeb(10);
                break;
            case 0x43: // f32.const
                reader.skip(4);
                break;
            case 0x44: // f64.const
                reader.skip(8);
                break;
            case 0xd0: // ref.null
                readValueType(reader);
                break;
            case 0xfd: // v128.const
                if (reader.u32() !== 12) {
                    throw new InvalidModuleError('not a constant expression', at);
                }
                reader.skip(16);
                break;
            default:
                throw new InvalidModuleError(`opcode 0x${opcode.toString(16)} in a constant expression`, at);
        }
    }
}
