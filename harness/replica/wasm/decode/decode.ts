/** From bytes to `ModuleShape`: our own structural checks, then V8's full validation. */
import { ByteReader } from '../binary/reader.ts';
import { InvalidModuleError } from '../errors.ts';
import { readBody, readDataSegment, skipElementSegment } from './contents.ts';
import { readExport, readGlobal, readImport, readMemory, readTable, readType, readVector } from './entities.ts';
import { splitSections } from './sections.ts';
import type { SplitModule } from './sections.ts';
import { Section } from './shape.ts';
import type { ModuleShape } from './shape.ts';

/** Limits of the IC (ic-semantics 1.3). */
const FUNCTIONS_MAX = 50_000;
const GLOBALS_MAX = 1_000;

/**
 * Decodes and fully validates a module. Throws `InvalidModuleError` naming the defect, never anything else, whatever
 * the bytes. Linear in the size of the module; V8's validation is most of it.
 */
export function decodeModule(bytes: Uint8Array): ModuleShape {
    const split = splitSections(bytes);
    const shape = decodeSections(bytes, split);
    checkLimits(shape);
    validate(bytes);
    return shape;
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
    vector(Section.element, skipElementSegment);
    const startRange = sections.get(Section.start);
    return {
        bytes,
        types: vector(Section.type, readType),
        imports: vector(Section.import, readImport),
        functionTypes: vector(Section.function, reader => reader.u32()),
        tables: vector(Section.table, readTable),
        memory: memories[0],
        globals: vector(Section.global, readGlobal),
        exports: vector(Section.export, readExport),
        start: startRange && new ByteReader(bytes, startRange.start, startRange.end).u32(),
        data: vector(Section.data, readDataSegment),
        hasDataCount: sections.has(Section.dataCount),
        bodies: vector(Section.code, readBody),
        customSections,
        sections
    };
}

function checkLimits(shape: ModuleShape): void {
    const check = (count: number, what: string, max: number): void => {
        if (count > max) {
            throw new InvalidModuleError(
                `Wasm module defined ${count} ${what}, which exceeds the maximum number allowed ${max}`
            );
        }
    };
    check(shape.functionTypes.length, 'functions', FUNCTIONS_MAX);
    check(shape.globals.length, 'globals', GLOBALS_MAX);
}

/** V8 validates types and stack discipline, so the rewriter may trust them. Its message carries the offset as `@+n`. */
function validate(bytes: Uint8Array): void {
    if (WebAssembly.validate(bytes)) {
        return;
    }
    try {
        new WebAssembly.Module(bytes);
    } catch (cause) {
        const text = String((cause as { message?: unknown }).message).replace(/^WebAssembly\.Module\(\): /, '');
        const offset = /@\+(\d+)/.exec(text)?.[1];
        const detail = text.replace(/ @\+\d+/, '');
        throw new InvalidModuleError(detail, offset === undefined ? undefined : Number(offset), cause);
    }
    throw new InvalidModuleError('the module is not valid');
}
