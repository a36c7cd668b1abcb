/** Decoding of the sections that hold contents: element segments, data segments, code. */
import type { ByteReader } from '../binary/reader.ts';
import { InvalidModuleError } from '../errors.ts';
import { readVector } from './entities.ts';
import { readValueType, skipConstantExpression } from './expressions.ts';
import type { ByteRange, DataSegment } from './shape.ts';

/** Passes over an element segment; it is copied as it is, this only holds it to the supported forms. */
export function skipElementSegment(reader: ByteReader, importedGlobals: number): void {
    const at = reader.pos;
    const flags = reader.u32();
    if (flags > 7) {
        throw new InvalidModuleError(`unsupported element segment flags ${flags}`, at);
    }
    const active = (flags & 0x01) === 0;
    const explicit = (flags & 0x02) !== 0;
    const expressions = (flags & 0x04) !== 0;
    if (active) {
        if (explicit) {
            reader.u32();
        }
        skipConstantExpression(reader, importedGlobals);
    }
    if (!active || explicit) {
        if (expressions) {
            readValueType(reader);
        } else if (reader.u8() !== 0) {
            throw new InvalidModuleError('unsupported element kind', at);
        }
    }
    readVector<unknown>(reader, item => (expressions ? skipConstantExpression(item, importedGlobals) : item.u32()));
}

/** A data segment. */
export function readDataSegment(reader: ByteReader, importedGlobals: number): DataSegment {
    const at = reader.pos;
    const flags = reader.u32();
    if (flags > 2) {
        throw new InvalidModuleError(`malformed data segment flags ${flags}`, at);
    }
    if (flags === 2 && reader.u32() !== 0) {
        throw new InvalidModuleError('a data segment of another memory than 0', at);
    }
    const offset = flags === 1 ? undefined : skipConstantExpression(reader, importedGlobals);
    const length = reader.u32();
    const start = reader.pos;
    reader.skip(length);
    return { offset, content: { start, end: reader.pos } };
}

/** A function body: the range without its size. */
export function readBody(reader: ByteReader): ByteRange {
    const length = reader.u32();
    const start = reader.pos;
    reader.skip(length);
    return { start, end: reader.pos };
}
