/**
 * Makes run-time types from the declarations that bindgen writes. The declarations are JavaScript made from somebody's .did file,
 * so they are parsed and interpreted, never executed: the only things that can happen are calls of `IDL`'s type constructors.
 */
import { IDL } from '@dfinity/candid';
import { parse } from 'acorn';
import type { AnyNode, ArrowFunctionExpression, CallExpression, Expression, Statement } from 'acorn';
import { BuildError } from '../errors.ts';

/** Types, type constructors and the lists and records of types between them. */
type Value = IDL.Type | string | Value[] | { [label: string]: Value };

/** The only functions that declarations can call. Types are values, so that no call of theirs has an effect. */
const CONSTRUCTORS: Readonly<Record<string, (...args: any[]) => IDL.Type>> = {
    Rec: IDL.Rec,
    Record: IDL.Record,
    Variant: IDL.Variant,
    Tuple: IDL.Tuple,
    Vec: IDL.Vec,
    Opt: IDL.Opt,
    Func: IDL.Func,
    Service: IDL.Service
};

/** The types that are not made by a call. */
const TYPES: Readonly<Record<string, IDL.Type>> = {
    Empty: IDL.Empty,
    Reserved: IDL.Reserved,
    Unknown: IDL.Unknown,
    Bool: IDL.Bool,
    Null: IDL.Null,
    Text: IDL.Text,
    Int: IDL.Int,
    Nat: IDL.Nat,
    Float32: IDL.Float32,
    Float64: IDL.Float64,
    Int8: IDL.Int8,
    Int16: IDL.Int16,
    Int32: IDL.Int32,
    Int64: IDL.Int64,
    Nat8: IDL.Nat8,
    Nat16: IDL.Nat16,
    Nat32: IDL.Nat32,
    Nat64: IDL.Nat64,
    Principal: IDL.Principal
};

/** A form that the generator is not known to write: its version changed, or its escaping has a hole. */
class UnexpectedDeclaration extends BuildError {
    constructor(problem: string) {
        super(
            'CANDID_DECLARATION',
            `The declarations made from Candid are not understood: ${problem}.`,
            'This is a mistake of ours: please report it with the interface description (.did).'
        );
    }
}

/**
 * What the exported function `name` of the declarations returns: a service for `idlFactory`, a list of types for `init`;
 * undefined when there is no such export. Throws UnexpectedDeclaration.
 */
export function evaluate(javascript: string, name: string): Value | undefined {
    const program = parse(javascript, { ecmaVersion: 'latest', sourceType: 'module' });
    for (const node of program.body) {
        if (node.type !== 'ExportNamedDeclaration' || node.declaration?.type !== 'VariableDeclaration') continue;
        for (const { id, init } of node.declaration.declarations) {
            if (id.type === 'Identifier' && id.name === name && init?.type === 'ArrowFunctionExpression')
                return body(init);
        }
    }
    return undefined;
}

/** The names of one function. */
class Scope {
    readonly #values = new Map<string, Value>();
    readonly #awaited = new Map<string, IDL.RecClass>();

    /** Gives a name its type, and completes the uses that came before. */
    define(name: string, value: Value): void {
        this.#values.set(name, value);
        this.#awaited.get(name)?.fill(value as unknown as IDL.ConstructType);
        this.#awaited.delete(name);
    }

    /** The generator uses some recursive function types above their definition: such a use gets a type that is filled later. */
    get(name: string): Value {
        const value = this.#values.get(name) ?? this.#awaited.get(name);
        if (value !== undefined) return value;
        const later = IDL.Rec();
        this.#awaited.set(name, later);
        return later;
    }

    /** Names that were used and never defined. */
    get undefinedNames(): readonly string[] {
        return [...this.#awaited.keys()];
    }
}

function body(fn: ArrowFunctionExpression): Value {
    const scope = new Scope();
    const value = fn.body.type === 'BlockStatement' ? block(fn, fn.body.body, scope) : expression(fn.body, scope);
    const missing = scope.undefinedNames;
    if (missing.length > 0) throw new UnexpectedDeclaration(`${missing.join(', ')} has no definition`);
    return value;
}

/** Runs statements up to the first `return`. */
function block(fn: ArrowFunctionExpression, statements: readonly Statement[], scope: Scope): Value {
    for (const node of statements) {
        const result = statement(node, scope);
        if (result !== undefined) return result;
    }
    throw unexpected(fn);
}

/** Runs one statement; a value means `return`. */
function statement(node: Statement, scope: Scope): Value | undefined {
    if (node.type === 'ReturnStatement' && node.argument) return expression(node.argument, scope);
    if (node.type === 'ExpressionStatement') {
        fill(node.expression, scope);
        return undefined;
    }
    if (node.type !== 'VariableDeclaration') throw unexpected(node);
    for (const { id, init } of node.declarations) {
        if (id.type !== 'Identifier' || !init) throw unexpected(node);
        scope.define(id.name, expression(init, scope));
    }
    return undefined;
}

/** `Name.fill(type)`: ties the knot of a recursive type. */
function fill(node: Expression, scope: Scope): void {
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') throw unexpected(node);
    if (memberName(node.callee) !== 'fill') throw unexpected(node);
    const rec = expression(node.callee.object, scope);
    const [type] = args(node, scope);
    if (!(rec instanceof IDL.RecClass) || type === undefined) throw unexpected(node);
    rec.fill(type as unknown as IDL.ConstructType);
}

function expression(node: AnyNode, scope: Scope): Value {
    switch (node.type) {
        case 'Literal':
            if (typeof node.value !== 'string') throw unexpected(node);
            return node.value;
        case 'Identifier':
            return scope.get(node.name);
        case 'MemberExpression': {
            const type = own(TYPES, idlMember(node));
            if (type === undefined) throw unexpected(node);
            return type;
        }
        case 'CallExpression': {
            if (memberName(node.callee) === 'getType') return unrolled(node, scope);
            const make = own(CONSTRUCTORS, idlMember(node.callee));
            if (make === undefined) throw unexpected(node);
            return make(...args(node, scope));
        }
        case 'ArrayExpression':
            return node.elements.map((element) => {
                if (element === null) throw unexpected(node);
                return expression(element, scope);
            });
        case 'ObjectExpression':
            return Object.fromEntries(
                node.properties.map((property) => {
                    if (property.type !== 'Property' || property.computed) throw unexpected(property);
                    return [label(property.key), expression(property.value, scope)];
                })
            );
        default:
            throw unexpected(node);
    }
}

function args(node: CallExpression, scope: Scope): Value[] {
    return node.arguments.map((argument) => expression(argument, scope));
}

/** `Name.getType()`: what a recursive type stands for. */
function unrolled(node: CallExpression, scope: Scope): Value {
    const rec = node.callee.type === 'MemberExpression' ? expression(node.callee.object, scope) : undefined;
    const type = rec !== undefined && rec instanceof IDL.RecClass ? rec.getType() : undefined;
    if (type === undefined) throw unexpected(node);
    return type;
}

/** `X` of `IDL.X`. */
function idlMember(node: AnyNode): string {
    const name = memberName(node);
    if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier' || node.object.name !== 'IDL')
        throw unexpected(node);
    if (name === undefined) throw unexpected(node);
    return name;
}

function memberName(node: AnyNode): string | undefined {
    if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier') return undefined;
    return node.property.name;
}

/** A field's name, quoted or not. */
function label(node: AnyNode): string {
    if (node.type === 'Identifier') return node.name;
    if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
    throw unexpected(node);
}

/** A name like `constructor` must not reach what every object inherits. */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
    return Object.hasOwn(table, name) ? table[name] : undefined;
}

function unexpected(node: AnyNode): UnexpectedDeclaration {
    return new UnexpectedDeclaration(`a ${node.type} at offset ${node.start} is no form of a type declaration`);
}
