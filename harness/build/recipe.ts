/** How one canister is made: the address of the result, and the act of making it, which the cache may save. */
import type { Diagnostic } from './diagnostics.ts';

export interface CompiledModule {
    readonly wasm: Uint8Array;
    /** Candid text of the service. */
    readonly candid: string;
    readonly warnings: readonly Diagnostic[];
}

export interface Recipe {
    /** Hash of everything that decides the result. */
    readonly key: string;
    /** Throws CompileError when the source is wrong. */
    readonly compile: () => Promise<CompiledModule>;
}
