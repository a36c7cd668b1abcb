/** The instrumented trunk and tip of a module that is cut in two (`split.ts`). */
import { END, call, i32Const } from '../binary/assembler.ts';
import { u32, utf8Name } from '../binary/encode.ts';
import type { Code } from '../binary/encode.ts';
import { FUNCREF, I64 } from '../binary/types.ts';
import { ByteWriter } from '../binary/writer.ts';
import { Section } from '../decode/shape.ts';
import type { FunctionType, ModuleShape } from '../decode/shape.ts';
import type { Metering } from '../contract.ts';
import { BodyRewriter } from './body.ts';
import { commonFunctions, dataFunctions, writeFunction } from './helpers.ts';
import {
    encodeExport, encodeGlobals, encodeType, memoryImports, ModuleWriter, ownExports, OWN_PREFIX, userExports, vector
} from './module-writer.ts';
import { COMMON, RewritePlan } from './plan.ts';
import type { Flavour } from './plan.ts';
import { rewriteBodies } from './rewrite.ts';
import type { RewrittenModule } from './rewrite.ts';
import type { Split, TrunkCalls } from './split.ts';

/** Import module of what the tip takes from its trunk. */
export const TRUNK_MODULE = 'interleave:trunk';
const TABLE = 'tip';
const functionName = (index: number): string => `function:${index}`;
const globalName = (index: number): string => `global:${index}`;

const CALL_INDIRECT = 0x11;
const [FUNCTION, TABLE_KIND, GLOBAL] = [0, 1, 3];

/** How code is emitted. */
export interface Form {
    readonly flavour: Flavour;
    readonly metering: Metering;
    readonly marksBlocks: boolean;
}

/**
 * The trunk. Its types are sorted, because compilers put those first that are used most: what a canister has in its tip would
 * order them.
 */
export function rewriteTrunk(
    { shape, trunk, used }: Split, { slots, slotOf }: TrunkCalls, { flavour, metering, marksBlocks }: Form
): RewrittenModule {
    const { imports, tables } = shape;
    const first = imports.length + trunk;
    const { sorted, places } = sortedTypes(shape);
    const typeOf = (index: number): number => places[typeIndex(shape, index)] as number;
    const plan = new RewritePlan(shape, flavour, metering, marksBlocks, {
        call: index => {
            const slot = slotOf.get(index);
            return slot === undefined
                ? undefined
                : [i32Const(slot), CALL_INDIRECT, u32(typeOf(index)), u32(tables.length)];
        },
        types: places,
        helpers: first,
        inits: Infinity
    });
    const bodies = new ByteWriter(shape.bytes.length * 2);
    const rewriter = new BodyRewriter(plan);
    rewriteBodies(rewriter, 0, trunk, bodies);
    const added = commonFunctions(plan);
    added.forEach(item => writeFunction(item, bodies));
    const writer = new ModuleWriter(shape, bodies.length + 65_536);
    writer.section(Section.type, vector([...sorted, ...plan.addedTypes].map(encodeType)));
    const functions = imports.map(({ module, name }, index) =>
        [utf8Name(module), utf8Name(name), FUNCTION, u32(typeOf(index))]);
    writer.section(Section.import, vector([...functions, ...memoryImports(plan)]));
    const types = Array.from({ length: trunk }, (_, index) => typeOf(imports.length + index));
    writer.section(Section.function, vector([...types, ...added.map(({ type }) => type)].map(u32)));
    writer.extended(Section.table, tables.length, [[FUNCREF, 0x01, u32(slots.length), u32(slots.length)]]);
    writer.extended(Section.global, shape.globals.length, encodeGlobals());
    writer.section(Section.export, vector(trunkExports(plan, used)));
    writer.original(Section.element);
    writer.section(Section.code, u32(trunk + added.length), bodies.written());
    const { layout, counterUse } = plan;
    return { bytes: writer.bytes(), layout, counterUse, blocks: rewriter.blocks?.count ?? 0 };
}

function trunkExports(plan: RewritePlan, used: readonly number[]): Code[] {
    const { shape, globals } = plan;
    return [
        ...used.map(index => encodeExport(functionName(index), FUNCTION, index)),
        ...ownExports(plan, COMMON),
        ...Array.from({ length: globals.size + 1 }, (_, index) => encodeExport(globalName(index), GLOBAL, index)),
        encodeExport(TABLE, TABLE_KIND, shape.tables.length)
    ];
}

/** Types in an order of their own, and the place of each. */
function sortedTypes({ types }: ModuleShape): { readonly sorted: readonly FunctionType[]; readonly places: number[] } {
    const keys = types.map(({ params, results }) => `${params.join()}>${results.join()}`);
    const order = [...types.keys()].sort((a, b) => {
        const [left, right] = [keys[a] as string, keys[b] as string];
        return left < right ? -1 : left > right ? 1 : a - b;
    });
    const places: number[] = [];
    order.forEach((index, place) => {
        places[index] = place;
    });
    return { sorted: order.map(index => types[index] as FunctionType), places };
}

/**
 * The tip: the last functions, the data, and all that is exported under the names of the canister. It imports from a trunk
 * that has at least the exports which `split` names. `slots` are its functions that the trunk calls, `blocks` are those of the trunk.
 */
export function rewriteTip(
    { shape, trunk, used }: Split, slots: readonly number[], { flavour, metering, marksBlocks }: Form, blocks: number
): RewrittenModule {
    const { imports } = shape;
    const first = imports.length + trunk;
    const inner = used.filter(index => index >= imports.length);
    const helpers = imports.length + inner.length;
    const functions = shape.bodies.length - trunk;
    const defined = helpers + COMMON.length;
    const places = new Map(inner.map((index, place) => [index, imports.length + place]));
    const placeOf = (index: number): number => places.get(index) ?? (index < first ? index : defined + index - first);
    const plan = new RewritePlan(shape, flavour, metering, marksBlocks, {
        call: index => (index < imports.length ? undefined : call(placeOf(index))),
        types: undefined,
        helpers,
        inits: defined + functions + 1
    });
    const bodies = new ByteWriter();
    const rewriter = new BodyRewriter(plan);
    if (rewriter.blocks !== undefined) rewriter.blocks.count = blocks;
    rewriteBodies(rewriter, trunk, shape.bodies.length, bodies);
    const common = commonFunctions(plan).map(({ type }) => type);
    const added = dataFunctions(plan);
    added.forEach(item => writeFunction(item, bodies));
    const writer = new ModuleWriter(shape, bodies.length + shape.bytes.length);
    writer.extended(Section.type, shape.types.length, plan.addedTypes.map(encodeType));
    writer.extended(Section.import, imports.length, [
        ...memoryImports(plan), ...tipImports(plan, inner, common, slots.length)
    ]);
    const types = [...shape.functionTypes.slice(trunk), ...added.map(({ type }) => type)];
    writer.section(Section.function, vector(types.map(u32)));
    const applyData = encodeExport(`${OWN_PREFIX}applyData`, FUNCTION, defined + functions);
    writer.section(Section.export, vector([...userExports(shape, placeOf), applyData]));
    const called = slots.map(index => u32(placeOf(index)));
    writer.section(Section.element, vector([[0, i32Const(0), END, u32(called.length), called]]));
    writer.section(Section.dataCount, u32(shape.data.length + 1));
    writer.section(Section.code, u32(functions + added.length), bodies.written());
    writer.data();
    const { layout, counterUse } = plan;
    return { bytes: writer.bytes(), layout, counterUse, blocks: rewriter.blocks?.count ?? 0 };
}

/** In the order of indexes; globals keep those that they have in the module. */
function tipImports(
    { shape }: RewritePlan, inner: readonly number[], common: readonly number[], slots: number
): Code[] {
    const named = (name: string, kind: number, description: Code): Code =>
        [utf8Name(TRUNK_MODULE), utf8Name(name), kind, description];
    const globals: Code[] = [...shape.globals.map(({ type, mutable }) => [type, mutable ? 1 : 0]), [I64, 1], [I64, 1]];
    return [
        ...inner.map(index => named(functionName(index), FUNCTION, u32(typeIndex(shape, index)))),
        ...COMMON.map((name, place) => named(OWN_PREFIX + name, FUNCTION, u32(common[place] as number))),
        ...globals.map((global, index) => named(globalName(index), GLOBAL, global)),
        named(TABLE, TABLE_KIND, [FUNCREF, 0x01, u32(slots), u32(slots)])
    ];
}

/** Index of the type of a function, imported or defined. */
function typeIndex({ imports, functionTypes }: ModuleShape, index: number): number {
    return imports[index]?.typeIndex ?? (functionTypes[index - imports.length] as number);
}
