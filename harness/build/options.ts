/** What a build is given and what it gives. */
import type { Diagnostic } from './diagnostics.ts';
import type { BuildEvent } from './events.ts';

export interface BuiltCanister {
    readonly name: string;
    readonly type: 'azle' | 'motoko' | 'custom';
    readonly wasm: Uint8Array;
    /** Candid text of the service. */
    readonly candid: string;
    /** SHA-256 of `wasm`, hex. */
    readonly wasmHash: string;
    /** True when nothing was compiled; always for custom canisters. */
    readonly fromCache: boolean;
    /** How long compiling took, also when that was long ago; 0 without a clock. */
    readonly compileMs: number;
    /** Candid text of the init argument in dfx.json. */
    readonly initArg?: string;
    /** What it depends on: `dependencies` of dfx.json and `canister:` imports, sorted. */
    readonly dependencies: readonly string[];
    /** What the compiler warned of. */
    readonly warnings: readonly Diagnostic[];
}

export interface BuildOptions {
    /** Names to build, with everything they depend on; default all. */
    readonly canisters?: readonly string[];
    /** Default `.interleave/cache` in the project. */
    readonly cacheDirectory?: string;
    /** Compilations at a time; default 2. */
    readonly concurrency?: number;
    readonly onProgress?: (event: BuildEvent) => void;
    /** Principal, as text, that a canister will have: it goes into modules that import it. */
    readonly canisterIds: (name: string) => string;
    /** Milliseconds of a monotonic clock, for durations only; default none, so that all durations are 0. */
    readonly clock?: () => number;
    /** Stops the build: compilers are ended, the promise is rejected with BuildAbortedError. */
    readonly signal?: AbortSignal;
}
