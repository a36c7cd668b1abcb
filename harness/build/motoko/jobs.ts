/** What the main thread asks of a Motoko worker, and what it answers. Plain data: it crosses threads. */
import type { Diagnostic } from '../diagnostics.ts';

/** Everything that decides a compilation. Paths are relative, with slashes, and exist only inside the compiler. */
export interface CompileJob {
    readonly kind: 'compile';
    readonly main: string;
    readonly files: readonly (readonly [path: string, text: string])[];
    readonly packages: readonly (readonly [name: string, directory: string])[];
    /** Canisters that are imported: name, principal, Candid. */
    readonly canisters: readonly (readonly [name: string, principal: string, candid: string])[];
    readonly modes: readonly string[];
    readonly extra: readonly string[];
    readonly publicMetadata: readonly string[];
}

/** The imports of one source, or none where it does not parse: compiling it says why. */
export interface ImportsJob {
    readonly kind: 'imports';
    readonly text: string;
}

export type MotokoJob = CompileJob | ImportsJob;

/** One import, as written. */
export interface MotokoImport {
    readonly path: string;
    /** 1-based. */
    readonly line: number;
    readonly column: number;
}

export type MotokoResult =
    | {
          readonly kind: 'compiled';
          readonly wasm: Uint8Array;
          readonly candid: string;
          readonly diagnostics: readonly Diagnostic[];
      }
    | { readonly kind: 'rejected'; readonly diagnostics: readonly Diagnostic[] }
    | { readonly kind: 'imports'; readonly imports: readonly MotokoImport[] | undefined }
    /** The compiler itself threw. */
    | { readonly kind: 'crashed'; readonly message: string };
