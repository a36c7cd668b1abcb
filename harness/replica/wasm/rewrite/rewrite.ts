/** From a decoded module to the bytes of an instrumented one. */
import { END, i64Const } from '../binary/assembler.ts';
import { flatten, u32, utf8Name } from '../binary/encode.ts';
import type { Code } from '../binary/encode.ts';
import { I64 } from '../binary/types.ts';
import { ByteWriter } from '../binary/writer.ts';
import { ByteReader } from '../binary/reader.ts';
import { Section, typeOfFunction } from '../decode/shape.ts';
import type { FunctionType, ModuleShape } from '../decode/shape.ts';
import type { Metering } from '../contract.ts';
import { WasmEngineError } from '../errors.ts';
import type { CounterUse } from './auto.ts';
import { BodyRewriter } from './body.ts';
import { addedFunctions, writeFunction } from './helpers.ts';
import type { SideLayout } from './layout.ts';
import { HELPERS, RewritePlan } from './plan.ts';
import type { AddedFunction, Flavour } from './plan.ts';

/**
 * Import module of the memories. Imports of a memory and of functions cannot clash: they are looked up by name and
 * kind.
 */
export const MEMORY_MODULE = 'interleave:memory';
/** The canister's exports keep their names behind this prefix, ours have another: no name can clash. */
export const USER_PREFIX = 'canister:';
export const OWN_PREFIX = 'interleave:';

export interface RewrittenModule {
    readonly bytes: Uint8Array;
    readonly layout: SideLayout;
    readonly counterUse: CounterUse;
    /** Blocks that are marked. */
    readonly blocks: number;
}

/**
 * Instruments a module: exports its functions and ours, imports heap, side and marks memory, makes active data segments
 * passive and removes the start section (the function is exported). Throws `InvalidModuleError` for unsupported
 * instructions. Deterministic; linear in the size of the module.
 */
export function rewriteModule(
    shape: ModuleShape, flavour: Flavour, metering: Metering, marksBlocks = false
): RewrittenModule {
    const plan = new RewritePlan(shape, flavour, metering, marksBlocks);
    const bodies = new ByteWriter(shape.bytes.length * 2);
    const rewriter = new BodyRewriter(plan);
    for (const [index, body] of shape.bodies.entries()) {
        const type = typeOfFunction(shape, shape.imports.length + index);
        if (type === undefined) {
            throw new WasmEngineError(`function ${index} has no type`);
        }
        rewriter.rewrite(index, type, body, bodies);
    }
    const added = addedFunctions(plan);
    for (const item of added) {
        writeFunction(item, bodies);
    }
    const { layout, counterUse } = plan;
    return { bytes: assemble(plan, added, bodies), layout, counterUse, blocks: rewriter.blocks?.count ?? 0 };
}

function assemble(plan: RewritePlan, added: readonly AddedFunction[], bodies: ByteWriter): Uint8Array {
    const { shape } = plan;
    const out = new ByteWriter(bodies.length + shape.bytes.length);
    out.all([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
    const section = (id: number, ...parts: ArrayLike<number>[]): void => {
        out.u8(id);
        out.u32(parts.reduce((sum, part) => sum + part.length, 0));
        for (const part of parts) {
            out.all(part);
        }
    };
    const original = (id: number): void => {
        const range = shape.sections.get(id);
        if (range !== undefined) {
            section(id, shape.bytes.subarray(range.start, range.end));
        }
    };
    /** A vector: the items of the module followed by ours. */
    const extended = (id: number, count: number, more: readonly Code[]): void => {
        section(id, u32(count + more.length), itemsOf(shape, id), flatten(more));
    };
    extended(Section.type, shape.types.length, plan.addedTypes.map(encodeType));
    extended(Section.import, shape.imports.length, memoryImports(plan));
    extended(Section.function, shape.functionTypes.length, added.map(({ type }) => u32(type)));
    original(Section.table);
    extended(Section.global, shape.globals.length, encodeGlobals());
    section(Section.export, flatten(encodeExports(plan)));
    original(Section.element);
    section(Section.dataCount, u32(shape.data.length + 1));
    section(Section.code, u32(shape.bodies.length + added.length), bodies.written());
    section(Section.data, ...encodeData(shape));
    return out.written().slice();
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

function encodeType({ params, results }: FunctionType): Code {
    return [0x60, u32(params.length), [...params], u32(results.length), [...results]];
}

function memoryImports({ width, marksBlocks }: RewritePlan): Code[] {
    const memory = (name: string, flags: number): Code => [utf8Name(MEMORY_MODULE), utf8Name(name), 2, flags, 0];
    const used = [memory('heap', width === 64 ? 0x04 : 0x00), memory('side', 0x00), memory('marks', 0x00)];
    return marksBlocks ? [...used, memory('blocks', 0x00)] : used;
}

/** In the order of `AddedGlobals`: counters, size. All mutable, with the value 0. */
function encodeGlobals(): Code[] {
    return [[I64, 1, i64Const(0), END], [I64, 1, i64Const(0), END]];
}

function encodeExports(plan: RewritePlan): Code {
    const entries: Code[] = [];
    for (const { name, kind, index } of plan.shape.exports) {
        // Nobody reads the canister's memory, table or globals through its own exports.
        if (kind === 0) {
            entries.push([utf8Name(USER_PREFIX + name), 0, u32(index)]);
        }
    }
    for (const name of HELPERS) {
        entries.push([utf8Name(OWN_PREFIX + name), 0, u32(plan.helper(name))]);
    }
    if (plan.shape.start !== undefined) {
        entries.push([utf8Name(`${OWN_PREFIX}start`), 0, u32(plan.shape.start)]);
    }
    return [u32(entries.length), entries];
}

/** Every segment passive, and an empty one that stands for dropped ones. */
function encodeData({ bytes, data }: ModuleShape): ArrayLike<number>[] {
    const parts: ArrayLike<number>[] = [u32(data.length + 1)];
    for (const { content: { start, end } } of data) {
        parts.push([1, ...u32(end - start)], bytes.subarray(start, end));
    }
    parts.push([1, 0]);
    return parts;
}
