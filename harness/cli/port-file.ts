/** The file that tells PocketIC's clients the port: claimed first, written when the server listens, removed at the end. */
import { closeSync, fstatSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { PortFileError } from './errors.ts';

/** How long a server that a file names may take to answer. */
const ANSWER_MS = 2_000;
/** How long a server may take from claiming the file to writing it; one that was killed in between never does. */
const CLAIM_MS = 30_000;
/** What servers write. */
const CONTENT = /^\d{0,5}\n?$/;

export class PortFile {
    readonly #path: string;
    readonly #descriptor: number;

    private constructor(path: string, descriptor: number) {
        this.#path = path;
        this.#descriptor = descriptor;
    }

    /**
     * `taken`: another server has it. A file that a killed server left behind names a port where nobody answers; it is replaced. Nothing
     * else is: throws PortFileError. Reads the clock.
     */
    static async claim(file: string): Promise<PortFile | 'taken'> {
        const path = resolve(file);
        const claimed = PortFile.#open(path);
        if (claimed !== undefined) return claimed;
        if (await isServed(path)) return 'taken';
        rmSync(path, { force: true });
        return PortFile.#open(path) ?? 'taken';
    }

    static #open(path: string): PortFile | undefined {
        try {
            return new PortFile(path, openSync(path, 'wx'));
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
            throw new PortFileError(path, error);
        }
    }

    write(port: number): void {
        writeSync(this.#descriptor, `${port}\n`);
    }

    remove(): void {
        const own = fstatSync(this.#descriptor);
        closeSync(this.#descriptor);
        // Somebody may have removed the file, and another server may have claimed the name since.
        if (statSync(this.#path, { throwIfNoEntry: false })?.ino === own.ino) rmSync(this.#path, { force: true });
    }
}

/** Whether a server has claimed the file, or answers where it points to. Throws PortFileError for what no server has written. */
async function isServed(path: string): Promise<boolean> {
    const text = contentOf(path);
    if (text === undefined) return false;
    // Claimed, and about to be written.
    if (text === '') return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < CLAIM_MS;
    try {
        const { ok } = await fetch(`http://127.0.0.1:${Number(text)}/status`, { signal: AbortSignal.timeout(ANSWER_MS) });
        return ok;
    } catch {
        return false;
    }
}

/** Undefined when the file has gone. */
function contentOf(path: string): string | undefined {
    try {
        const text = readFileSync(path, 'utf8');
        if (CONTENT.test(text)) return text;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw new PortFileError(path, error);
    }
    throw new PortFileError(path, new Error('there is a file that is no port file'));
}
