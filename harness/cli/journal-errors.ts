/** What can be wrong with a journal, or with the journals of shards. */

/** Base of the errors below: `code` is stable, `fix` says what to do next. */
abstract class JournalError extends Error {
    abstract readonly code: string;
    readonly fix: string;
    readonly file: string;

    constructor(file: string, message: string, fix: string, cause?: unknown) {
        super(message, cause === undefined ? undefined : { cause });
        this.file = file;
        this.fix = fix;
    }
}

/** A campaign would overwrite the journal of another one. */
export class JournalExistsError extends JournalError {
    override readonly name = 'JournalExistsError';
    readonly code = 'JOURNAL_EXISTS';

    constructor(file: string) {
        super(file, `There is a journal in ${file} already.`, 'Go on with it by --resume, or remove it.');
    }
}

/** The file cannot be read or written. */
export class JournalFileError extends JournalError {
    override readonly name = 'JournalFileError';
    readonly code = 'JOURNAL_FILE';

    constructor(file: string, cause: unknown) {
        const why = (cause as { readonly message?: string }).message ?? String(cause);
        super(file, `The journal ${file} cannot be used: ${why}`, 'Give another file with --journal.', cause);
    }
}

/** Not a journal, or one that another version wrote. */
export class JournalFormatError extends JournalError {
    override readonly name = 'JournalFormatError';
    readonly code = 'JOURNAL_FORMAT';

    constructor(file: string, problem: string) {
        const fix = 'Run the campaign anew, with another --journal.';
        super(file, `${file} is no journal that can be used: ${problem}`, fix);
    }
}

/** A line in the middle does not match its checksum: this is no torn write. */
export class JournalDamagedError extends JournalError {
    override readonly name = 'JournalDamagedError';
    readonly code = 'JOURNAL_DAMAGED';
    readonly line: number;

    constructor(file: string, line: number) {
        super(file, `Line ${line} of the journal ${file} was changed or damaged.`, 'Run the campaign anew.');
        this.line = line;
    }
}

/** The journal is of another campaign: other options, another build, another version. */
export class JournalMismatchError extends JournalError {
    override readonly name = 'JournalMismatchError';
    readonly code = 'JOURNAL_MISMATCH';
    /** What differs. */
    readonly what: string;

    constructor(file: string, what: string) {
        const fix = 'Give the options and the code that it was begun with, or begin a new one with another --journal.';
        super(file, `The journal ${file} is of another campaign: ${what} differs.`, fix);
        this.what = what;
    }
}

/** Shards are missing, given twice, not of one campaign, or no shards. */
export class ShardSetError extends JournalError {
    override readonly name = 'ShardSetError';
    readonly code = 'SHARD_SET';

    constructor(file: string, problem: string, fix: string) {
        super(file, problem, fix);
    }
}

/** A shard has not come to its end. */
export class ShardUnfinishedError extends JournalError {
    override readonly name = 'ShardUnfinishedError';
    readonly code = 'SHARD_UNFINISHED';

    constructor(file: string, what: string) {
        const fix =
            'Run that shard again with --resume. If together they used up the steps, raise --max-total-steps.';
        super(file, `The shards do not add up: ${what}.`, fix);
    }
}
