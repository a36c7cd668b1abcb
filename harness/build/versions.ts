/** Versions of the compilers that this project depends on: parts of every cache key. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The directory of the npm package `name` that code in `from` would import, found as Node finds it: in `node_modules` there or in
 * a directory above. Undefined when it is not installed. (A package's `exports` may hide package.json from `require.resolve`.)
 */
export function packageDirectory(name: string, from: string): string | undefined {
    for (let directory = from; ; directory = dirname(directory)) {
        const candidate = join(directory, 'node_modules', name);
        if (existsSync(join(candidate, 'package.json'))) return candidate;
        if (dirname(directory) === directory) return undefined;
    }
}

/** The version in a package's package.json. */
export function versionIn(directory: string): string {
    return String((JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version?: unknown }).version);
}

const versions = new Map<string, string>();

/** The installed version of a package of ours. Throws when it is not installed. */
export function packageVersion(name: string): string {
    let version = versions.get(name);
    if (version === undefined) {
        const directory = packageDirectory(name, import.meta.dirname);
        if (directory === undefined) throw new Error(`${name} is not installed: run npm ci`);
        versions.set(name, (version = versionIn(directory)));
    }
    return version;
}
