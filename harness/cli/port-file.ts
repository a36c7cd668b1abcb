/** The file that tells PocketIC's clients the port: claimed first, written when the server listens, removed at the end. */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { PortFileError } from './errors.ts';

/** How long a server that a file names may take to answer. */
const ANSWER_MS = 2_000;

export class PortFile {
    readonly #path: string;
    readonly #descriptor: number;

    private constructor(path: string, descriptor: number) {
        this.#path = path;
        this.#descriptor = descriptor;
    }

    /**
     * `taken`: another server has it. A file that a killed server left behind names a port where nobody answers; it is replaced. Throws
     * PortFileError.
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
        closeSync(this.#descriptor);
        rmSync(this.#path, { force: true });
    }
}

/** Whether a server has claimed the file, or answers where it points to. */
async function isServed(path: string): Promise<boolean> {
    try {
        const text = readFileSync(path, 'utf8');
        // Claimed, and about to be written.
        if (text === '') return true;
        const { ok } = await fetch(`http://127.0.0.1:${Number(text)}/status`, { signal: AbortSignal.timeout(ANSWER_MS) });
        return ok;
    } catch {
        return false;
    }
}
