/** Writes the sections of a rewritten module. */
import { END, i64Const } from '../binary/assembler.ts';
import { flatten, u32, utf8Name } from '../binary/encode.ts';
import type { Code } from '../binary/encode.ts';
import { ByteReader } from '../binary/reader.ts';
import { I64 } from '../binary/types.ts';
import { ByteWriter } from '../binary/writer.ts';
import { Section } from '../decode/shape.ts';
import type { FunctionType, ModuleShape } from '../decode/shape.ts';
import type { Helper, RewritePlan } from './plan.ts';

/**
 * Import module of the memories. Imports of a memory and of functions cannot clash: they are looked up by name and
 * kind.
 */
export const MEMORY_MODULE = 'interleave:memory';
/** The canister's exports keep their names behind this prefix, ours have another: no name can clash. */
export const USER_PREFIX = 'canister:';
export const OWN_PREFIX = 'interleave:';

export class ModuleWriter {
    readonly #shape: ModuleShape;
    readonly #out: ByteWriter;

    constructor(shape: ModuleShape, capacity: number) {
        this.#shape = shape;
        this.#out = new ByteWriter(capacity);
        this.#out.all([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
    }

    section(id: number, ...parts: ArrayLike<number>[]): void {
        this.#out.u8(id);
        this.#out.u32(parts.reduce((sum, part) => sum + part.length, 0));
        for (const part of parts) {
            this.#out.all(part);
        }
    }

    /** A section of the module as it is, if there is one. */
    original(id: number): void {
        const range = this.#shape.sections.get(id);
        if (range !== undefined) {
            this.section(id, this.#shape.bytes.subarray(range.start, range.end));
        }
    }

    /** A vector: the items of the module, of which there are `count`, followed by ours. */
    extended(id: number, count: number, more: readonly Code[]): void {
        this.section(id, u32(count + more.length), itemsOf(this.#shape, id), flatten(more));
    }

    /** Every data segment, passive, and an empty one that stands for dropped ones; it follows the code. */
    data(): void {
        const { bytes, data } = this.#shape;
        const parts: ArrayLike<number>[] = [u32(data.length + 1)];
        for (const { content: { start, end } } of data) {
            parts.push([1, ...u32(end - start)], bytes.subarray(start, end));
        }
        this.section(Section.data, ...parts, [1, 0]);
    }

    /** The module. */
    bytes(): Uint8Array {
        return this.#out.written().slice();
    }
}

/** The items of a vector section, without the count. */
function itemsOf({ bytes, sections }: ModuleShape, id: number): Uint8Array {
    const range = sections.get(id);
    if (range === undefined) {
        return new Uint8Array(0);
    }
    const reader = new ByteReader(bytes, range.start, range.end);
    reader.u32();
    return bytes.subarray(reader.pos, range.end);
}

/** An entry of the type section. */
export function encodeType({ params, results }: FunctionType): Code {
    return [0x60, u32(params.length), [...params], u32(results.length), [...results]];
}

/** The imports of the memories that rewritten code uses. */
export function memoryImports({ width, marksBlocks }: RewritePlan): Code[] {
    const memory = (name: string, flags: number): Code => [utf8Name(MEMORY_MODULE), utf8Name(name), 2, flags, 0];
    const used = [memory('heap', width === 64 ? 0x04 : 0x00), memory('side', 0x00), memory('marks', 0x00)];
    return marksBlocks ? [...used, memory('blocks', 0x00)] : used;
}

/** In the order of `AddedGlobals`: counters, size. All mutable, with the value 0. */
export function encodeGlobals(): Code[] {
    return [[I64, 1, i64Const(0), END], [I64, 1, i64Const(0), END]];
}

/** An entry of the export section. */
export function encodeExport(name: string, kind: number, index: number): Code {
    return [utf8Name(name), kind, u32(index)];
}

/** The canister's functions under its names. Nobody reads its memory, table or globals through its own exports. */
export function userExports({ exports }: ModuleShape, placeOf: (index: number) => number): Code[] {
    const functions = exports.filter(({ kind }) => kind === 0);
    return functions.map(({ name, index }) => encodeExport(USER_PREFIX + name, 0, placeOf(index)));
}

/** Added functions and the start function under names of ours. */
export function ownExports(plan: RewritePlan, helpers: readonly Helper[]): Code[] {
    const { start } = plan.shape;
    return [
        ...helpers.map(name => encodeExport(OWN_PREFIX + name, 0, plan.helper(name))),
        ...start === undefined ? [] : [encodeExport(`${OWN_PREFIX}start`, 0, start)]
    ];
}

/** The content of a vector section. */
export function vector(items: readonly Code[]): number[] {
    return flatten([u32(items.length), items]);
}
