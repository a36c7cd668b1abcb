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

function lineOf(text: string, part: string): number {
    return text.split('\n').findIndex(line => line.includes(part)) + 1;
}
