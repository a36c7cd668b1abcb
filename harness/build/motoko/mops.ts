/**
 * Packages of mops, the package manager of Motoko, as `mops sources` resolves them: a dependency of the project wins; among
 * dependencies of dependencies the highest version does. Nothing is installed here: packages lie in `.mops`, where `mops install`
 * put them.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TomlError, parse } from 'smol-toml';
import { z } from 'zod';
import { MopsError, messageOf } from '../errors.ts';

const dependencies = z.record(z.string(), z.string()).default({});
const mopsToml = z.looseObject({
    package: z.looseObject({ baseDir: z.string().optional() }).optional(),
    dependencies,
    'dev-dependencies': dependencies
});
type MopsToml = z.output<typeof mopsToml>;

interface Found {
    /** As written: a version, a path, or the address of a GitHub repository. */
    readonly source: string;
    /** Directory of the package, whether it exists or not. */
    readonly directory: string;
}

/** Directories of the sources of all packages that the project's mops.toml reaches, by name; they need not exist. */
export function mopsPackages(projectDirectory: string): ReadonlyMap<string, string> {
    const root = read(projectDirectory);
    const chosen = new Map<string, Found>();
    const own = { ...root?.['dev-dependencies'], ...root?.dependencies };
    const queue = entries(own).map(([name, source]) => ({
        name,
        found: locate(projectDirectory, projectDirectory, name, source)
    }));
    for (const { name, found } of queue) chosen.set(name, found);
    // Breadth first: packages are few, and each is entered once a version.
    const seen = new Set<string>();
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const { name, found } = next;
        if (seen.has(`${name}@${found.source}`)) continue;
        seen.add(`${name}@${found.source}`);
        const before = chosen.get(name);
        if (before === undefined || (!Object.hasOwn(own, name) && isHigher(found.source, before.source)))
            chosen.set(name, found);
        for (const [inner, source] of entries(read(found.directory)?.dependencies ?? {})) {
            queue.push({ name: inner, found: locate(projectDirectory, found.directory, inner, source) });
        }
    }
    return new Map([...chosen].map(([name, found]) => [name, sources(found)]));
}

/** True when the project has a mops.toml. */
export function hasMops(projectDirectory: string): boolean {
    return existsSync(join(projectDirectory, 'mops.toml'));
}

function entries(record: Readonly<Record<string, string>>): [string, string][] {
    return Object.entries(record);
}

function read(directory: string): MopsToml | undefined {
    const file = join(directory, 'mops.toml');
    if (!existsSync(file)) return undefined;
    try {
        return mopsToml.parse(parse(readFileSync(file, 'utf8')));
    } catch (cause) {
        throw new MopsError(file, problemOf(cause), 'Correct mops.toml at that place.', cause);
    }
}

function problemOf(cause: unknown): string {
    if (cause instanceof TomlError) {
        return `line ${cause.line}, column ${cause.column}: ${cause.message.split('\n', 1)[0]}`;
    }
    if (!(cause instanceof z.ZodError)) return messageOf(cause);
    return cause.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}

/** Where `mops install` puts a package, by the form of what mops.toml says. */
function locate(project: string, from: string, name: string, source: string): Found {
    if (isLocal(source)) return { source, directory: resolve(from, source) };
    const installed = join(project, '.mops');
    if (/^https?:/.test(source))
        return { source, directory: githubDirectory(join(installed, '_github'), name, source) };
    // `core@1 = "1.0.0"` names one of several versions of a package; its directory has the plain name.
    return { source, directory: join(installed, `${name.replace(/@.*$/, '')}@${source}`) };
}

/** mops names the directory after branch and commit; the branch may be missing in mops.toml. */
function githubDirectory(parent: string, name: string, source: string): string {
    const reference = /#(.*)$/.exec(source)?.[1]?.replaceAll('/', '___') ?? '';
    const candidates = existsSync(parent)
        ? readdirSync(parent).filter((entry) => entry.startsWith(`${name}#${reference}`))
        : [];
    const exact = candidates.find((entry) => entry === `${name}#${reference}`);
    const [only, another] = candidates;
    if (exact === undefined && another !== undefined) {
        throw new MopsError(
            parent,
            `${name} is there more than once: ${candidates.join(', ')}.`,
            'Remove .mops and run `mops install`.'
        );
    }
    return join(parent, exact ?? only ?? `${name}#${reference}`);
}

/** The package's `baseDir`, `src` where it says nothing; the directory itself for a local package without one. */
function sources({ source, directory }: Found): string {
    const base = join(directory, read(directory)?.package?.baseDir ?? 'src');
    return isLocal(source) && existsSync(directory) && !existsSync(base) ? directory : base;
}

function isLocal(source: string): boolean {
    return /^(\.|\/|[A-Za-z]:[\\/])/.test(source);
}

/** Versions compare by number, part by part. */
function isHigher(version: string, than: string): boolean {
    const a = parts(version);
    const b = parts(than);
    const place = a.findIndex((part, index) => part !== (b[index] ?? 0));
    return place >= 0 && a[place]! > (b[place] ?? 0);
}

/** Numbers of a version; of a GitHub address those of a tag like `v1.2.0`, else none: a branch never beats a version. */
function parts(source: string): readonly number[] {
    const version = /(?:^|#.*v)(\d+)\.(\d+)\.(\d+)/.exec(source);
    return version === null ? [] : version.slice(1, 4).map(Number);
}
