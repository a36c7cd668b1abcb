/** Rules about package.json and its lock file: what is installed here is what is installed everywhere. */
import type { Finding, SourceText } from './finding.ts';
import { findLines } from './finding.ts';

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
const GROUPS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/** A range installs something else tomorrow, and a schedule recorded today would not replay. */
export function versionsNotPinned(manifest: SourceText): Finding[] {
    const groups = JSON.parse(manifest.text) as Record<string, Record<string, string> | undefined>;
    return GROUPS.flatMap(group => Object.entries(groups[group] ?? {}))
        .filter(([, version]) => !EXACT.test(version))
        .map(([name, version]) => ({
            file: manifest.path,
            line: lineOf(manifest.text, `"${name}": "${version}"`),
            problem: `${name} is not pinned: ${version}`,
            fix: 'Write the exact version that was tested (npm install --save-exact).'
        }));
}

/** A registry's address in the lock file is that of one machine's mirror; `.npmrc` leaves it out. */
export function lockNamesRegistry(lock: SourceText): Finding[] {
    return findLines([lock], line => line.includes('"resolved":'), {
        problem: 'the lock file names a registry',
        fix: 'Run npm install --package-lock-only with the .npmrc of this repository.'
    });
}

interface LockEntry {
    readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * `npm ci` refuses a lock file that has no entry for some platform's package, on every platform. npm leaves entries out without a
 * word when the registry that it asked lacks a package, so that the file works nowhere but where it was made.
 */
export function lockLacksPlatforms(lock: SourceText): Finding[] {
    const { packages } = JSON.parse(lock.text) as { packages: Record<string, LockEntry> };
    return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
        Object.entries(optionalDependencies)
            .filter(([name]) => !placesOf(path, name).some(place => place in packages))
            .map(([name, version]) => ({
                file: lock.path,
                line: lineOf(lock.text, `"${name}": "${version}"`),
                problem: `no entry for ${name} ${version}, which ${path || 'package.json'} lists as optional`,
                fix: `Add "node_modules/${name}" by hand: its version, "optional": true, and its "os" and "cpu".`
            }))
    );
}

/** Where npm looks for a package that the package at `path` asks for: beside it, then in each folder above. */
function placesOf(path: string, name: string): string[] {
    const parts = path === '' ? [] : path.split(/(?<=.)\/(?=node_modules\/)/);
    return [...parts.keys(), parts.length].map(depth => [...parts.slice(0, depth), `node_modules/${name}`].join('/'));
}

function lineOf(text: string, part: string): number {
    return text.split('\n').findIndex(line => line.includes(part)) + 1;
}
