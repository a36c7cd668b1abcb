import { describe, expect, it } from '@jest/globals';
import type { HostFunction } from '../index.ts';
import { numberImports } from '../number-imports.ts';
import { assemble } from './wat.ts';

/** A module that passes constants through an import and returns what it gives. */
function through(host: HostFunction, value: string): unknown {
    const imports = numberImports([
        { name: 'f', params: ['number', 'i32', 'i64'], result: 'number', host },
        { name: 'g', params: ['number'], result: undefined, host }
    ]);
    const module = new WebAssembly.Module(new Uint8Array(assemble(`(module
        (import "ic0" "f" (func $f (param i64 i32 i64) (result i64))) (import "ic0" "g" (func $g (param i64)))
        (func (export "run") (result i64) (call $f (i64.const ${value}) (i32.const -1) (i64.const -2))))`)));
    const { run } = new WebAssembly.Instance(module, { ic0: imports }).exports;
    return (run as () => unknown)();
}

describe('imports of a module with 64-bit addresses', () => {
    const values: readonly (readonly [string, bigint])[] = [
        ['0', 0n], ['5', 5n], ['4294967296', 2n ** 32n], ['9007199254740991', 2n ** 53n - 1n], ['-1', 2n ** 64n - 1n],
        ['9007199254740993', 2n ** 53n + 1n], ['-9223372036854775808', 2n ** 63n], ['-1025', 2n ** 64n - 1025n]
    ];
    it.each(values)('take %s as the number that its BigInt converts to', (text, value) => {
        const seen: unknown[] = [];
        through(((...args: unknown[]) => {
            seen.push(...args);
            return 0;
        }) as HostFunction, text);
        expect(seen).toEqual([Number(value), -1, -2n]);
    });

    it('give numbers back exactly', () => {
        const results = [0, 1, 2 ** 32, 2 ** 53 - 1];
        expect(results.map(result => through((() => result) as HostFunction, '0'))).toEqual(results.map(BigInt));
    });

    it('pass on what the host throws', () => {
        const thrown = { reason: 'a trap of the System API' };
        expect(() => through((() => {
            throw thrown as unknown as Error;
        }) as HostFunction, '0')).toThrow(expect.objectContaining(thrown) as unknown as Error);
    });
});
