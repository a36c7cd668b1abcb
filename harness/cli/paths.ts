/** Paths as people type them. */
import { relative } from 'node:path';

/** `path` (or `path:line`) relative to the current directory. Reads the current directory. */
export function shownPath(path: string): string {
    return relative(process.cwd(), path) || '.';
}
