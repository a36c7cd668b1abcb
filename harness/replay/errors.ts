/** What can be wrong with a schedule file: one class a cause, each with a stable `code` and what to do (`fix`). */

const FIND_AGAIN = 'Run `npm run fuzz` (or `fuzz-tests`) to find the race again and write the file anew.';

/** Base: the file is the user's to fix or to write anew. */
export class ScheduleFileError extends Error {
    readonly code: string;
    readonly file: string;
    /** One line: what to do now. */
    readonly fix: string;

    constructor(code: string, file: string, message: string, fix: string, cause?: unknown) {
        super(`${file}: ${message}`, cause === undefined ? undefined : { cause });
        this.name = new.target.name;
        this.code = code;
        this.file = file;
        this.fix = fix;
    }
}

/** The file does not exist or cannot be read. */
export class UnreadableScheduleError extends ScheduleFileError {
    constructor(file: string, cause: { readonly code?: string | undefined; readonly message: string }) {
        const reason = cause.code === 'ENOENT' ? 'there is no such file' : `cannot be read (${cause.message})`;
        super(
            'SCHEDULE_UNREADABLE',
            file,
            reason,
            'Give the path of a *.schedule.json or *.suite.json that `npm run fuzz` (or `fuzz-tests`) wrote.',
            cause
        );
    }
}

/** The text is not JSON: cut short in a copy, or not a schedule file at all. */
export class TruncatedScheduleError extends ScheduleFileError {
    constructor(file: string, bytes: number, cause: unknown) {
        const reason =
            bytes === 0
                ? 'the file is empty'
                : `is no complete JSON document (${bytes} bytes): cut short or overwritten`;
        super('SCHEDULE_TRUNCATED', file, reason, `Restore the file, or: ${FIND_AGAIN}`, cause);
    }
}

/** JSON, but written by something else. `format` is what would have been read. */
export class ForeignScheduleError extends ScheduleFileError {
    constructor(file: string, format: string) {
        super(
            'SCHEDULE_FOREIGN',
            file,
            `is not a ${format.replace('interleave-', '')} file: field 'format' is not '${format}'`,
            'Give the path of a *.schedule.json or *.plan.json that `npm run fuzz` wrote.'
        );
    }
}

/** Written in a format version that this version of the tool does not know. */
export class ScheduleVersionError extends ScheduleFileError {
    readonly version: unknown;

    constructor(file: string, version: unknown, newest: number, writtenBy: string) {
        super(
            'SCHEDULE_VERSION',
            file,
            `field 'version' is ${JSON.stringify(version)}, this tool reads versions 1 to ${newest}`,
            `Replay it with the tool that wrote it (${writtenBy}) or a newer one.`
        );
        this.version = version;
    }
}

/** A field is missing or has a value that it cannot have. */
export class ScheduleFieldError extends ScheduleFileError {
    readonly field: string;

    constructor(file: string, field: string, problem: string) {
        super('SCHEDULE_FIELD', file, `field '${field}': ${problem}`, `Restore the file, or: ${FIND_AGAIN}`);
        this.field = field;
    }
}

/** Well-formed, but a section is not what was written: its checksum does not match. */
export class EditedScheduleError extends ScheduleFileError {
    readonly field: string;

    constructor(file: string, field: string) {
        super(
            'SCHEDULE_EDITED',
            file,
            `field '${field}' was edited: its checksum does not match`,
            `Undo the edit: a schedule is exact evidence and is not replayed when altered. Or: ${FIND_AGAIN}`
        );
        this.field = field;
    }
}
