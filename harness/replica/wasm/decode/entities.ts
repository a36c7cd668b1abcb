/** Decoding of the sections that declare types, imports, functions, tables, memories, globals and exports. */
import type { ByteReader } from '../binary/reader.ts';
import { EXTERNREF, FUNCREF } from '../binary/types.ts';
import { InvalidModuleError } from '../errors.ts';
import { readLimits, readValueType, skipConstantExpression } from './expressions.ts';
import type {
    ExportShape, FunctionType, GlobalShape, ImportShape, MemoryShape, OtherImport, TableShape
} from './shape.ts';

/** Largest memories that the IC allows, in pages: 4 GiB and 6 GiB (ic-semantics 1.3). */
export const PAGES_MAX = { 32: 65_536, 64: 98_304 } as const;

/** Every section of entities is a vector: a count, then that many items. */
export function readVector<T>(reader: ByteReader, item: (reader: ByteReader) => T): T[] {
    const count = reader.u32();
    const items: T[] = [];
    // An absurd count ends at the first missing byte, so nothing is allocated for it.
    for (let i = 0; i < count; i++) {
        items.push(item(reader));
    }
    return items;
}

export function readType(reader: ByteReader): FunctionType {
    const at = reader.pos;
    const form = reader.u8();
    if (form !== 0x60) {
        throw new InvalidModuleError(`unsupported type form 0x${form.toString(16)}: only function types`, at);
    }
    const params = Uint8Array.from(readVector(reader, readValueType));
    return { params, results: Uint8Array.from(readVector(reader, readValueType)) };
}

/** A function import, or what is known of another one: V8 checks the types of those. */
export function readImport(reader: ByteReader): ImportShape | OtherImport {
    const at = reader.pos;
    const module = reader.utf8Name();
    const name = reader.utf8Name();
    const kind = reader.u8();
    switch (kind) {
        case 0:
            return { module, name, typeIndex: reader.u32() };
        case 1:
            readTable(reader);
            return { module, name, kind: 'table' };
        case 2:
            readMemory(reader);
            return { module, name, kind: 'memory' };
        case 3:
            readGlobalType(reader);
            return { module, name, kind: 'global' };
        case 4:
            reader.u8();
            reader.u32();
            return { module, name, kind: 'tag' };
        default:
            throw new InvalidModuleError(`an import of the unknown kind ${kind}`, at);
    }
}

export function readTable(reader: ByteReader): TableShape {
    const at = reader.pos;
    const elementType = reader.u8();
    if (elementType !== FUNCREF && elementType !== EXTERNREF) {
        throw new InvalidModuleError(`unsupported table of element type 0x${elementType.toString(16)}`, at);
    }
    return { width: readLimits(reader, 'table').width, elementType };
}

export function readMemory(reader: ByteReader): MemoryShape {
    const { width, min, max } = readLimits(reader, 'memory');
    return { width, pagesMin: min, pagesMax: Math.min(max ?? Infinity, PAGES_MAX[width]), declaredMax: max };
}

function readGlobalType(reader: ByteReader): GlobalShape {
    const at = reader.pos;
    const type = readValueType(reader);
    const mutability = reader.u8();
    if (mutability > 1) {
        throw new InvalidModuleError('malformed mutability of a global', at);
    }
    return { type, mutable: mutability === 1 };
}

export function readGlobal(reader: ByteReader, importedGlobals: number): GlobalShape {
    const type = readGlobalType(reader);
    skipConstantExpression(reader, importedGlobals);
    return type;
}

export function readExport(reader: ByteReader): ExportShape {
    return { name: reader.utf8Name(), kind: reader.u8(), index: reader.u32() };
}
