/**
 * A small module between a canister with 64-bit addresses and the host: V8 hands i64 to JavaScript as a BigInt, which costs an
 * allocation for each address and size. Here they become f64, exact up to 2^53; larger ones are out of bounds by far.
 */
import { call, END, localGet } from './binary/assembler.ts';
import { flatten, u32, utf8Name, vector } from './binary/encode.ts';
import type { Code } from './binary/encode.ts';
import { F64, I32, I64 } from './binary/types.ts';
import type { HostFunction } from './contract.ts';

/** `number`: an unsigned i64 that the host function takes, or gives, as a number. */
export type NumberType = 'i32' | 'i64' | 'number';

/** A host function with the types that the canister imports it with. */
export interface NumberImport {
    readonly name: string;
    readonly params: readonly NumberType[];
    readonly result: NumberType | undefined;
    readonly host: HostFunction;
}

const F64_CONVERT_I64_U = 0xba;
const I64_TRUNC_SAT_F64_U: Code = [0xfc, 7];
const INNER = { i32: I32, i64: I64, number: F64 } as const;
const OUTER = { i32: I32, i64: I64, number: I64 } as const;

/** Functions to import in place of the given ones, by name. */
export function numberImports(imports: readonly NumberImport[]): Record<string, HostFunction> {
    const hosts = Object.fromEntries(imports.map(({ host }, index) => [String(index), host]));
    const module = new WebAssembly.Module(Uint8Array.from(flatten(moduleOf(imports))));
    return new WebAssembly.Instance(module, { h: hosts }).exports as Record<string, HostFunction>;
}

function moduleOf(imports: readonly NumberImport[]): Code {
    const count = imports.length;
    const typesOf = (map: Readonly<Record<NumberType, number>>): Code[] => imports.map(({ params, result }) => {
        return [0x60, vector(params.map(type => map[type])), vector(result === undefined ? [] : [map[result]])];
    });
    const section = (id: number, items: readonly Code[]): Code => {
        const bytes = flatten(vector(items));
        return [id, u32(bytes.length), bytes];
    };
    return [
        [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
        section(1, [...typesOf(INNER), ...typesOf(OUTER)]),
        section(2, imports.map((_, index) => [utf8Name('h'), utf8Name(String(index)), 0, u32(index)])),
        section(3, imports.map((_, index) => u32(count + index))),
        section(7, imports.map(({ name }, index) => [utf8Name(name), 0, u32(count + index)])),
        section(10, imports.map(bodyOf))
    ];
}

function bodyOf({ params, result }: NumberImport, index: number): Code {
    const bytes = flatten([
        0,
        params.map((type, at) => [localGet(at), type === 'number' ? F64_CONVERT_I64_U : []]),
        call(index),
        result === 'number' ? I64_TRUNC_SAT_F64_U : [],
        END
    ]);
    return [u32(bytes.length), bytes];
}
