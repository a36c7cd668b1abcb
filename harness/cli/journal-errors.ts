/** What can be wrong with a journal, or with the journals of shards. */
import { CliError, messageOf } from './errors.ts';

/** Base of the errors below. */
abstract class JournalError extends CliError {
    readonly file: string;

    constructor(code: string, file: string, message: string, fix: string, cause?: unknown) {
        super(code, message, fix, cause);
        this.file = file;
    }
}

/** A campaign would overwrite the journal of another one. */
export class JournalExistsError extends JournalError {
    constructor(file: string) {
        const fix = 'Go on with it by --resume, or remove it.';
        super('JOURNAL_EXISTS', file, `There is a journal in ${file} already.`, fix);
    }
}

/** Another process writes it. */
export class JournalInUseError extends JournalError {
    /** Number of that process. */
    readonly pid: number;

    constructor(file: string, pid: number) {
        const fix = 'Wait until that one has ended, or give another file with --journal.';
        super('JOURNAL_IN_USE', file, `The journal ${file} is being written by process ${pid}.`, fix);
        this.pid = pid;
    }
}

/** The file cannot be read or written. */
export class JournalFileError extends JournalError {
    constructor(file: string, cause: unknown) {
        const message = `The journal ${file} cannot be used: ${messageOf(cause)}`;
        super('JOURNAL_FILE', file, message, 'Give another file with --journal.', cause);
    }
}

/** Not a journal, or one that another version wrote. */
export class JournalFormatError extends JournalError {
    constructor(file: string, problem: string) {
        const fix = 'Run the campaign anew, with another --journal.';
        super('JOURNAL_FORMAT', file, `${file} is no journal that can be used: ${problem}`, fix);
    }
}

/** A journal without a whole line: it was cut off when it was copied, or the run ended before it had written one. */
export class JournalCutError extends JournalError {
    constructor(file: string, bytes: number) {
        const fix = 'Copy it again as it was written, or run that shard again with --resume.';
        super('JOURNAL_CUT', file, `The journal ${file} is damaged: it ends in line 1, at byte ${bytes}.`, fix);
    }
}

/** A line in the middle does not match its checksum: this is no torn write. */
export class JournalDamagedError extends JournalError {
    readonly line: number;

    constructor(file: string, line: number) {
        const message = `Line ${line} of the journal ${file} was changed or damaged.`;
        super('JOURNAL_DAMAGED', file, message, 'Run the campaign anew.');
        this.line = line;
    }
}

/** The journal is of another campaign: other options, another build, another version. */
export class JournalMismatchError extends JournalError {
    /** What differs. */
    readonly what: string;

    constructor(file: string, what: string) {
        const fix = 'Give the options and the code that it was begun with, or begin a new one with another --journal.';
        super('JOURNAL_MISMATCH', file, `The journal ${file} is of another campaign: ${what} differs.`, fix);
        this.what = what;
    }
}

/** Shards are missing, given twice, not of one campaign, or no shards. */
export class ShardSetError extends JournalError {
    constructor(file: string, problem: string, fix: string) {
        super('SHARD_SET', file, problem, fix);
    }
}

/** A shard has not come to its end. */
export class ShardUnfinishedError extends JournalError {
    constructor(file: string, what: string) {
        const fix =
            'Run that shard again with --resume. If together they used up the steps, raise --max-total-steps.';
        super('SHARD_UNFINISHED', file, `The shards do not add up: ${what}.`, fix);
    }
}
