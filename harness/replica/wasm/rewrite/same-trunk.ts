/** Whether the trunk of a module, instrumented, serves another module too. */
import { Buffer } from 'node:buffer';
import { ByteReader } from '../binary/reader.ts';
import { Section } from '../decode/shape.ts';
import type { ModuleShape } from '../decode/shape.ts';
import { freeFunctions } from './free.ts';
import type { Split, TrunkCalls } from './split.ts';

/** What the instrumented trunk is made from, beside its code, the types of its functions and what is free. */
const SECTIONS = [Section.type, Section.import, Section.table, Section.memory, Section.global, Section.element];

/**
 * The functions of another module that the slots of a trunk stand for there, when its trunk is the same but for the
 * places of the functions in its tip. Compares bytes, and so costs next to nothing.
 */
export function sameTrunk(known: Split, { sites, slots }: TrunkCalls, other: Split): readonly number[] | undefined {
    const { shape } = other;
    const exported = new Set(known.used);
    const same =
        known.trunk === other.trunk && known.shape.start === shape.start &&
        known.shape.data.length === shape.data.length &&
        other.used.every(index => exported.has(index)) &&
        SECTIONS.every(id => sameBytes(sectionOf(known.shape, id), sectionOf(shape, id))) &&
        sameFunctions(known, other);
    const found = same ? otherSlots(known, sites, other) : undefined;
    // The trunk names the type of what it calls.
    const typed = found?.every((index, slot) => typeOf(shape, index) === typeOf(known.shape, slots[slot] as number));
    return typed === true ? found : undefined;
}

function sectionOf({ bytes, sections }: ModuleShape, id: number): Uint8Array {
    const { start, end } = sections.get(id) ?? { start: 0, end: 0 };
    return bytes.subarray(start, end);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
    return a.length === b.length && Buffer.compare(a, b) === 0;
}

/** Whether the functions of both trunks have the same types, and the same of them are free. */
function sameFunctions(known: Split, { shape, trunk }: Split): boolean {
    const types = shape.functionTypes;
    for (let index = 0; index < trunk; index++) {
        if (types[index] !== known.shape.functionTypes[index]) return false;
    }
    return sameBytes(freeFunctions(known.shape).subarray(0, trunk), freeFunctions(shape).subarray(0, trunk));
}

/** Compares the code function by function, from call to call of the tip. */
function otherSlots(known: Split, sites: TrunkCalls['sites'], { shape, trunk }: Split): readonly number[] | undefined {
    const [ours, theirs] = [known.shape, shape];
    const first = shape.imports.length + trunk;
    const found: number[] = [];
    let next = 0;
    for (let number = 0; number < trunk; number++) {
        const [mine, body] = [ours.bodies[number], theirs.bodies[number]];
        if (mine === undefined || body === undefined) return undefined;
        let [from, at] = [mine.start, body.start];
        for (; (sites[next]?.index.start ?? Infinity) < mine.end; next++) {
            const { index: { start, end }, slot } = sites[next] as TrunkCalls['sites'][number];
            const until = at + start - from;
            const sameSoFar = until < body.end &&
                sameBytes(ours.bytes.subarray(from, start), theirs.bytes.subarray(at, until));
            if (!sameSoFar) return undefined;
            const reader = new ByteReader(theirs.bytes, until, body.end);
            const index = reader.u32();
            if (index < first || (found[slot] ?? index) !== index) return undefined;
            found[slot] = index;
            [from, at] = [end, reader.pos];
        }
        if (!sameBytes(ours.bytes.subarray(from, mine.end), theirs.bytes.subarray(at, body.end))) return undefined;
    }
    return found;
}

function typeOf({ imports, functionTypes }: ModuleShape, index: number): number | undefined {
    return functionTypes[index - imports.length];
}
