/**
 * Where a module can be cut in two. Canisters of one language often are the same engine with other data: those of Azle differ
 * in their last functions, a few instructions for each method and those that hand out the data, and in the data. So that they
 * share their code, the *trunk*, all functions but the last ones, becomes a module of its own, and these become its *tip*,
 * which imports what it needs of the trunk. The trunk calls functions of the tip through a table, by numbers that do not
 * depend on where they stand.
 */
import { Immediate, IMMEDIATES } from '../binary/opcodes.ts';
import { ByteReader } from '../binary/reader.ts';
import { EXTERNREF, FUNCREF } from '../binary/types.ts';
import { scanBody } from '../decode/scan.ts';
import { Section } from '../decode/shape.ts';
import type { ByteRange, ModuleShape } from '../decode/shape.ts';
import { isMotoko } from './auto.ts';

/** Longer functions end the tip. */
const TIP_BYTES_MAX = 64;

const REF_FUNC = 0xd2;
const TABLE_GET = 0x25;
const PREFIX_FC = 0xfc;
const MEMORY_INIT = 8;
const DATA_DROP = 9;

/** A call of the tip in the trunk. */
export interface CallSite {
    /** Bytes of the function's index. */
    readonly index: ByteRange;
    /** Number of the function that is called, among those of the tip that the trunk calls. */
    readonly slot: number;
}

export interface Split {
    readonly shape: ModuleShape;
    /** How many of the functions that the module defines are the trunk's. */
    readonly trunk: number;
    /** Functions of the trunk, or imported, that the tip calls or that are exported: by index, in order. */
    readonly used: readonly number[];
}

export interface TrunkCalls {
    /** In the order of the code. */
    readonly sites: readonly CallSite[];
    /** The function index of each slot. */
    readonly slots: readonly number[];
    /** The slot of each such function. */
    readonly slotOf: ReadonlyMap<number, number>;
}

/**
 * Where a module may be cut, as far as its last functions tell. Looked for only where they are what hands out the data, as in
 * Azle: elsewhere nothing would be shared.
 */
export function splitOf(shape: ModuleShape): Split | undefined {
    const { imports, otherImports, globals, start = -1, bodies, exports } = shape;
    if (!shape.hasDataCount || otherImports.length > 0 || isMotoko(shape)) return undefined;
    if (globals.some(({ type }) => type === FUNCREF || type === EXTERNREF)) return undefined;
    const last = lastReferred(shape);
    if (last === undefined) return undefined;
    const called = new Set<number>();
    let [trunk, givesData] = [bodies.length, false];
    for (; trunk > 0 && imports.length + trunk - 1 > Math.max(last, start); trunk--) {
        const known = tipFunction(shape, trunk - 1);
        if (known === undefined) break;
        givesData ||= known.givesData;
        for (const callee of known.calls) called.add(callee);
    }
    for (const { kind, index } of exports) {
        if (kind === 0) called.add(index);
    }
    const used = [...called].filter(index => index < imports.length + trunk).sort((a, b) => a - b);
    return givesData ? { shape, trunk, used } : undefined;
}

/** The last function in an element segment, -1 without one; undefined when a segment is not a list of functions. */
function lastReferred({ bytes, sections }: ModuleShape): number | undefined {
    const range = sections.get(Section.element);
    if (range === undefined) return -1;
    const reader = new ByteReader(bytes, range.start, range.end);
    let last = -1;
    for (let segments = reader.u32(); segments > 0; segments--) {
        // Active ones of table 0 at a constant: what compilers make.
        if (reader.u32() !== 0 || reader.u8() !== 0x41) return undefined;
        reader.skipLeb(5);
        if (reader.u8() !== 0x0b) return undefined;
        for (let items = reader.u32(); items > 0; items--) {
            last = Math.max(last, reader.u32());
        }
    }
    return last;
}

interface TipFunction {
    readonly calls: readonly number[];
    /** Whether it initialises memory from a data segment. */
    readonly givesData: boolean;
}

/** Undefined for a function that cannot stand in the tip: too long, or it names tables. */
function tipFunction({ bytes, bodies }: ModuleShape, index: number): TipFunction | undefined {
    const body = bodies[index];
    if (body === undefined || body.end - body.start > TIP_BYTES_MAX) return undefined;
    const calls: number[] = [];
    let [fits, givesData] = [true, false];
    scanBody(bytes, body, index, (_body, opcode, after, at) => {
        const kind = IMMEDIATES[opcode];
        if (kind === Immediate.call) {
            calls.push(new ByteReader(bytes, at + 1, body.end).u32());
        } else if (opcode === PREFIX_FC && after >= MEMORY_INIT) {
            givesData ||= after === MEMORY_INIT;
            // Copies and fills are fine; what follows them is about elements and tables.
            fits &&= after <= 11;
        } else if (kind === Immediate.callIndirect || opcode === REF_FUNC || opcode === TABLE_GET) {
            fits = false;
        }
    });
    return fits ? { calls, givesData } : undefined;
}

/** Where the trunk calls the tip. Undefined when it names data segments, or functions of the tip otherwise. Linear in its size. */
export function trunkCalls({ shape, trunk }: Split): TrunkCalls | undefined {
    const { bytes, bodies, imports } = shape;
    const slotOf = new Map<number, number>();
    const sites: CallSite[] = [];
    let fits = true;
    for (const [number, body] of bodies.slice(0, trunk).entries()) {
        scanBody(bytes, body, number, (_body, opcode, after, at) => {
            if (opcode === 0x10) {
                const reader = new ByteReader(bytes, at + 1, body.end);
                const index = reader.u32();
                if (index < imports.length + trunk) return;
                const slot = slotOf.get(index) ?? slotOf.size;
                slotOf.set(index, slot);
                sites.push({ index: { start: at + 1, end: reader.pos }, slot });
            } else if (opcode === PREFIX_FC) {
                fits &&= after !== MEMORY_INIT && after !== DATA_DROP;
            } else if (opcode === REF_FUNC) {
                fits = false;
            }
        });
    }
    return fits ? { sites, slots: [...slotOf.keys()], slotOf } : undefined;
}
