/** Types of imported and exported functions. */
import { valueTypeName } from '../wasm/index.ts';
import type { FunctionType } from '../wasm/index.ts';
import { InvalidCodeError } from './errors.ts';

/** A function type by the names of its value types, e.g. `i32`. */
export interface ExpectedType {
    readonly params: readonly string[];
    readonly results: readonly string[];
}

/** Throws `InvalidCodeError` unless the function `name` has the expected type. */
export function checkType(name: string, expected: ExpectedType, type: FunctionType): void {
    checkList('input params', name, expected.params, type.params);
    checkList('return type', name, expected.results, type.results);
}

function checkList(what: string, name: string, expected: readonly string[], types: Uint8Array): void {
    const got = Array.from(types, (type) => valueTypeName(type) ?? '');
    if (expected.join() !== got.join()) {
        throw new InvalidCodeError(
            'Wasm module has an invalid function signature. ' +
                `Expected ${what} ${shown(expected)} for '${name}', got ${shown(got)}.`
        );
    }
}

/** As production prints types: `[I32, I64]`. */
function shown(types: readonly string[]): string {
    return `[${types.map((type) => (type.endsWith('ref') ? `Ref(${type})` : type.toUpperCase())).join(', ')}]`;
}
