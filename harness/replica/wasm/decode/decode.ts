/** From bytes to `ModuleShape`: the structure, with what no module for the IC has refused by name. */
import { ByteReader } from '../binary/reader.ts';
import { InvalidModuleError } from '../errors.ts';
import { readBody, readDataSegment, skipElementSegment } from './contents.ts';
import { readExport, readGlobal, readImport, readMemory, readTable, readType, readVector } from './entities.ts';
import { splitSections } from './sections.ts';
import type { SplitModule } from './sections.ts';
import { Section } from './shape.ts';
import type { ModuleShape } from './shape.ts';

/**
 * Decodes a module without validating it. Throws `InvalidModuleError` naming the defect, never anything else, whatever
 * the bytes. Linear in the size of the module.
 */
export function decodeModule(bytes: Uint8Array): ModuleShape {
    return decodeSections(bytes, splitSections(bytes));
}

function decodeSections(bytes: Uint8Array, { sections, customSections }: SplitModule): ModuleShape {
    const vector = <T>(id: number, item: (reader: ByteReader) => T): T[] => {
        const range = sections.get(id);
        if (range === undefined) {
            return [];
        }
        const reader = new ByteReader(bytes, range.start, range.end);
        const items = readVector(reader, item);
        if (!reader.done()) {
            throw new InvalidModuleError(`section ${id} has bytes after its last item`, reader.pos);
        }
        return items;
    };
    const memories = vector(Section.memory, readMemory);
    if (memories.length > 1) {
        throw new InvalidModuleError('unsupported: more than one memory', sections.get(Section.memory)?.start);
    }
    const imports = vector(Section.import, readImport);
    const otherImports = imports.filter(item => 'kind' in item);
    const importedGlobals = otherImports.filter(({ kind }) => kind === 'global').length;
    vector(Section.element, reader => skipElementSegment(reader, importedGlobals));
    const startRange = sections.get(Section.start);
    return {
        bytes,
        types: vector(Section.type, readType),
        imports: imports.filter(item => 'typeIndex' in item),
        otherImports,
        functionTypes: vector(Section.function, reader => reader.u32()),
        tables: vector(Section.table, readTable),
        memory: memories[0],
        globals: vector(Section.global, reader => readGlobal(reader, importedGlobals)),
        exports: vector(Section.export, readExport),
        start: startRange && new ByteReader(bytes, startRange.start, startRange.end).u32(),
        data: vector(Section.data, reader => readDataSegment(reader, importedGlobals)),
        hasDataCount: sections.has(Section.dataCount),
        bodies: vector(Section.code, readBody),
        customSections,
        sections
    };
}
