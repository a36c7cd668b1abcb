/** The journal of a run of `fuzz`: opened, or gone on with. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CampaignError } from '../explore/results.ts';
import type { Context } from './context.ts';
import { Journal, readJournal } from './journal.ts';
import type { JournalHeader, JournalJob, JournalRecord } from './journal.ts';
import { JournalMismatchError } from './journal-errors.ts';
import { awaitJournal, lockJournal } from './journal-lock.ts';
import type { FuzzOptions } from './options.ts';
import { shownPath } from './paths.ts';
import type { Job } from './protocol.ts';
import { sameCampaign } from './same-campaign.ts';
import { shardText } from './shard-option.ts';

/** A journal that is open. */
export interface OpenJournal {
    /** Absolute path. */
    readonly file: string;
    /** What it held already. */
    readonly records: readonly JournalRecord[];
    readonly append: (record: JournalRecord) => void;
    readonly close: () => void;
}

type Choice = Pick<FuzzOptions, 'journal' | 'resume' | 'shard' | 'seed'>;

/**
 * Begins a journal of these jobs, or goes on with one; undefined when none is wanted. `directory`: that of the project. Throws the
 * errors of journals.
 */
export async function openJournal(
    jobs: readonly Job[],
    directory: string,
    options: Choice,
    { streams, toolVersion }: Context
): Promise<OpenJournal | undefined> {
    const { journal, resume, shard } = options;
    if (journal === undefined && resume === undefined && shard === undefined) return undefined;
    const file = typeof journal === 'string' ? resolve(journal) : join(directory, '.interleave', defaultName(options));
    const unlock = resume === true ? await awaitJournal(file, streams.note) : lockJournal(file);
    try {
        return opened(file, headerOf(jobs, options, toolVersion), options, streams, unlock);
    } catch (error) {
        unlock();
        throw error;
    }
}

function opened(
    file: string,
    header: JournalHeader,
    { resume, shard }: Choice,
    streams: Context['streams'],
    unlock: () => void
): OpenJournal {
    const read = resume === true ? readJournal(file) : undefined;
    if (read !== undefined) {
        const isSameShard = JSON.stringify(read.header.shard) === JSON.stringify(shard);
        if (!isSameShard) throw new JournalMismatchError(file, 'the shard');
        sameCampaign(file, read.header, header);
        const torn = read.torn === 0 ? '' : `, and ${read.torn} bytes of one that was torn, which are dropped`;
        streams.note(`going on with ${shownPath(file)}: ${read.records.length} records${torn}`);
    }
    const open = new Journal(file, header, read, resume === true);
    return {
        file,
        records: read?.records ?? [],
        append: record => open.append(shown(record)),
        close: () => {
            open.close();
            unlock();
        }
    };
}

function defaultName({ shard }: Choice): string {
    return shard === undefined ? 'campaign.journal' : `${shardText(shard).replace(/\W/g, '-')}.journal`;
}

/** Paths as the user types them: journals of other machines are merged here. */
function shown(record: JournalRecord): JournalRecord {
    switch (record.kind) {
        case 'chunk':
            return { ...record, facts: { ...record.facts, location: shownPath(record.facts.location) } };
        case 'explained':
            return { ...record, files: record.files.map(shownPath) };
        case 'failed':
            return record;
    }
}

function headerOf(jobs: readonly Job[], { shard, seed }: Choice, toolVersion: string): JournalHeader {
    return { toolVersion, seed, ...(shard === undefined ? {} : { shard }), jobs: jobs.map(journalJob) };
}

function journalJob(job: Job): JournalJob {
    const { scenario, language, about, location, expected, path, canisters, settled, metering, failure } = job;
    // When to stop at the latest is no part of what is run.
    const { timeLimitMs: _limit, ...choices } = job.choices;
    return {
        scenario,
        language,
        about,
        location: shownPath(location),
        ...(expected === undefined ? {} : { expected }),
        file: createHash('sha256').update(readFileSync(path)).digest('hex'),
        canisters: canisters.map(({ role, name, wasmSha256, initArg }) => {
            return { role, name, wasmSha256, ...(initArg === undefined ? {} : { initArg }) };
        }),
        choices,
        settled,
        metering,
        ...(failure === undefined ? {} : { failure: withoutStack(failure) })
    };
}

function withoutStack({ code, message, fix }: CampaignError): CampaignError {
    return { code, message, fix };
}
