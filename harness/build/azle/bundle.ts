/**
 * The JavaScript that Azle puts into a canister, made the way Azle makes it (its src/stable/build/commands/build/javascript.ts):
 * the same bundler, the same options, the same modules in the same order. Its text is the exact cache key of the sources: every
 * file, setting and package that matters is in it, nothing else is. With a source map it also tells where a line comes from.
 */
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CompileError } from '../diagnostics.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { CompilerFailedError, messageOf } from '../errors.ts';

interface Message {
    readonly text: string;
    readonly location: { readonly file: string; readonly line: number; readonly column: number } | null;
}

interface BuildResult {
    readonly outputFiles: readonly { readonly path: string; readonly text: string }[];
    readonly warnings: readonly Message[];
}

/** The part of esbuild's interface that is used; which esbuild it is the user's Azle decides. */
interface Esbuild {
    build(options: Readonly<Record<string, unknown>>): Promise<BuildResult>;
}

export interface Bundle {
    readonly javascript: string;
    /** JSON of a source map; empty when none was asked for. */
    readonly sourceMap: string;
    readonly warnings: readonly Diagnostic[];
}

export interface BundleRequest {
    readonly canister: string;
    /** Absolute. */
    readonly main: string;
    /** Paths in the bundle and in messages are relative to it. */
    readonly projectDirectory: string;
    /** Absolute path of esbuild's main module. */
    readonly esbuild: string;
}

/** Bundles a canister; 40 ms. Throws CompileError with file, line and column. */
export async function bundle(request: BundleRequest, withSourceMap = false): Promise<Bundle> {
    const { canister, main, projectDirectory } = request;
    // CommonJS: what it exports is the default export, and in some loaders also a set of named ones.
    const loaded = (await import(pathToFileURL(request.esbuild).href)) as Esbuild & { readonly default?: Esbuild };
    const esbuild = loaded.default ?? loaded;
    try {
        const { outputFiles, warnings } = await esbuild.build({
            stdin: { contents: entry(main), resolveDir: dirname(main) },
            absWorkingDir: projectDirectory,
            outfile: 'main.js',
            bundle: true,
            format: 'esm',
            logLevel: 'silent',
            preserveSymlinks: true,
            target: 'es2024',
            treeShaking: true,
            write: false,
            ...(withSourceMap ? { sourcemap: 'external', sourcesContent: false } : {})
        });
        const text = (suffix: string): string => outputFiles.find(({ path }) => path.endsWith(suffix))?.text ?? '';
        return { javascript: text('.js'), sourceMap: text('.js.map'), warnings: warnings.map(asDiagnostic('warning')) };
    } catch (cause) {
        const errors = errorsOf(cause);
        if (errors.length === 0) throw new CompilerFailedError(canister, 'esbuild', messageOf(cause), cause);
        throw new CompileError(canister, errors.map(asDiagnostic('error')));
    }
}

/** Azle's entry imports these before its own code; what they define must not be shaken off. */
function entry(main: string): string {
    return `
        import 'azle/_internal/globals';
        import { getDefaultVisitorData, IDL, idlToString } from 'azle';
        import * as CanisterModule from ${JSON.stringify(main)};
        console.log(getDefaultVisitorData, IDL, idlToString, CanisterModule);
    `;
}

function errorsOf(cause: unknown): readonly Message[] {
    const errors = (cause as { errors?: unknown } | null)?.errors;
    return Array.isArray(errors) ? (errors as Message[]) : [];
}

function asDiagnostic(severity: Diagnostic['severity']): (message: Message) => Diagnostic {
    return ({ text, location }) => ({
        file: location?.file ?? '',
        line: location?.line ?? 0,
        column: location === null ? 0 : location.column + 1,
        severity,
        code: '',
        message: text
    });
}
