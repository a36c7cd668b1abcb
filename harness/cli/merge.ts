/** `merge`: the journals of all shards of a campaign become the report that the whole campaign would have given. */
import { resolve } from 'node:path';
import { jsonReport } from '../report/json.ts';
import type { RunOutcome } from '../report/outcome.ts';
import type { Context } from './context.ts';
import { failedResult } from './failure.ts';
import { exitCodeOf, textReport } from './fuzz-report.ts';
import { JobRun } from './job-run.ts';
import { readJournal, whyNoJournal } from './journal.ts';
import type { JournalHeader, JournalJob, ReadJournal } from './journal.ts';
import { ShardSetError, ShardUnfinishedError } from './journal-errors.ts';
import type { MergeOptions } from './options.ts';
import { shownPath } from './paths.ts';
import type { Job } from './protocol.ts';
import { sameCampaign } from './same-campaign.ts';
import { shareOf } from './shard.ts';
import { shardText } from './shard-option.ts';
import type { Shard } from './shard-option.ts';

/** One journal, of a shard. */
interface Part extends ReadJournal {
    readonly file: string;
    readonly shard: Shard;
}

/** Runs the command; resolves to the exit code. Throws the errors of journals and of shards. */
export function merge(files: readonly string[], options: MergeOptions, { streams }: Context): number {
    const started = performance.now();
    const parts = whole(files.map(read));
    const { header } = parts[0]!;
    const outcomes = header.jobs.map((job, index) => outcomeOf(job, index, parts));
    const exitCode = exitCodeOf(outcomes, false);
    const { toolVersion, seed } = header;
    const facts = { toolVersion, seed, exitCode, interrupted: false, notRun: [] };
    if (options.json === true) {
        streams.out(jsonReport(outcomes, { ...facts, buildMs: 0, totalMs: performance.now() - started }));
    } else {
        streams.out(textReport(outcomes, { ...facts, findings: resolve(options.findings) }, streams.outPaint));
    }
    return exitCode;
}

function read(name: string): Part {
    const file = resolve(name);
    const journal = readJournal(file);
    if (journal === undefined) throw whyNoJournal(shownPath(file));
    const { shard } = journal.header;
    if (shard === undefined) {
        const fix = 'Give the journals of `fuzz --shard i/n`; that of a whole campaign needs no merging.';
        throw new ShardSetError(file, `${shownPath(file)} is the journal of a whole campaign, not of a shard.`, fix);
    }
    return { ...journal, file: shownPath(file), shard };
}

/** In order. Throws ShardSetError when one is missing or there twice, JournalMismatchError when one is of another campaign. */
function whole(parts: readonly Part[]): readonly Part[] {
    const [first] = parts;
    if (first === undefined) throw new ShardSetError('', 'No journal was given.', 'Give those of all shards.');
    const { of } = first.shard;
    const byIndex = new Map<number, Part>();
    for (const part of parts) {
        const { index } = part.shard;
        if (part.shard.of !== of) {
            const problem = `${part.file} is ${shardText(part.shard)}, but ${first.file} is ${shardText(first.shard)}.`;
            throw new ShardSetError(part.file, problem, 'Give the shards of one campaign.');
        }
        sameCampaign(part.file, first.header, part.header);
        const other = byIndex.get(index);
        if (other !== undefined) {
            const problem = `${other.file} and ${part.file} are both ${shardText(part.shard)}.`;
            throw new ShardSetError(part.file, problem, 'Give each shard once.');
        }
        byIndex.set(index, part);
    }
    const all = Array.from({ length: of }, (_, index) => byIndex.get(index + 1));
    const missing = all.flatMap((part, index) => (part === undefined ? [shardText({ index: index + 1, of })] : []));
    if (missing.length > 0)
        throw new ShardSetError('', `Missing: ${missing.join(', ')}.`, 'Give the journals of all shards.');
    return all.flatMap(part => part ?? []);
}

/** What the whole campaign of a job would have come to. Throws ShardUnfinishedError. */
function outcomeOf(job: JournalJob, index: number, parts: readonly Part[]): RunOutcome {
    const { language, failure } = job;
    const asJob = jobOf(job, index, parts[0]!.header);
    if (failure !== undefined) return { language, elapsedMs: 0, result: failedResult(asJob, failure) };
    const run = new JobRun(asJob);
    run.restore(parts.flatMap(({ records }) => records.filter(each => each.job === index)));
    if (run.outcome !== undefined) return { ...run.outcome, elapsedMs: 0 };
    const { next, found } = run.folded;
    const at = parts.find(({ shard }) => {
        const share = shareOf(job.settled, index, shard);
        const schedule = found?.finding.scheduleIndex ?? next;
        return share !== undefined && schedule >= share.from && schedule < share.to;
    });
    const cut = at === undefined || at.torn === 0 ? '' : `, whose last line is cut off at byte ${at.length + at.torn}`;
    const where = `${at?.file ?? 'one of them'}${cut}`;
    const what = `${job.scenario} ${language} from schedule ${next} on is missing, in ${where}`;
    throw new ShardUnfinishedError(at?.file ?? '', what);
}

/** A job that is not going to run: what a report needs of it. */
function jobOf(job: JournalJob, index: number, { toolVersion }: JournalHeader): Job {
    const { file: _file, canisters: _canisters, metering, ...rest } = job;
    const nowhere = { project: '', path: '', findings: '', canisters: [] };
    const language = job.language as Job['language'];
    return { ...rest, ...nowhere, language, index, toolVersion, metering: metering as Job['metering'] };
}
