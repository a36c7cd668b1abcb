/** Simpler values of a Candid type, for arguments that somebody wrote down and no arbitrary knows. Pure. */
import { IDL } from '@dfinity/candid';
import type { CandidValue } from '../../scenario/types.ts';

/** Elements of a list that are tried one by one; of longer lists, parts only. */
const PLACES_MAX = 64;

type Values = Iterable<CandidValue>;
type List = readonly unknown[];

/**
 * Values next to `value` that are simpler, the simplest first; whoever takes one and asks again comes to an end. Numbers go towards 0,
 * lists and texts get shorter, options become null, and each part of a compound is simplified alone. A variant keeps its alternative
 * and a principal is somebody: another one would be another call, not a simpler one.
 */
export function simpler(type: IDL.Type, value: CandidValue): Values {
    return type.accept(SIMPLER, value);
}

class Simpler extends IDL.Visitor<CandidValue, Values> {
    override visitType(): Values {
        return [];
    }

    override visitBool(_type: IDL.BoolClass, value: CandidValue): Values {
        return value === true ? [false] : [];
    }

    override visitNumber(_type: IDL.Type, value: CandidValue): Values {
        if (typeof value === 'bigint') return integers(value);
        return typeof value === 'number' ? floats(value) : [];
    }

    override visitFixedInt(type: IDL.FixedIntClass, value: CandidValue): Values {
        // The opposite of the least one is too large.
        const end = 2n ** BigInt(type._bits - 1);
        return [...this.visitNumber(type, value)].filter(each => BigInt(each as bigint | number) < end);
    }

    override visitFloat(_type: IDL.FloatClass, value: CandidValue): Values {
        return typeof value === 'number' ? floats(value) : [];
    }

    override visitText(_type: IDL.TextClass, value: CandidValue): Values {
        // By code points: half of a pair is no text.
        return typeof value === 'string' ? shorter([...value]).map(each => each.join('')) : [];
    }

    override visitVec(_type: IDL.VecClass<unknown>, element: IDL.Type, value: CandidValue): Values {
        return isList(value) ? vectors(element, value) : [];
    }

    override visitOpt(_type: IDL.OptClass<unknown>, inner: IDL.Type, value: CandidValue): Values {
        return Array.isArray(value) && value.length === 1 ? options(inner, value[0]) : [];
    }

    override visitRecord(_type: IDL.RecordClass, fields: [string, IDL.Type][], value: CandidValue): Values {
        return fieldwise(fields, value as Readonly<Record<string, unknown>>);
    }

    override visitTuple(_type: IDL.TupleClass<unknown[]>, parts: IDL.Type[], value: CandidValue): Values {
        return elementwise(index => parts[index]!, value as List);
    }

    override visitVariant(_type: IDL.VariantClass, fields: [string, IDL.Type][], value: CandidValue): Values {
        const chosen = value as Readonly<Record<string, unknown>>;
        return fieldwise(fields.filter(([name]) => Object.hasOwn(chosen, name)), chosen);
    }

    override visitRec(_type: IDL.RecClass, inner: IDL.ConstructType, value: CandidValue): Values {
        return simpler(inner, value);
    }
}

const SIMPLER = new Simpler();

/** 0, then nearer and nearer to the value. */
function* integers(value: bigint): Generator<bigint> {
    if (value === 0n) return;
    if (value < 0n) yield -value;
    for (let gap = value; gap !== 0n; gap /= 2n) yield value - gap;
}

function* floats(value: number): Generator<number> {
    if (value === 0) return;
    if (Number.isSafeInteger(value)) {
        for (const each of integers(BigInt(value))) yield Number(each);
        return;
    }
    yield 0;
    if (Number.isFinite(value)) yield Math.trunc(value);
}

function* options(inner: IDL.Type, value: unknown): Generator<CandidValue> {
    yield [];
    for (const each of simpler(inner, value)) yield [each];
}

function* vectors(element: IDL.Type, value: List): Generator<CandidValue> {
    yield* shorter(value);
    yield* elementwise(() => element, value);
}

/** Nothing, a half, the other half, all but one. */
function shorter(list: List): readonly List[] {
    const { length } = list;
    if (length === 0) return [];
    const half = length >> 1;
    const parts = half === 0 ? [] : [list.slice(0, half), list.slice(half)];
    const places = length > 2 && length <= PLACES_MAX ? [...list.keys()] : [];
    return [list.slice(0, 0), ...parts, ...places.map(at => list.filter((_each, index) => index !== at))];
}

function* elementwise(typeOf: (index: number) => IDL.Type, list: List): Generator<CandidValue> {
    for (let index = 0; index < Math.min(list.length, PLACES_MAX); index++) {
        for (const each of simpler(typeOf(index), list[index])) {
            // Bytes stay bytes: a typed array has no `with` for every kind of element.
            const copy = list.slice() as unknown[];
            copy[index] = each;
            yield copy;
        }
    }
}

function* fieldwise(
    fields: readonly (readonly [string, IDL.Type])[],
    value: Readonly<Record<string, unknown>>
): Generator<CandidValue> {
    for (const [name, type] of fields) {
        for (const each of simpler(type, value[name])) yield { ...value, [name]: each };
    }
}

/** Also typed arrays, whose methods that are used here are those of arrays. */
function isList(value: unknown): value is List {
    return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
