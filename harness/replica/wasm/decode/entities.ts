/** Decoding of the sections that declare types, imports, functions, tables, memories, globals and exports. */
import type { ByteReader } from '../binary/reader.ts';
import { EXTERNREF, FUNCREF } from '../binary/types.ts';
import { InvalidModuleError } from '../errors.ts';
import { readLimits, readValueType, skipConstantExpression } from './expressions.ts';
import type { ExportShape, FunctionType, GlobalShape, ImportShape, MemoryShape, TableShape } from './shape.ts';

/** Largest memories that the IC allows, in pages: 4 GiB and 6 GiB (ic-semantics 1.3). */
const PAGES_MAX = { 32: 65_536, 64: 98_304 } as const;

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

const IMPORT_KINDS: ReadonlyMap<number, string> = new Map([[1, 'table'], [2, 'memory'], [3, 'global'], [4, 'tag']]);

/** An import. Only functions: the IC rejects imported globals, tables, memories and tags (ic-semantics 1.1). */
export function readImport(reader: ByteReader): ImportShape {
    const at = reader.pos;
    const module = reader.utf8Name();
    const name = reader.utf8Name();
    const kind = reader.u8();
    if (kind !== 0) {
        const what = IMPORT_KINDS.get(kind) ?? `kind ${kind}`;
        const detail = `unsupported import ${module}.${name}: a ${what}, only functions can be imported`;
        throw new InvalidModuleError(detail, at);
    }
    return { module, name, typeIndex: reader.u32() };
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
    const at = reader.pos;
    const { width, min, max } = readLimits(reader, 'memory');
    if (min > PAGES_MAX[width]) {
        throw new InvalidModuleError(`a memory of ${min} pages, more than the IC's maximum of ${PAGES_MAX[width]}`, at);
    }
    return { width, pagesMin: min, pagesMax: Math.min(max ?? Infinity, PAGES_MAX[width]) };
}

/** A global. Mutable references are refused: they could not be undone, and the IC does not have them. */
export function readGlobal(reader: ByteReader): GlobalShape {
    const at = reader.pos;
    const type = readValueType(reader);
    const mutability = reader.u8();
    if (mutability > 1) {
        throw new InvalidModuleError('malformed mutability of a global', at);
    }
    if (type === FUNCREF || type === EXTERNREF) {
        throw new InvalidModuleError('unsupported: a global of reference type', at);
    }
    skipConstantExpression(reader);
    return { type, mutable: mutability === 1 };
}

export function readExport(reader: ByteReader): ExportShape {
    return { name: reader.utf8Name(), kind: reader.u8(), index: reader.u32() };
}
