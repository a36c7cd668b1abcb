/** Splits a module into sections. */
import { ByteReader } from '../binary/reader.ts';
import { InvalidModuleError } from '../errors.ts';
import { Section } from './shape.ts';
import type { ByteRange, CustomSection } from './shape.ts';

const SECTION_TAG = 13;

export interface SplitModule {
    /** Contents by section id, without custom sections. */
    readonly sections: ReadonlyMap<number, ByteRange>;
    readonly customSections: readonly CustomSection[];
}

function checkHeader(reader: ByteReader): void {
    const expected = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
    for (const [offset, byte] of expected.entries()) {
        if (reader.done()) {
            throw new InvalidModuleError('the module ends within its header', offset);
        }
        if (reader.u8() !== byte) {
            throw new InvalidModuleError(
                offset < 4 ? 'no Wasm module: it does not start with 00 61 73 6d' : 'unsupported Wasm version', offset
            );
        }
    }
}

/**
 * The sections of `bytes` as ranges; contents are not looked at. Throws `InvalidModuleError` on a truncated module, a
 * section that occurs twice and a tag section (exceptions are not supported on the IC). Linear in the number of sections.
 */
export function splitSections(bytes: Uint8Array): SplitModule {
    const reader = new ByteReader(bytes);
    checkHeader(reader);
    const sections = new Map<number, ByteRange>();
    const customSections: CustomSection[] = [];
    while (!reader.done()) {
        const at = reader.pos;
        const id = reader.u8();
        const length = reader.u32();
        const start = reader.pos;
        if (length > bytes.length - start) {
            throw new InvalidModuleError(`section ${id} is longer than the module: the module is truncated`, at);
        }
        reader.skip(length);
        if (id === Section.custom) {
            customSections.push(readCustomSection(new ByteReader(bytes, start, reader.pos)));
        } else if (id === SECTION_TAG) {
            throw new InvalidModuleError('unsupported: a tag section (exception handling)', at);
        } else if (id > SECTION_TAG) {
            throw new InvalidModuleError(`unknown section ${id}`, at);
        } else if (sections.has(id)) {
            throw new InvalidModuleError(`section ${id} occurs twice`, at);
        } else {
            sections.set(id, { start, end: reader.pos });
        }
    }
    return { sections, customSections };
}

function readCustomSection(reader: ByteReader): CustomSection {
    const name = reader.utf8Name();
    return { name, content: reader.take(reader.end - reader.pos) };
}
