/**
 * Values written as Candid text, as dfx.json's `init_arg` has them, fitted to the types that they are for. No library that this
 * project keeps reads this notation. A value must have the type it is for: there is no subtyping except what costs no
 * thought (a field that is missing and optional is null; a nat literal fits every number type that can hold it).
 */
import { IDL, idlLabelToId } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { messageOf } from '../errors.ts';
import { CandidValueError } from './errors.ts';
import { parseValues } from './text-syntax.ts';
import type { FieldNode, Label, ValueNode } from './text-syntax.ts';

/**
 * The values of `text`, for example `(100, opt principal "aaaaa-aa")`, as @dfinity/candid represents values of `types`; encode
 * them with `IDL.encode(types, values)`. Throws CandidValueError that names line and column.
 */
export function parseCandidArgs(text: string, types: readonly IDL.Type[]): unknown[] {
    const values = parseValues(text);
    if (values.length !== types.length) {
        const wanted = `(${types.map((type) => type.name).join(', ')})`;
        throw new CandidValueError(text, 0, `${values.length} values where the types are ${wanted}.`);
    }
    return types.map((type, index) => fit(text, values[index]!, type));
}

/** A type annotation must agree: `(5 : nat8)` is no nat. */
function fit(text: string, node: ValueNode, type: IDL.Type): unknown {
    if (node.annotation !== undefined && isPrimitiveName(node.annotation) && node.annotation !== type.name) {
        throw misfit(text, node, type);
    }
    return type.accept(new Fit(text), node);
}

const PRIMITIVES = new Set([
    'bool',
    'text',
    'nat',
    'int',
    'float32',
    'float64',
    'null',
    'principal',
    'nat8',
    'nat16',
    'nat32',
    'nat64',
    'int8',
    'int16',
    'int32',
    'int64'
]);

/** Other names in an annotation are names of the interface's own types, which the text does not define. */
function isPrimitiveName(name: string): boolean {
    return PRIMITIVES.has(name);
}

function misfit(text: string, node: ValueNode, type: IDL.Type): CandidValueError {
    return new CandidValueError(
        text,
        node.offset,
        `a ${node.annotation ?? node.kind} value where ${type.name} is expected.`
    );
}

/** One method a type of Candid; whatever a method does not override ends in `visitType`, which refuses the value. */
class Fit extends IDL.Visitor<ValueNode, unknown> {
    readonly #text: string;

    constructor(text: string) {
        super();
        this.#text = text;
    }

    override visitType(type: IDL.Type, node: ValueNode): unknown {
        throw misfit(this.#text, node, type);
    }

    override visitNull(type: IDL.NullClass, node: ValueNode): unknown {
        return node.kind === 'null' ? null : this.visitType(type, node);
    }

    /** Any value will do. */
    override visitReserved(): unknown {
        return null;
    }

    override visitBool(type: IDL.BoolClass, node: ValueNode): unknown {
        return node.kind === 'bool' ? node.value : this.visitType(type, node);
    }

    override visitText(type: IDL.TextClass, node: ValueNode): unknown {
        if (node.kind !== 'text') return this.visitType(type, node);
        try {
            return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(node.bytes);
        } catch {
            throw new CandidValueError(
                this.#text,
                node.offset,
                'a text whose escapes are not UTF-8; write a blob instead.'
            );
        }
    }

    override visitNumber(type: IDL.PrimitiveType, node: ValueNode): unknown {
        const digits = node.kind === 'number' ? integer(node.text) : undefined;
        if (digits === undefined) return this.visitType(type, node);
        // The library represents unbounded and 64-bit integers as bigint, smaller ones as number.
        const isBig = type instanceof IDL.IntClass || type instanceof IDL.NatClass || bits(type) === 64;
        return this.#checked(type, node, isBig ? digits : Number(digits));
    }

    override visitFloat(type: IDL.FloatClass, node: ValueNode): unknown {
        return node.kind === 'number' ? float(node.text) : this.visitType(type, node);
    }

    override visitPrincipal(type: IDL.PrincipalClass, node: ValueNode): unknown {
        return node.kind === 'principal' ? this.#principal(node, node.text) : this.visitType(type, node);
    }

    override visitService(type: IDL.ServiceClass, node: ValueNode): unknown {
        return node.kind === 'service' ? this.#principal(node, node.text) : this.visitType(type, node);
    }

    override visitFunc(type: IDL.FuncClass, node: ValueNode): unknown {
        return node.kind === 'func' ? [this.#principal(node, node.text), node.method] : this.visitType(type, node);
    }

    override visitOpt<T>(type: IDL.OptClass<T>, inner: IDL.Type<T>, node: ValueNode): unknown {
        if (node.kind === 'null') return [];
        return node.kind === 'opt' ? [fit(this.#text, node.value, inner)] : this.visitType(type, node);
    }

    override visitVec<T>(type: IDL.VecClass<T>, inner: IDL.Type<T>, node: ValueNode): unknown {
        // `blob` is another notation for `vec nat8`.
        if (node.kind === 'blob' && inner instanceof IDL.FixedNatClass && bits(inner) === 8) return node.bytes;
        if (node.kind !== 'vec') return this.visitType(type, node);
        return node.values.map((value) => fit(this.#text, value, inner));
    }

    override visitRecord(type: IDL.RecordClass, fields: [string, IDL.Type][], node: ValueNode): unknown {
        if (node.kind !== 'record') return this.visitType(type, node);
        return Object.fromEntries(this.#fields(type, fields, node, node.fields));
    }

    /** A record whose labels are 0, 1, ... without a gap is a tuple to the library: a list of values. */
    override visitTuple<T extends any[]>(type: IDL.TupleClass<T>, components: IDL.Type[], node: ValueNode): unknown {
        if (node.kind !== 'record') return this.visitType(type, node);
        const fields = components.map((component, index) => [`_${index}_`, component] as [string, IDL.Type]);
        return this.#fields(type, fields, node, node.fields).map(([, value]) => value);
    }

    override visitVariant(type: IDL.VariantClass, fields: [string, IDL.Type][], node: ValueNode): unknown {
        if (node.kind !== 'variant') return this.visitType(type, node);
        const found = fields.find(([name]) => isLabel(node.field.label, name));
        if (found === undefined) throw this.#noField(type, node.field);
        return { [found[0]]: fit(this.#text, node.field.value, found[1]) };
    }

    override visitRec<T>(_type: IDL.RecClass<T>, inner: IDL.ConstructType<T>, node: ValueNode): unknown {
        return fit(this.#text, node, inner);
    }

    /** The values of all fields of a record type, in the order of the type. */
    #fields(
        type: IDL.Type,
        fields: [string, IDL.Type][],
        node: ValueNode,
        given: readonly FieldNode[]
    ): [string, unknown][] {
        const foreign = given.find(({ label }) => !fields.some(([name]) => isLabel(label, name)));
        if (foreign !== undefined) throw this.#noField(type, foreign);
        return fields.map(([name, fieldType]) => {
            const [field, again] = given.filter(({ label }) => isLabel(label, name));
            if (again !== undefined)
                throw new CandidValueError(this.#text, again.offset, `the field ${name} a second time.`);
            if (field !== undefined) return [name, fit(this.#text, field.value, fieldType)];
            if (fieldType instanceof IDL.OptClass) return [name, []];
            throw new CandidValueError(this.#text, node.offset, `a record without the field ${name} of ${type.name}.`);
        });
    }

    #noField(type: IDL.Type, { label, offset }: FieldNode): CandidValueError {
        return new CandidValueError(
            this.#text,
            offset,
            `${type.name} has no field ${'name' in label ? label.name : label.id}.`
        );
    }

    #principal(node: ValueNode, text: string): Principal {
        try {
            return Principal.fromText(text);
        } catch (cause) {
            throw new CandidValueError(this.#text, node.offset, `"${text}" is no principal: ${messageOf(cause)}`);
        }
    }

    /** The library knows the range of every number type. */
    #checked(type: IDL.PrimitiveType, node: ValueNode, value: unknown): unknown {
        try {
            type.covariant(value);
            return value;
        } catch {
            throw new CandidValueError(
                this.#text,
                node.offset,
                `${String(value)} is outside the range of ${type.name}.`
            );
        }
    }
}

/** Two labels are one field when their numbers are equal, however they are written. */
function isLabel(label: Label, name: string): boolean {
    return ('id' in label ? label.id : idlLabelToId(label.name)) === idlLabelToId(name);
}

/** Width of a fixed-width integer type. */
function bits(type: IDL.Type): number | undefined {
    return type instanceof IDL.FixedNatClass || type instanceof IDL.FixedIntClass ? type._bits : undefined;
}

/** Undefined for a float. */
function integer(text: string): bigint | undefined {
    const digits = text.replaceAll('_', '').replace(/^\+/, '');
    if (!/^-?(?:0[xX][0-9a-fA-F]+|[0-9]+)$/.test(digits)) return undefined;
    return digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits);
}

function float(text: string): number {
    const plain = text
        .replaceAll('_', '')
        .replace(/inf(?:inity)?$/, 'Infinity')
        .replace(/nan$/, 'NaN');
    return plain.startsWith('-') ? -Number(plain.slice(1)) : Number(plain);
}
