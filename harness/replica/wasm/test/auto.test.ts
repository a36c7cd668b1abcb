/** Metering `auto`: instructions for canisters that ask the performance counter, not for those whose runtime does. */
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { prepareModule } from '../index.ts';
import type { Metering } from '../index.ts';
import { assemble } from './wat.ts';

interface Motoko {
    write(path: string, source: string): void;
    wasm(path: string, mode: 'ic'): { readonly wasm: Uint8Array };
}

const motoko = createRequire(import.meta.url)('motoko') as Motoko;

/** As the core library has it. */
const LIBRARY = `import Prim "mo:⛔"; module {
    public let performanceCounter : (counter : Nat32) -> (value : Nat64) = Prim.performanceCounter;
    public func countInstructions(run : () -> ()) : Nat64 {
        let init = Prim.performanceCounter(0);
        let pre = Prim.performanceCounter(0);
        run();
        Prim.performanceCounter(0) - pre - (pre - init);
    };
}`;

function motokoMetering(body: string): Metering {
    motoko.write('library.mo', LIBRARY);
    const imports = 'import Prim "mo:⛔"; import Library "library";';
    motoko.write('auto.mo', `${imports} persistent actor { public func go() : async Nat64 { ${body} } }`);
    return prepareModule(motoko.wasm('auto.mo', 'ic').wasm, { metering: 'auto' }).metering;
}

const COUNTER = '(import "ic0" "performance_counter" (func $counter (param i32) (result i64)))';
const watMetering = (fields: string): Metering =>
    prepareModule(assemble(`(module ${fields})`), { metering: 'auto' }).metering;

describe('Metering auto', () => {
    it('is unit for a Motoko actor that leaves the counter to its runtime', () => {
        expect(motokoMetering('(0 : Nat64)')).toBe('unit');
    });

    it.each([
        'Prim.performanceCounter(0)', 'Library.performanceCounter(0)',
        'Library.countInstructions(func () {})'
    ])('is instructions for Motoko: %s', body => {
        expect(motokoMetering(body)).toBe('instructions');
    });

    it('is unit for modules that import the counter and do not call it, or do not import it', () => {
        expect(watMetering(COUNTER)).toBe('unit');
        expect(watMetering('(func $counter) (func (export "f") (call $counter))')).toBe('unit');
    });

    it('is instructions for any other module that calls it', () => {
        expect(watMetering(`${COUNTER} (func (drop (call $counter (i32.const 0))))`)).toBe('instructions');
    });

    it('follows the JavaScript of Azle canisters, whose engine always calls it', () => {
        const azle = (script: string): string =>
            `${COUNTER} (memory 1) (data "${script}") (func (drop (call $counter (i32.const 0))))`;
        expect(watMetering(azle('globalThis._azleIc.msgReply(x);performanceCounter counterType'))).toBe('unit');
        expect(watMetering(azle('globalThis._azleIc.performanceCounter(0)'))).toBe('instructions');
    });

    it('is remembered apart from a mode that was asked for', () => {
        const wasm = assemble(`(module ${COUNTER} (func (drop (call $counter (i32.const 0)))))`);
        expect(prepareModule(wasm).metering).toBe('unit');
        expect(prepareModule(wasm, { metering: 'auto' }).metering).toBe('instructions');
        expect(prepareModule(wasm, { metering: 'instructions' }).metering).toBe('instructions');
    });
});
