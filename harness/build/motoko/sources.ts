/** All that goes into a Motoko canister: the sources that its main file reaches, and the canisters that it imports. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { UnsupportedSettingError } from '../errors.ts';
import type { MotokoImport } from './jobs.ts';

export interface MotokoSources {
    /** Path of the main file as the compiler sees it. */
    readonly main: string;
    /** Path and text of every file, sorted by path. */
    readonly files: readonly (readonly [path: string, text: string])[];
    /** Packages that are used and have a directory of their own, sorted by name. */
    readonly packages: readonly (readonly [name: string, directory: string])[];
    /** Names in `canister:` imports, sorted. */
    readonly canisters: readonly string[];
}

export interface SourceRequest {
    readonly canister: string;
    /** Absolute. */
    readonly main: string;
    readonly projectDirectory: string;
    /** Absolute directories, by name. */
    readonly packages: ReadonlyMap<string, string>;
    /** The imports of a source; undefined when it does not parse. */
    readonly importsOf: (text: string) => Promise<readonly MotokoImport[] | undefined>;
}

/**
 * Reads main and everything it imports, directly or not. What cannot be found is left out: the compiler says so, with the
 * position of the import. Throws UnsupportedSettingError for kinds of imports that are not supported.
 */
export async function motokoSources(request: SourceRequest): Promise<MotokoSources> {
    const { main, packages, projectDirectory } = request;
    const texts = new Map<string, string>();
    const used = new Map<string, string>();
    const canisters = new Set<string>();
    const queue = [main];
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
        if (texts.has(file) || !existsSync(file)) continue;
        const text = readFileSync(file, 'utf8');
        texts.set(file, text);
        for (const found of (await request.importsOf(text)) ?? []) {
            const target = targetOf(request, file, found);
            if (target.kind === 'canister') canisters.add(target.name);
            if (target.kind !== 'file') continue;
            if (target.packageName !== undefined) used.set(target.packageName, packages.get(target.packageName)!);
            queue.push(target.file);
        }
    }
    const root = commonDirectory(projectDirectory, [...texts.keys(), ...used.values()]);
    const virtual = (path: string): string => relative(root, path).split(sep).join('/');
    return {
        main: virtual(main),
        files: [...texts].map(([file, text]) => [virtual(file), text] as const).sort(byFirst),
        packages: [...used].map(([name, directory]) => [name, virtual(directory)] as const).sort(byFirst),
        canisters: [...canisters].sort()
    };
}

type Target =
    | { readonly kind: 'file'; readonly file: string; readonly packageName?: string }
    | { readonly kind: 'canister'; readonly name: string }
    | { readonly kind: 'carried' };

/** Where an import leads (Motoko manual, "Imports"). */
function targetOf({ canister, packages }: SourceRequest, from: string, { path, line, column }: MotokoImport): Target {
    const refuse = (problem: string, fix: string): UnsupportedSettingError =>
        new UnsupportedSettingError(canister, `${from}:${line}:${column}`, `import "${path}" ${problem}`, fix);
    if (path.startsWith('canister:')) return { kind: 'canister', name: path.slice('canister:'.length) };
    if (path.startsWith('mo:')) {
        const [name = '', ...rest] = path.slice('mo:'.length).split('/');
        const directory = packages.get(name);
        // The primitives and the core library come with the compiler; it also says what is not defined.
        return directory === undefined
            ? { kind: 'carried' }
            : { kind: 'file', file: sourceFile(join(directory, ...rest)), packageName: name };
    }
    if (path.startsWith('ic:')) {
        const fix = 'Write the type where it is used: actor "aaaaa-aa" : actor { raw_rand : () -> async Blob }.';
        throw refuse('by principal is not supported.', fix);
    }
    if (path.startsWith('blob:')) throw refuse('of a file as blob is not supported.', 'Put the bytes into the source.');
    if (path.startsWith('/')) throw refuse('by absolute path is not supported.', 'Import it relative to the file.');
    return { kind: 'file', file: sourceFile(join(dirname(from), path)) };
}

/** `x` is `x.mo`, or `x/lib.mo` where there is no such file. */
function sourceFile(path: string): string {
    if (path.endsWith('.mo')) return path;
    return existsSync(`${path}.mo`) ? `${path}.mo` : join(path, 'lib.mo');
}

/**
 * The project's directory, or the nearest one above it that holds all files: the compiler knows no path above its root. Paths
 * relative to it appear in the module (positions of traps), so that they must not depend on the machine.
 */
function commonDirectory(project: string, paths: readonly string[]): string {
    const outside = (directory: string): boolean => paths.some((path) => relative(directory, path).startsWith('..'));
    let root = project;
    while (outside(root) && dirname(root) !== root) root = dirname(root);
    return root;
}

function byFirst(a: readonly [string, string], b: readonly [string, string]): number {
    return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}
