/**
 * A job under way, as the main thread sees it: what is folded, what was run ahead, what is running, what comes next. Which worker runs
 * what, and how fast, changes nothing in what comes out.
 */
import { isDivisible } from '../explore/chunk.ts';
import type { Chunk, ChunkResult } from '../explore/chunk.ts';
import { conclude } from '../explore/conclude.ts';
import type { Explained } from '../explore/explain.ts';
import type { ScenarioFacts } from '../explore/facts.ts';
import { foldChunk, isSamePlan, isStillRight, nothingFolded } from '../explore/fold.ts';
import type { Folded } from '../explore/fold.ts';
import { planRound } from '../explore/plan.ts';
import type { CampaignError, CampaignResult } from '../explore/results.ts';
import type { ExplorationEnd } from '../explore/verdict.ts';
import type { RunOutcome } from '../report/outcome.ts';
import { failedResult } from './failure.ts';
import type { JournalRecord } from './journal.ts';
import { ScheduleKeeper } from './keeper.ts';
import { NOT_BEGUN } from './lane.ts';
import type { ChunkReply, ChunkTask, ExplainReply, ExplainTask, Job } from './protocol.ts';

/** How long a chunk takes that can be divided: to begin and to fold one takes some milliseconds. */
const CHUNK_MS = 250;
/** Where there is a journal: what a kill takes away. */
const WRITTEN_CHUNK_MS = 50;
/** An enumeration is cut more seldom: what others need to go on there is some kilobytes each time. */
const ENUMERATION_MS = 500;
/** What is planned is a little less, so that chunks mostly come to their end and leave no rest. */
const PLANNED = 3 / 4;
/** Near the end chunks get smaller, so that nobody waits long for the last one; but not smaller than this. */
const LEAST_MS = 20;
/** Schedules of the first chunks, when nobody knows yet how long one takes; then as many as take so long. */
const FIRST_CHUNK = 16;
/** Schedules in a millisecond, when nobody knows yet: more than any canister can do. */
const FASTEST = 50;
/** Chunks that may be run ahead of the first one that is not done. */
const AHEAD_MAX = 64;

export class JobRun {
    readonly job: Job;
    readonly keeper: ScheduleKeeper;
    folded: Folded;
    facts: ScenarioFacts | undefined;
    outcome: RunOutcome | undefined;
    /** Why it is to end early. */
    stopped: 'interrupted' | 'time-limit' | undefined;
    #log: (record: JournalRecord) => void;
    readonly #chunkMs: number;
    /** Explanations that a journal has. */
    #written: readonly ExplainedRecord[] = [];
    readonly #started = performance.now();
    readonly #running = new Set<Chunk>();
    #ahead: ChunkResult[] = [];
    #death: { readonly schedule: number; readonly error: CampaignError } | undefined;
    #end: ExplorationEnd | undefined;
    #explaining: 'wanted' | 'running' | undefined;
    /** Schedules that a worker runs in a millisecond. */
    #rate: number | undefined;

    /** `log`: where what is done is written down, so that it need not be done again. */
    constructor(job: Job, log?: (record: JournalRecord) => void) {
        this.job = job;
        this.#log = log ?? (() => undefined);
        this.#chunkMs = log === undefined ? CHUNK_MS : WRITTEN_CHUNK_MS;
        this.keeper = new ScheduleKeeper(job);
        this.folded = nothingFolded(job.settled);
    }

    /** Goes on from what a journal says of this job. To be called first. */
    restore(records: readonly JournalRecord[]): void {
        const log = this.#log;
        this.#log = () => undefined;
        this.#written = records.flatMap(each => (each.kind === 'explained' ? [each] : []));
        for (const record of records) {
            if (record.kind === 'failed') this.fail(record.error);
            if (record.kind !== 'chunk') continue;
            this.facts ??= record.facts;
            this.#ahead.push(record.result);
        }
        if (records.length > 0) this.#advance();
        const explained = this.#writtenHere()?.explained;
        if (this.#explaining === 'wanted' && explained !== undefined) this.#conclude(explained);
        this.#log = log;
    }

    get isDone(): boolean {
        return this.outcome !== undefined;
    }

    /** Whether its workers may stop: exploring is over, or was ended. */
    get mayStop(): boolean {
        return this.stopped !== undefined || (this.#end !== undefined && this.#explaining === undefined);
    }

    /** Milliseconds of work that nobody does yet. */
    get waitingMs(): number {
        if (this.#explaining === 'wanted') return Infinity;
        if (this.#end !== undefined || !isDivisible(this.job.settled)) return 0;
        const others = [...this.#running, ...this.#ahead.map(({ chunk, to }) => ({ ...chunk, to }))];
        const taken = others.reduce((sum, { from, to }) => sum + to - from, 0);
        return (this.job.settled.to - this.folded.next - taken) / (this.#rate ?? FASTEST);
    }

    /** Something to do for a worker; undefined when there is nothing now. `alone`: whether there is only one worker. */
    next(alone: boolean): ChunkTask | ExplainTask | undefined {
        const { index, settled } = this.job;
        if (this.#explaining === 'wanted') {
            this.#explaining = 'running';
            const { found, others, seen } = this.folded;
            const explain = { found: found!, others, stepsMax: settled.stepsMax - seen.stats.steps };
            return { kind: 'explain', index, explain };
        }
        if (this.stopped !== undefined || this.#end !== undefined) return undefined;
        const chunk = this.#nextChunk(alone ? Infinity : this.#chunkSize());
        if (chunk === undefined) return undefined;
        this.#running.add(chunk);
        const goesOn = chunk.frontier !== undefined;
        const cutAfterMs = isDivisible(chunk) ? this.#chunkMs : ENUMERATION_MS;
        return { kind: 'chunk', index, chunk, cutAfterMs, ...(goesOn ? { finished: this.folded.finished } : {}) };
    }

    /** Takes the answer to a chunk. */
    ran({ chunk }: ChunkTask, reply: ChunkReply): void {
        this.#running.delete(chunk);
        if (reply.kind === 'not-runnable') {
            this.#log({ kind: 'failed', job: this.job.index, error: reply.error });
            return this.fail(reply.error);
        }
        this.facts ??= reply.facts;
        const { result, exploredMs } = reply;
        if (exploredMs > 0 && result.to > chunk.from) this.#rate = (result.to - chunk.from) / exploredMs;
        if (result.to > chunk.from || result.error !== undefined || result.end !== 'stopped') this.#ahead.push(result);
        this.#advance();
    }

    /** Takes the answer to an explanation. */
    explained(reply: ExplainReply): void {
        this.#conclude(reply.kind === 'explained' ? reply.explained : this.#unexplained(reply.error));
    }

    /** The worker of a task died, in this schedule or before the first one. */
    died(task: ChunkTask | ExplainTask, schedule: number, error: CampaignError): void {
        if (task.kind === 'explain') return this.#conclude(this.#unexplained(error));
        this.#running.delete(task.chunk);
        // One that was only about to help when time was up has nothing to tell.
        if (this.facts !== undefined && this.stopped !== undefined && schedule === NOT_BEGUN) return this.#advance();
        const isKnown = this.facts !== undefined && this.stopped === undefined;
        // What came before this schedule in the same chunk went with the worker, and is run again: what is reported does not depend on it.
        if (isKnown && isDivisible(task.chunk) && schedule >= task.chunk.from) {
            if (this.#death === undefined || schedule < this.#death.schedule) this.#death = { schedule, error };
            this.#advance();
        } else {
            this.fail(error);
        }
    }

    /** Ends it early: what has been done is reported. */
    stop(why: 'interrupted' | 'time-limit'): void {
        if (this.isDone || this.stopped !== undefined) return;
        this.stopped = why;
        this.#advance();
    }

    /** Schedules that are done. */
    get schedules(): number {
        return this.#ahead.reduce((sum, each) => sum + each.seen.stats.schedules, this.folded.seen.stats.schedules);
    }

    #chunkSize(): number {
        if (this.#rate === undefined) return FIRST_CHUNK;
        const ms = Math.max(LEAST_MS, Math.min(this.#chunkMs * PLANNED, this.waitingMs / 2));
        return Math.max(1, Math.ceil(this.#rate * ms));
    }

    /** The first schedules that nobody runs or has run. */
    #nextChunk(size: number): Chunk | undefined {
        const plan = planRound(this.job.settled, this.folded);
        if (typeof plan === 'string') return undefined;
        const least = this.#death?.schedule ?? Infinity;
        const spans = [
            ...[...this.#running].map(chunk => ({ chunk, to: chunk.to })),
            ...this.#ahead.map(({ chunk, to }) => ({ chunk, to }))
        ].sort((one, other) => one.chunk.from - other.chunk.from);
        for (const planned of plan) {
            const taken = spans.filter(({ chunk }) => isSamePlan(planned, chunk));
            let { from } = planned;
            let { to } = planned;
            for (const span of taken) {
                if (span.chunk.from > from) {
                    to = Math.min(to, span.chunk.from);
                    break;
                }
                from = Math.max(from, span.to);
            }
            to = Math.min(to, least);
            if (from >= to) continue;
            if (!isDivisible(planned)) return from === planned.from ? planned : undefined;
            if (from - this.folded.next > AHEAD_MAX * size) return undefined;
            return { ...planned, from, to: Math.min(to, from + size) };
        }
        return undefined;
    }

    /** Folds what can be folded, and goes on to the next phase where exploring is over. */
    #advance(): void {
        if (this.#end === undefined) {
            if (this.stopped === undefined) this.#fold();
            else if (this.#running.size === 0) this.#foldRest();
        }
        if (this.#end === undefined || this.#running.size > 0 || this.#explaining !== undefined || this.isDone) return;
        const { found, error } = this.folded;
        if (found !== undefined && error === undefined) this.#explaining = 'wanted';
        else this.#conclude(undefined);
    }

    #fold(): void {
        for (;;) {
            const { next } = this.folded;
            const isHere = this.#death !== undefined && next >= this.#death.schedule;
            if (isHere) this.folded = { ...this.folded, error: this.#death!.error };
            const plan = planRound(this.job.settled, this.folded);
            if (typeof plan === 'string') {
                this.#end = plan;
                return;
            }
            const planned = plan[0]!;
            const result = this.#ahead.find(each => isStillRight(planned, this.folded, each));
            if (result === undefined) {
                // What would have come next but is not right any more has to be run again.
                const isWrong = ({ chunk }: ChunkResult): boolean => chunk.from === next && isSamePlan(planned, chunk);
                this.#ahead = this.#ahead.filter(each => !isWrong(each));
                return;
            }
            this.#keep(result);
            this.folded = foldChunk(this.folded, result);
            this.#ahead = this.#ahead.filter(each => each !== result && each.chunk.from >= this.folded.next);
        }
    }

    /** After the stop there may be gaps: what was seen counts all the same, but whoever goes on later fills them. */
    #foldRest(): void {
        let isGapless = true;
        for (const result of this.#ahead.sort((one, other) => one.chunk.from - other.chunk.from)) {
            if (result.chunk.from < this.folded.next) continue;
            isGapless &&= result.chunk.from === this.folded.next;
            if (isGapless) this.#keep(result);
            this.folded = foldChunk(this.folded, result);
        }
        this.#end = 'stopped';
    }

    /** Writes down a chunk that is folded. One that was stopped counts as cut there, if it can be divided. */
    #keep(result: ChunkResult): void {
        const isStopped = result.end === 'stopped';
        if (isStopped && (!isDivisible(result.chunk) || result.to === result.chunk.from)) return;
        const kept: ChunkResult = isStopped ? { ...result, end: 'completed' } : result;
        this.#log({ kind: 'chunk', job: this.job.index, facts: this.facts!, result: kept });
    }

    /** It cannot go on. */
    fail(error: CampaignError): void {
        if (this.isDone) return;
        this.folded = { ...this.folded, error };
        this.#end ??= 'stopped';
        this.#advance();
    }

    #conclude(explained: Explained | undefined): void {
        if (this.isDone) return;
        const { job, folded, facts } = this;
        const written = this.#writtenHere();
        const isGood = (folded.error ?? explained?.error) === undefined;
        const result = this.#result(facts, folded, explained);
        const files = written?.files ?? this.#filesOf(result);
        if (explained !== undefined && isGood && this.stopped === undefined)
            this.#log({ kind: 'explained', job: job.index, explained, files });
        const [file] = files;
        this.outcome = {
            language: job.language,
            result,
            elapsedMs: performance.now() - this.#started,
            ...(file === undefined ? {} : { file, files }),
            ...(this.stopped === undefined ? {} : { stopped: this.stopped })
        };
    }

    /** The explanation of what was found, where a journal has it. */
    #writtenHere(): ExplainedRecord | undefined {
        const index = this.folded.found?.finding.scheduleIndex;
        return this.#written.find(({ explained }) => explained.findings[0]?.scheduleIndex === index);
    }

    /** What was found is reported as it was found. */
    #unexplained(error: CampaignError): Explained {
        const { found, others } = this.folded;
        return { findings: [found!, ...others].map(({ finding }) => finding), further: 0, error };
    }

    #filesOf(result: CampaignResult): readonly string[] {
        for (const finding of result.findings) this.keeper.keep(finding);
        return this.keeper.filesOf(result);
    }

    #result(facts: ScenarioFacts | undefined, folded: Folded, explained: Explained | undefined): CampaignResult {
        if (facts !== undefined) return conclude(facts, this.job.settled, folded, this.#end ?? 'stopped', explained);
        const stopped = { code: 'INTERRUPTED', message: 'It was stopped before it began.', fix: 'Run it again.' };
        return failedResult(this.job, folded.error ?? stopped);
    }
}

type ExplainedRecord = Extract<JournalRecord, { readonly kind: 'explained' }>;
