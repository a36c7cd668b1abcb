/**
 * moc as JavaScript. It keeps what it is given (files, packages, flags) and counts names across compilations, so that the second
 * module of one instance differs from the same module compiled first. Every compilation therefore gets a new instance: the same
 * input gives the same bytes, in any process. A new instance costs 150 ms, a compilation 1.3 s.
 */
import { createRequire } from 'node:module';
import { sep } from 'node:path';
import type { Diagnostic } from '../diagnostics.ts';
import type { CompileJob, MotokoImport, MotokoResult } from './jobs.ts';

interface MocDiagnostic {
    readonly source: string;
    readonly severity: number;
    readonly range: { readonly start: { readonly line: number; readonly character: number } };
    readonly code: string;
    readonly message: string;
}

interface Compiled {
    readonly wasm: Uint8Array;
    readonly candid: string;
}

/** The part of the package that is used; its own type of `compiler` is `any`. */
interface Motoko {
    readonly compiler: {
        gcFlags(mode: string): void;
        compileWasm(
            mode: 'ic',
            path: string
        ): { readonly diagnostics: readonly MocDiagnostic[]; readonly code: Compiled | null };
    };
    write(path: string, text: string): void;
    loadPackage(library: unknown): void;
    usePackage(name: string, directory: string): void;
    setAliases(directory: string, aliases: Readonly<Record<string, string>>): void;
    setPublicMetadata(sections: readonly string[]): void;
    setExtraFlags(flags: readonly string[]): void;
    parseMotoko(text: string): Node;
}

interface Node {
    readonly name: string;
    readonly args?: readonly unknown[];
    readonly start?: readonly [line: number, column: number];
}

/** Where the compiler finds the Candid of imported canisters; a name that no source can have. */
const CANDID_DIRECTORY = '.interleave/idl';

const require = createRequire(import.meta.url);

/** Forgets the loaded script, but not the libraries, and loads it again. */
function newInstance(): Motoko {
    const ownFiles = `${sep}node_modules${sep}motoko${sep}`;
    for (const file of Object.keys(require.cache)) {
        if (file.includes(ownFiles) && !file.endsWith('.json')) delete require.cache[file];
    }
    return require('motoko') as Motoko;
}

/** Compiles one canister. Throws what the compiler throws; `crashMessage` reads it. */
export function compile(job: CompileJob): MotokoResult {
    const moc = newInstance();
    // A package of the project called core replaces the one that the compiler carries.
    moc.loadPackage(require('motoko/packages/latest/core.json'));
    for (const mode of job.modes) moc.compiler.gcFlags(mode);
    if (job.extra.length > 0) moc.setExtraFlags(job.extra);
    moc.setPublicMetadata(['candid:service', 'candid:args', ...job.publicMetadata]);
    for (const [path, text] of job.files) moc.write(path, text);
    for (const [name, directory] of job.packages) moc.usePackage(name, directory);
    for (const [, principal, candid] of job.canisters) moc.write(`${CANDID_DIRECTORY}/${principal}.did`, candid);
    moc.setAliases(CANDID_DIRECTORY, Object.fromEntries(job.canisters.map(([name, principal]) => [name, principal])));
    const { diagnostics, code } = moc.compiler.compileWasm('ic', job.main);
    const said = diagnostics.map(diagnostic);
    if (code === null) return { kind: 'rejected', diagnostics: said };
    // A module or a program compiles too, but offers no method.
    if (code.candid.trim() !== '') return { kind: 'compiled', wasm: code.wasm, candid: code.candid, diagnostics: said };
    const noActor = 'is no actor: the main file of a canister must declare an actor or an actor class';
    return { kind: 'rejected', diagnostics: [...said, { ...NOWHERE, file: job.main, message: noActor }] };
}

const NOWHERE: Diagnostic = { file: '', line: 0, column: 0, severity: 'error', code: '', message: '' };

function diagnostic({ source, severity, range, code, message }: MocDiagnostic): Diagnostic {
    const { line, character } = range.start;
    return {
        file: source,
        line: line + 1,
        column: character + 1,
        severity: severity === 1 ? 'error' : 'warning',
        code,
        message
    };
}

/** Parsing leaves no traces that matter, so that one instance may parse all sources. */
let parser: Motoko | undefined;

/** The imports of a source in the order of the text; undefined when it does not parse. */
export function importsOf(text: string): readonly MotokoImport[] | undefined {
    parser ??= newInstance();
    let tree: Node;
    try {
        tree = parser.parseMotoko(text);
    } catch {
        // Not an answer but no loss either: compiling the source gives the error with its position.
        return undefined;
    }
    const found: MotokoImport[] = [];
    collect(tree, found);
    return found;
}

function collect(node: unknown, found: MotokoImport[]): void {
    if (typeof node !== 'object' || node === null) return;
    const { name, args, start } = node as Node;
    const [path] = args ?? [];
    if (name === 'ImportE' && typeof path === 'string') {
        const [line, column] = start ?? [0, -1];
        found.push({ path, line, column: column + 1 });
        return;
    }
    for (const child of Array.isArray(node) ? node : (args ?? [])) collect(child, found);
}

/** What a thrown thing says: the compiler throws OCaml exceptions, nested lists with a text in them. */
export function crashMessage(thrown: unknown): string {
    if (Array.isArray(thrown))
        return thrown
            .flat(3)
            .filter((part) => typeof part === 'string')
            .join(': ');
    if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) return String(thrown.message);
    return String(thrown);
}
