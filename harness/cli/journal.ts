/**
 * The journal of a campaign: what was done, appended as it is done, so that a run that was killed goes on where it was. One line a
 * record: checksum, blank, JSON. Lines are written whole and in order; what a kill tears off is the end of the last one, which is
 * recognised and dropped. It survives the end of the process at any moment; against power failure it is as safe as the file system.
 *
 * The first line says which campaign it is: version, seed, options, scenarios and builds. The journal of another one is refused.
 */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ChunkResult } from '../explore/chunk.ts';
import type { Explained } from '../explore/explain.ts';
import type { ScenarioFacts } from '../explore/facts.ts';
import type { Settled } from '../explore/options.ts';
import type { CampaignError } from '../explore/results.ts';
import {
    JournalCutError,
    JournalDamagedError,
    JournalExistsError,
    JournalFileError,
    JournalFormatError
} from './journal-errors.ts';
import { packed, unpacked } from './packed.ts';
import type { ExploreChoices } from './protocol.ts';
import type { Shard } from './shard-option.ts';

const FORMAT = 'interleave-journal';
const VERSION = 1;
const CHECKSUM_LENGTH = 16;

/** A job, by everything that its result depends on. */
export interface JournalJob {
    readonly scenario: string;
    readonly language: string;
    readonly about: string;
    readonly location: string;
    readonly expected?: string;
    /** SHA-256 (hex) of the scenario file. */
    readonly file: string;
    readonly canisters: readonly { readonly role: string; readonly name: string; readonly wasmSha256: string }[];
    readonly choices: ExploreChoices;
    /** Of the whole campaign, also in a shard. */
    readonly settled: Settled;
    readonly metering: string;
    /** Why it cannot be run: a canister of it does not compile. */
    readonly failure?: CampaignError;
}

/** The first line. */
export interface JournalHeader {
    readonly toolVersion: string;
    readonly seed: number;
    readonly shard?: Shard;
    readonly jobs: readonly JournalJob[];
}

/** One of the other lines; `job` is an index into `jobs`. */
export type JournalRecord =
    | { readonly kind: 'chunk'; readonly job: number; readonly facts: ScenarioFacts; readonly result: ChunkResult }
    /** With the schedule files of its findings. */
    | {
          readonly kind: 'explained';
          readonly job: number;
          readonly explained: Explained;
          readonly files: readonly string[];
      }
    | { readonly kind: 'failed'; readonly job: number; readonly error: CampaignError };

/** A journal as it was read. */
export interface ReadJournal {
    readonly header: JournalHeader;
    readonly records: readonly JournalRecord[];
    /** Bytes up to the end of the last whole line. */
    readonly length: number;
    /** Bytes of a line that was torn. */
    readonly torn: number;
}

/** Reads a journal; undefined when there is none, or none of its lines is whole. Throws the errors of journals. */
export function readJournal(file: string): ReadJournal | undefined {
    let bytes: Buffer;
    try {
        bytes = readFileSync(file);
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') return undefined;
        if (code === 'EISDIR') throw new JournalFileError(file, 'it is a directory');
        throw new JournalFileError(file, error);
    }
    const length = bytes.lastIndexOf(0x0a) + 1;
    const lines = bytes.toString('utf8', 0, length).split('\n').slice(0, -1);
    const [first, ...values] = lines.map((line, index) => valueOf(file, line, index + 1));
    if (first === undefined) return undefined;
    const { format, version, header } = first as { format?: unknown; version?: unknown; header: JournalHeader };
    if (format !== FORMAT) throw new JournalFormatError(file, 'it does not begin as one does');
    if (version !== VERSION) throw new JournalFormatError(file, `its version is ${String(version)}, not ${VERSION}`);
    return { header, records: values as JournalRecord[], length, torn: bytes.length - length };
}

/** Why there is nothing to read in `file`, where something has to be. */
export function whyNoJournal(file: string): Error {
    if (!existsSync(file)) return new JournalFormatError(file, 'it is not there');
    const text = readFileSync(file, 'latin1');
    if (text === '') return new JournalFormatError(file, 'it is empty');
    if (text.startsWith(`{"format":"${FORMAT}"`, CHECKSUM_LENGTH + 1)) return new JournalCutError(file, text.length);
    return new JournalFormatError(file, 'it does not begin as one does');
}

function valueOf(file: string, line: string, number: number): unknown {
    const text = line.slice(CHECKSUM_LENGTH + 1);
    if (line.slice(0, CHECKSUM_LENGTH) === checksum(text)) return unpacked(text);
    if (number === 1) throw new JournalFormatError(file, 'its first line does not match its checksum');
    throw new JournalDamagedError(file, number);
}

function checksum(text: string): string {
    return createHash('sha256').update(text).digest('hex').slice(0, CHECKSUM_LENGTH);
}

/** A journal that is being written. */
export class Journal {
    readonly file: string;
    readonly #descriptor: number;
    #position = 0;

    /** Begins a journal, or goes on with `read`. Throws JournalExistsError, JournalFileError. */
    constructor(file: string, header: JournalHeader, read: ReadJournal | undefined, mayExist: boolean) {
        this.file = file;
        try {
            mkdirSync(dirname(file), { recursive: true });
            const isNew = read === undefined;
            // An empty or torn first line is no journal yet: it may be written anew.
            this.#descriptor = openSync(file, isNew && !mayExist ? 'wx' : isNew ? 'w' : 'r+');
            this.#position = read?.length ?? 0;
            ftruncateSync(this.#descriptor, this.#position);
        } catch (error) {
            const isDirectory = statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
            if (isDirectory) throw new JournalFileError(file, 'it is a directory');
            if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new JournalExistsError(file);
            throw new JournalFileError(file, error);
        }
        if (read === undefined) this.#write({ format: FORMAT, version: VERSION, header });
    }

    append(record: JournalRecord): void {
        this.#write(record);
    }

    close(): void {
        closeSync(this.#descriptor);
    }

    /** In one call: a kill comes before it or after it, and else tears this line only. */
    #write(value: unknown): void {
        const text = packed(value);
        const bytes = Buffer.from(`${checksum(text)} ${text}\n`);
        try {
            for (let done = 0; done < bytes.length; ) {
                done += writeSync(this.#descriptor, bytes, done, bytes.length - done, this.#position + done);
            }
        } catch (error) {
            throw new JournalFileError(this.file, error);
        }
        this.#position += bytes.length;
    }
}
