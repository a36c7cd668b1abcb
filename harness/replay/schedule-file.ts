/** Schedule files on disk: write atomically, read with every mistake named. Format: format.ts. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checksums } from './checksum.ts';
import {
    EditedScheduleError,
    ForeignScheduleError,
    ScheduleFieldError,
    ScheduleVersionError,
    TruncatedScheduleError,
    UnreadableScheduleError
} from './errors.ts';
import { SCHEDULE_FORMAT, SCHEDULE_VERSION, scheduleDocument } from './format.ts';
import type { ScheduleDocument, ScheduleSections } from './format.ts';

const SCHEDULE_SUFFIX = '.schedule.json';

/**
 * File name of a finding: the same for the same scenario, language and trace on every machine. Characters that file systems or
 * shells treat specially become `-`. Pure.
 */
export function scheduleFileName(sections: ScheduleSections): string {
    const scenario = sections.scenario.id.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 100);
    return `${scenario}.${sections.language}.${sections.traceHash.slice(0, 12)}${SCHEDULE_SUFFIX}`;
}

/**
 * Writes a schedule file into `directory` (made when missing) and returns its path. Atomic: a reader sees the old file, the new
 * one or none. Throws what the file system throws.
 */
export function writeSchedule(directory: string, sections: ScheduleSections): string {
    const file = join(directory, scheduleFileName(sections));
    const temporary = `${file}.${process.pid}.tmp`;
    mkdirSync(dirname(file), { recursive: true });
    try {
        writeFileSync(temporary, scheduleText(sections));
        renameSync(temporary, file);
    } finally {
        rmSync(temporary, { force: true });
    }
    return file;
}

/** The document as text, keys in the order of the format, two spaces of indentation. Pure. */
export function scheduleText(sections: ScheduleSections): string {
    const document: ScheduleDocument = {
        format: SCHEDULE_FORMAT,
        version: SCHEDULE_VERSION,
        ...sections,
        checksums: checksums(sections)
    };
    return `${JSON.stringify(document, undefined, 2)}\n`;
}

/**
 * Reads and verifies a schedule file. Throws a subclass of ScheduleFileError that names the file, the field and the fix:
 * unreadable, truncated, foreign, unknown version, wrong field, edited.
 */
export function readSchedule(file: string): ScheduleSections {
    return parseSchedule(file, readText(file));
}

function readText(file: string): string {
    try {
        return readFileSync(file, 'utf8');
    } catch (error) {
        throw new UnreadableScheduleError(file, error as NodeJS.ErrnoException);
    }
}

/** `readSchedule` for text that is already there; `file` is only named in errors. Pure. */
export function parseSchedule(file: string, text: string): ScheduleSections {
    const json = parseJson(file, text);
    if (typeof json !== 'object' || json === null || !('format' in json) || json.format !== SCHEDULE_FORMAT) {
        throw new ForeignScheduleError(file);
    }
    const version = 'version' in json ? json.version : undefined;
    if (version !== SCHEDULE_VERSION) throw new ScheduleVersionError(file, version, SCHEDULE_VERSION, writerOf(json));
    const parsed = scheduleDocument.safeParse(json);
    if (!parsed.success) {
        const issue = parsed.error.issues[0]!;
        const path = issue.path.join('.');
        const field = issue.code === 'unrecognized_keys' ? [path, issue.keys[0]].filter(Boolean).join('.') : path;
        throw new ScheduleFieldError(file, field, issue.message);
    }
    const { format: _format, version: _version, checksums: written, ...sections } = parsed.data;
    const computed = checksums(sections);
    for (const field of Object.keys(computed)) {
        if (computed[field] !== written[field]) throw new EditedScheduleError(file, field);
    }
    return sections;
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
