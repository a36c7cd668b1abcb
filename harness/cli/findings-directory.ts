/** The directory that schedule files go into. */
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { FindingsDirectoryError } from './errors.ts';

/**
 * Makes it and tries it, before anything runs: a race that is found must not be lost because it cannot be written. Throws
 * FindingsDirectoryError.
 */
export function makeFindingsDirectory(directory: string): void {
    try {
        makeDirectory(directory);
        accessSync(directory, constants.W_OK);
    } catch (error) {
        throw new FindingsDirectoryError(directory, error);
    }
}

/** One by one from above: `recursive` never returns where a file system refuses without a reason, as /proc does (Node 24). */
function makeDirectory(directory: string): void {
    if (existsSync(directory)) {
        if (!statSync(directory).isDirectory()) throw new Error(`${directory} is a file, no directory`);
        return;
    }
    makeDirectory(dirname(directory));
    try {
        mkdirSync(directory);
    } catch (error) {
        // Another run may have made it just now.
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        if (!statSync(directory).isDirectory()) throw error;
    }
}
