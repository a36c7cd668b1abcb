/** From a decoded module to the bytes of an instrumented one. */
import { u32 } from '../binary/encode.ts';
import { ByteWriter } from '../binary/writer.ts';
import { Section, typeOfFunction } from '../decode/shape.ts';
import type { ModuleShape } from '../decode/shape.ts';
import type { Metering } from '../contract.ts';
import { WasmEngineError } from '../errors.ts';
import type { CounterUse } from './auto.ts';
import { BodyRewriter } from './body.ts';
import { commonFunctions, dataFunctions, writeFunction } from './helpers.ts';
import type { SideLayout } from './layout.ts';
import {
    encodeGlobals, encodeType, memoryImports, ModuleWriter, ownExports, userExports, vector
} from './module-writer.ts';
import { HELPERS, RewritePlan } from './plan.ts';
import type { AddedFunction, Flavour } from './plan.ts';

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
    rewriteBodies(rewriter, 0, shape.bodies.length, bodies);
    const added = [...commonFunctions(plan), ...dataFunctions(plan)];
    for (const item of added) {
        writeFunction(item, bodies);
    }
    const { layout, counterUse } = plan;
    return { bytes: assemble(plan, added, bodies), layout, counterUse, blocks: rewriter.blocks?.count ?? 0 };
}

/** Appends the rewritten bodies of the defined functions from `from` to `to` (exclusive). */
export function rewriteBodies(rewriter: BodyRewriter, from: number, to: number, target: ByteWriter): void {
    const { shape } = rewriter.plan;
    for (const [at, body] of shape.bodies.slice(from, to).entries()) {
        const index = from + at;
        const type = typeOfFunction(shape, shape.imports.length + index);
        if (type === undefined) {
            throw new WasmEngineError(`function ${index} has no type`);
        }
        rewriter.rewrite(index, type, body, target);
    }
}

function assemble(plan: RewritePlan, added: readonly AddedFunction[], bodies: ByteWriter): Uint8Array {
    const { shape } = plan;
    const writer = new ModuleWriter(shape, bodies.length + shape.bytes.length);
    writer.extended(Section.type, shape.types.length, plan.addedTypes.map(encodeType));
    writer.extended(Section.import, shape.imports.length, memoryImports(plan));
    writer.extended(Section.function, shape.functionTypes.length, added.map(({ type }) => u32(type)));
    writer.original(Section.table);
    writer.extended(Section.global, shape.globals.length, encodeGlobals());
    writer.section(Section.export, vector([...userExports(shape, index => index), ...ownExports(plan, HELPERS)]));
    writer.original(Section.element);
    writer.section(Section.dataCount, u32(shape.data.length + 1));
    writer.section(Section.code, u32(shape.bodies.length + added.length), bodies.written());
    writer.data();
    return writer.bytes();
}
