/** What tests of validation share: a module's refusal, and the texts that come again. */
import { expect } from '@jest/globals';
import { loadCode } from '../../code.ts';
import { assemble } from '../../wasm/test/wat.ts';

export const TOOLCHAIN =
    'This is likely an error with the compiler/CDK toolchain being used to build the canister.';
export const ENGINE = 'Wasmtime failed to validate wasm module wasmtime::Module::validate() failed with ';
export const DOCS = 'See documentation: http://internetcomputer.org/docs/current/references/execution-errors#';

/** The refusal of a module in either form; the test fails when it is accepted. */
export function refusal(module: string | Uint8Array): { detail: string; help: string } {
    try {
        loadCode(typeof module === 'string' ? assemble(module) : module);
    } catch (error) {
        const { code, detail, help } = error as { code: string; detail: string; help: string };
        expect([code, detail]).toEqual(['replica/invalid-code', detail]);
        return { detail, help };
    }
    throw new Error('the module was accepted');
}
