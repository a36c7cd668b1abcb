import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceText } from './finding.ts';

/** Folders that hold nothing of ours: installed, generated or private to a tool. */
const FOREIGN_FOLDERS = ['node_modules', '.git', '.interleave', '.azle', '.dfx', '.mops', 'coverage'];
const TEXT_FILE = /\.(ts|js|mjs|mo|did|md|json|ya?ml|sh)$|^run$/;

/**
 * Every text file of ours below `root`, sorted by path. Reads the disk, not git, so that it also works in an unpacked archive
 * and sees a file before it is added.
 */
export function readTree(root: string, folder = ''): SourceText[] {
    return readdirSync(join(root, folder), { withFileTypes: true })
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .flatMap(entry => {
            const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
            if (entry.isDirectory()) return FOREIGN_FOLDERS.includes(entry.name) ? [] : readTree(root, path);
            if (!entry.isFile() || !TEXT_FILE.test(entry.name)) return [];
            return [{ path, text: readFileSync(join(root, path), 'utf8') }];
        });
}

/** Folders of `harness/`, the rooms of the house. */
export function roomsOf(root: string): string[] {
    return readdirSync(join(root, 'harness'), { withFileTypes: true })
        .filter(entry => entry.isDirectory())
        .map(entry => entry.name)
        .sort();
}

/** TypeScript and JavaScript, the canisters' included. */
export function isCode({ path }: SourceText): boolean {
    return /\.(ts|js|mjs)$/.test(path) && !path.endsWith('.d.ts');
}

/** Test files, and the helpers that only tests use. */
export function isTest({ path }: SourceText): boolean {
    return path.endsWith('.test.ts') || path.includes('/test/');
}

/** The file at `path` of the tree; an empty one when it does not exist, so that the rules about it fail by name. */
export function fileAt(root: string, path: string): SourceText {
    return { path, text: existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '' };
}
