/**
 * A content-addressed store on disk: one file an entry, written beside its place and renamed into it, so that a reader (also in
 * another process) sees a whole entry or none. Two writers of one key write the same content, whoever comes last.
 *
 * An entry is three parts: a line with the digest of the rest, a line of JSON, bytes. Damage is found on reading; a damaged
 * entry is removed and counts as absent.
 */
import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    readdirSync,
    renameSync,
    rmSync,
    rmdirSync,
    statSync,
    writeFileSync
} from 'node:fs';
import { dirname, join } from 'node:path';
import { CacheError } from '../errors.ts';
import { sha256 } from './key.ts';

const NEWLINE = 0x0a;
const SCRATCH = 'scratch-';
/** No build takes a day. */
const ABANDONED_MS = 24 * 3600 * 1000;

export interface CacheEntry {
    /** Plain JSON; whoever reads it validates it. */
    readonly meta: unknown;
    readonly body: Uint8Array;
}

export class Cache {
    readonly directory: string;
    readonly #onDamage: (file: string) => void;

    /** `onDamage` is told the file of every entry that was damaged; the entry is gone by then. */
    constructor(directory: string, onDamage: (file: string) => void = () => {}) {
        this.directory = directory;
        this.#onDamage = onDamage;
    }

    /** The entry of `key`, or undefined when there is none or it is damaged. */
    read(key: string): CacheEntry | undefined {
        const file = this.#file(key);
        if (!existsSync(file)) return undefined;
        const entry = decode(key, readFileSync(file));
        if (entry !== undefined) return entry;
        this.discard(key);
        return undefined;
    }

    /** Removes an entry that turned out to be unusable, and says so. */
    discard(key: string): void {
        const file = this.#file(key);
        rmSync(file, { force: true });
        this.#onDamage(file);
    }

    /** Stores an entry under `key`, replacing what is there. Throws CacheError when the directory cannot be written. */
    write(key: string, entry: CacheEntry): void {
        const file = this.#file(key);
        try {
            this.prepare();
            mkdirSync(dirname(file), { recursive: true });
            const staging = this.scratch();
            const written = join(staging, 'entry');
            writeFileSync(written, encode(key, entry));
            renameSync(written, file);
            rmSync(staging, { recursive: true, force: true });
        } catch (cause) {
            throw new CacheError(this.directory, cause);
        }
    }

    /**
     * Makes the directory, with a .gitignore of its own: what is in it belongs into no repository. Removes what builds that were
     * killed left behind. Throws CacheError when the directory cannot be written.
     */
    prepare(): void {
        try {
            const ignored = join(this.directory, '.gitignore');
            if (existsSync(ignored)) return this.#sweep();
            mkdirSync(this.directory, { recursive: true });
            writeFileSync(ignored, '*\n');
        } catch (cause) {
            throw new CacheError(this.directory, cause);
        }
    }

    /** A new, empty directory for temporary files of one build; whoever asks removes it. */
    scratch(): string {
        return mkdtempSync(join(this.directory, SCRATCH));
    }

    /** Where it is said who makes the entry of `key`. */
    claimOf(key: string): string {
        return `${this.#file(key)}.claim`;
    }

    /** Ages are told by the file system alone, which also another machine's builds in this directory agree on. */
    #sweep(): void {
        const left = readdirSync(this.directory).filter((name) => name.startsWith(SCRATCH));
        if (left.length === 0) return;
        const now = this.scratch();
        const { mtimeMs } = statSync(now);
        rmdirSync(now);
        for (const name of left) {
            const path = join(this.directory, name);
            const found = statSync(path, { throwIfNoEntry: false });
            if (found !== undefined && mtimeMs - found.mtimeMs > ABANDONED_MS)
                rmSync(path, { recursive: true, force: true });
        }
    }

    #file(key: string): string {
        return join(this.directory, key.slice(0, 2), key.slice(2));
    }
}

function encode(key: string, { meta, body }: CacheEntry): Uint8Array {
    const rest = Buffer.concat([Buffer.from(`${JSON.stringify(meta)}\n`), body]);
    return Buffer.concat([Buffer.from(`${digest(key, rest)}\n`), rest]);
}

function decode(key: string, bytes: Buffer): CacheEntry | undefined {
    const end = bytes.indexOf(NEWLINE);
    if (end < 0) return undefined;
    const rest = bytes.subarray(end + 1);
    if (bytes.toString('latin1', 0, end) !== digest(key, rest)) return undefined;
    const metaEnd = rest.indexOf(NEWLINE);
    // A copy of its own: a slice of the file's buffer would keep everything alive and cannot be transferred.
    return { meta: JSON.parse(rest.toString('utf8', 0, metaEnd)), body: new Uint8Array(rest.subarray(metaEnd + 1)) };
}

/** The key is part of it, so that an entry moved to another name is damage too. */
function digest(key: string, rest: Uint8Array): string {
    return sha256(`${key}:${sha256(rest)}`);
}
