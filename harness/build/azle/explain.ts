/** From what Azle prints when it fails to a diagnostic with file and line. */
import { SourceMap } from 'node:module';
import type { SourceMapPayload } from 'node:module';
import { CompileError } from '../diagnostics.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { CompilerFailedError } from '../errors.ts';
import type { BuildError } from '../errors.ts';
import { bundle } from './bundle.ts';
import type { BundleRequest } from './bundle.ts';
import type { AzleOutput } from './run.ts';

/**
 * The error that a failed run is. Azle runs the canister's top level to learn its methods; what that throws is the usual reason.
 */
export async function explainFailure(request: BundleRequest, { output, javascript }: AzleOutput): Promise<BuildError> {
    const { canister, main } = request;
    const message = messageIn(output);
    if (message === '') return new CompilerFailedError(canister, 'azle', output);
    const place = await placeOf(request, output, javascript);
    const diagnostic: Diagnostic = { ...place, severity: 'error', code: '', message };
    return new CompileError(canister, [diagnostic], fixFor(output, main));
}

/** The commonest mistake: editors and older templates set it. */
const DECORATORS =
    'Remove "experimentalDecorators" from its tsconfig.json: Azle needs the decorators of the language itself.';
const DEFAULT_EXPORT = "Write `export default class { ... }` with the canister's methods.";

function fixFor(output: string, main: string): string | undefined {
    if (/not a function/.test(output) && /decoratorImplementation/.test(output)) return DECORATORS;
    if (/must be the default export/.test(output)) return DEFAULT_EXPORT;
    return `The top level of ${main} and what it imports runs when the canister is built: it must not fail there.`;
}

/** The first line, without what Azle and the engine put before the text that was thrown. */
function messageIn(output: string): string {
    const line = /Azle BuildError: (.*)/.exec(output)?.[1] ?? '';
    return line
        .replace(/^(?:(?:\w*Error): )+(?=\S)/, '')
        .replace(/ from \S*$/, '')
        .trim();
}

interface Place {
    readonly file: string;
    readonly line: number;
    readonly column: number;
}

const NOWHERE: Place = { file: '', line: 0, column: 0 };

/** The innermost frame that is user code. */
async function placeOf(request: BundleRequest, output: string, javascript: string): Promise<Place> {
    const frames = [...output.matchAll(/main\.js:(\d+):(\d+)\)?/g)].map(
        ([, line, column]) => [Number(line), Number(column)] as const
    );
    if (frames.length === 0) return NOWHERE;
    const ours = await bundle(request, true);
    const map = new SourceMap(JSON.parse(ours.sourceMap) as SourceMapPayload);
    for (const [line, column] of frames) {
        // Our bundle has the lines of Azle's up to the entry; a line that differs has no place that we know.
        if (!sameLine(line, ours.javascript, javascript)) continue;
        const found = map.findEntry(line - 1, column - 1);
        if (
            !('originalSource' in found) ||
            found.originalSource.includes('node_modules') ||
            found.originalSource === '<stdin>'
        )
            continue;
        const file = found.originalSource;
        // The engine knows the place of calls only; before a file's first call that is the bundler's own code at its top.
        if (found.originalLine === 0 && found.originalColumn === 0) return { ...NOWHERE, file };
        return { file, line: found.originalLine + 1, column: found.originalColumn + 1 };
    }
    return NOWHERE;
}

/** The bundler numbers names that occur twice, and Azle's entry has names of its own. */
function sameLine(line: number, ours: string, theirs: string): boolean {
    const text = (javascript: string): string | undefined =>
        javascript
            .split('\n', line)
            .at(line - 1)
            ?.replace(/(?<=[\w$])\d+\b/g, '');
    return text(ours) !== undefined && text(ours) === text(theirs);
}
