/** Documents on disk: one JSON object of checksummed sections. Written atomically, read with every mistake named. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { checksums } from './checksum.ts';
import {
    EditedScheduleError,
    ForeignScheduleError,
    ScheduleFieldError,
    ScheduleVersionError,
    TruncatedScheduleError,
    UnreadableScheduleError
} from './errors.ts';

/** A kind of document. `Sections` are its members, each covered by a checksum of its own, so that an edit is named. */
export interface DocumentFormat<Sections extends object> {
    /** What the field `format` holds. */
    readonly format: string;
    readonly version: number;
    readonly sections: z.ZodType<Sections>;
}

/** The document as text, keys in the order of the format, two spaces of indentation. Pure. */
export function documentText<S extends object>({ format, version }: DocumentFormat<S>, sections: S): string {
    const document = { format, version, ...sections, checksums: checksums(sections as Record<string, unknown>) };
    return `${JSON.stringify(document, undefined, 2)}\n`;
}

/**
 * Writes `file`, its directory made when missing. Atomic: a reader sees the old file, the new one or none. Throws what the file
 * system throws.
 */
export function writeDocument<S extends object>(format: DocumentFormat<S>, file: string, sections: S): void {
    const temporary = `${file}.${process.pid}.tmp`;
    mkdirSync(dirname(file), { recursive: true });
    try {
        writeFileSync(temporary, documentText(format, sections));
        renameSync(temporary, file);
    } finally {
        rmSync(temporary, { force: true });
    }
}

/**
 * Reads and verifies a document. Throws a subclass of ScheduleFileError that names the file, the field and the fix: unreadable,
 * truncated, foreign, unknown version, wrong field, edited.
 */
export function readDocument<S extends object>(format: DocumentFormat<S>, file: string): S {
    let text: string;
    try {
        text = readFileSync(file, 'utf8');
    } catch (error) {
        throw new UnreadableScheduleError(file, error as NodeJS.ErrnoException);
    }
    return parseDocument(format, file, text);
}

/** `readDocument` for text that is already there; `file` is only named in errors. Pure. */
export function parseDocument<S extends object>(kind: DocumentFormat<S>, file: string, text: string): S {
    const json = parseJson(file, text);
    const { format, version } = (json ?? {}) as { readonly format?: unknown; readonly version?: unknown };
    if (format !== kind.format) throw new ForeignScheduleError(file, kind.format);
    if (version !== kind.version) throw new ScheduleVersionError(file, version, kind.version, writerOf(json as object));
    const { format: _format, version: _version, checksums: sums, ...rest } = json as Record<string, unknown>;
    const sections = checked(file, kind.sections, rest);
    const { checksums: written } = checked(file, SUMS, { checksums: sums });
    const computed = checksums(sections as Record<string, unknown>);
    for (const field of Object.keys(computed)) {
        if (computed[field] !== written[field]) throw new EditedScheduleError(file, field);
    }
    return sections;
}

const SUMS = z.strictObject({ checksums: z.record(z.string(), z.string()) });

function checked<T>(file: string, schema: z.ZodType<T>, value: unknown): T {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0]!;
    const path = issue.path.join('.');
    const field = issue.code === 'unrecognized_keys' ? [path, issue.keys[0]].filter(Boolean).join('.') : path;
    throw new ScheduleFieldError(file, field, issue.message);
}

/** Characters that file systems or shells treat specially become `-`. Pure. */
export function fileNamePart(text: string): string {
    return text.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 100);
}

function parseJson(file: string, text: string): unknown {
    try {
        return JSON.parse(text);
    } catch (error) {
        throw new TruncatedScheduleError(file, Buffer.byteLength(text), error);
    }
}

/** Tool named in a document of unknown version, as far as it can be trusted to name one. */
function writerOf(json: object): string {
    const tool = 'tool' in json && typeof json.tool === 'object' && json.tool !== null ? json.tool : {};
    const version =
        'version' in tool && typeof tool.version === 'string' ? tool.version.slice(0, 40) : 'unknown version';
    return `interleave ${version}`;
}
