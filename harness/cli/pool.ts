/**
 * Workers that explore. The schedules of a scenario are divided by index: a worker goes on with the scenario that it has deployed, then
 * takes one that nobody has begun, and only then helps with one that others are at. What comes out does not depend on any of it. A worker
 * that dies is told with the schedule that it ran, and costs the scenario of that schedule; a new one goes on with the rest.
 */
import { numbersOf } from '../explore/coverage/data.ts';
import { campaignError } from '../explore/campaign-error.ts';
import { messageOf } from './errors.ts';
import { failedResult, neverReturned, workerDied } from './failure.ts';
import { Crew } from './crew.ts';
import { strayError } from './guests.ts';
import { STOP_GRACE_MS } from './interrupts.ts';
import type { Interrupts } from './interrupts.ts';
import type { JournalRecord } from './journal.ts';
import { JobRun } from './job-run.ts';
import type { Death, Lane } from './lane.ts';
import { GO_ON, STOP } from './protocol.ts';
import type { ChunkReply, ChunkTask, ExplainReply, ExplainTask, Job, WorkerNews, WorkerReport } from './protocol.ts';
import type { CampaignError, CampaignProgress } from '../explore/results.ts';
import type { RunOutcome } from '../report/outcome.ts';

/** Less than this is not worth deploying the scenario once more for: milliseconds of work. */
const HELP_MS = 400;

interface PoolOptions {
    readonly workers: number;
    readonly interrupts: Interrupts;
    /** Workers, some perhaps started already. */
    readonly crew?: Crew;
    /** What a journal has of these jobs, and where more of it goes. */
    readonly journal?: { readonly records: readonly JournalRecord[]; readonly append: (record: JournalRecord) => void };
}

/**
 * Runs all jobs, by at most `workers` threads, and resolves to their outcomes in job order. A job that has not started at the
 * interrupt is left out (undefined); one that does not end soon after it, or after its time limit, is ended from outside, because a
 * function of the scenario may never return. `onReport` sees progress and `done` reports as they come. Never rejects for what
 * happens inside a worker.
 */
export async function runJobs(
    jobs: readonly Job[],
    options: PoolOptions,
    onReport: (report: WorkerReport) => void
): Promise<(RunOutcome | undefined)[]> {
    return new Pool(jobs, options, onReport).run();
}

interface Work {
    readonly run: JobRun;
    readonly task: ChunkTask | ExplainTask;
}

class Pool {
    readonly #options: PoolOptions;
    readonly #report: (report: WorkerReport) => void;
    readonly #jobs: readonly Job[];
    readonly #waiting: Job[] = [];
    readonly #runs: (JobRun | undefined)[];
    readonly #outcomes: (RunOutcome | undefined)[];
    readonly #crew: Crew;
    readonly #lanes = new Set<Lane>();
    /** The job of the task that a lane runs. */
    readonly #at = new Map<Lane, JobRun>();
    readonly #live = new Map<Lane, number>();
    readonly #timers = new Map<JobRun, NodeJS.Timeout[]>();
    readonly #limited = new Set<JobRun>();
    #wake: (() => void)[] = [];

    constructor(jobs: readonly Job[], options: PoolOptions, onReport: (report: WorkerReport) => void) {
        this.#options = options;
        this.#report = onReport;
        this.#jobs = jobs;
        const indexes = jobs.reduce((most, job) => Math.max(most, job.index + 1), 1);
        this.#runs = Array.from({ length: indexes });
        this.#outcomes = Array.from({ length: indexes });
        this.#crew = options.crew ?? new Crew(indexes, options.interrupts);
        for (const job of jobs) {
            if (job.failure === undefined) this.#waiting.push(job);
            else this.#outcomes[job.index] = this.#notRun(job, job.failure);
        }
    }

    async run(): Promise<(RunOutcome | undefined)[]> {
        const { workers, interrupts } = this.#options;
        interrupts.onFirst(() => this.#interrupt());
        await Promise.all(Array.from({ length: workers }, () => this.#work()));
        await this.#crew.close();
        return this.#jobs.map(({ index }) => this.#outcomes[index]);
    }

    /** One worker, from its first task to when nothing is left for anybody. */
    async #work(): Promise<void> {
        let lane: Lane | undefined;
        while (!this.#isOver()) {
            const work = this.#choose(lane?.job);
            // Choosing may have found that a journal has all the rest.
            if (work === undefined && this.#isOver()) break;
            if (work === undefined) {
                // Starting takes a while, and who waits now may be wanted soon; but not where others do all that there is.
                if (this.#runs.some(run => run !== undefined && run.waitingMs > 0)) lane ??= this.#hire();
                await new Promise<void>(resolve => this.#wake.push(resolve));
                continue;
            }
            lane ??= this.#hire();
            await this.#one(lane, work.run, work.task);
            this.#settle(work.run);
        }
    }

    /** What a worker does next; `own`: the job that it has deployed. Undefined when it has to wait. */
    #choose(own: number | undefined): Work | undefined {
        const mine = own === undefined ? undefined : workOf(this.#runs[own], this.#isAlone);
        if (mine !== undefined) return mine;
        const next = this.#options.interrupts.interrupted() ? undefined : this.#next(own);
        if (next !== undefined) {
            const run = this.#begin(next);
            // One that a journal has from beginning to end needs nothing.
            return run.isDone ? this.#choose(own) : workOf(run, this.#isAlone);
        }
        const others = this.#runs
            .flatMap(each => each ?? [])
            .filter(each => each.waitingMs > HELP_MS || !this.#isRun(each))
            .sort((one, other) => other.waitingMs - one.waitingMs);
        for (const other of others) {
            const work = workOf(other, this.#isAlone);
            if (work !== undefined) return work;
        }
        return undefined;
    }

    /**
     * A scenario that nobody has begun: with the canisters that the worker has deployed, else with some that no other one has, since to
     * deploy them takes a while, and what was executed with them is remembered where they are.
     */
    #next(own: number | undefined): Job | undefined {
        const deployed = (index: number | undefined): string[] => {
            const run = index === undefined ? undefined : this.#runs[index];
            return run === undefined ? [] : [canistersOf(run.job)];
        };
        const mine = deployed(own);
        const theirs = [...this.#lanes].flatMap(({ job }) => (job === own ? [] : deployed(job)));
        const best = [
            this.#waiting.findIndex(job => mine.includes(canistersOf(job))),
            this.#waiting.findIndex(job => !theirs.includes(canistersOf(job)))
        ].find(index => index >= 0);
        return this.#waiting.splice(best ?? 0, 1)[0];
    }

    get #isAlone(): boolean {
        return this.#options.workers === 1;
    }

    #isRun(run: JobRun): boolean {
        return [...this.#at.values()].includes(run);
    }

    #isOver(): boolean {
        if (this.#runs.some(run => run !== undefined && !run.isDone)) return false;
        return this.#waiting.length === 0 || this.#options.interrupts.interrupted();
    }

    #begin(job: Job): JobRun {
        const { journal } = this.#options;
        const run = new JobRun(job, journal?.append);
        this.#runs[job.index] = run;
        run.restore(journal?.records.filter(each => each.job === job.index) ?? []);
        const { found, others } = run.folded;
        if (run.isDone) this.#settle(run);
        else if (found !== undefined) for (const each of [found, ...others]) run.keeper.keepRaw(each);
        const { timeLimitMs } = job.choices;
        // Twice: deploying comes before exploring, and is no part of the limit.
        if (timeLimitMs !== undefined) this.#after(run, timeLimitMs + 2 * STOP_GRACE_MS, () => this.#kill(run));
        return run;
    }

    #hire(): Lane {
        const lane = this.#crew.hire();
        lane.onNews = news => this.#onNews(lane, news);
        lane.onStray = (job, error) => this.#onStray(job, error);
        this.#lanes.add(lane);
        return lane;
    }

    async #one(lane: Lane, run: JobRun, task: ChunkTask | ExplainTask): Promise<void> {
        this.#at.set(lane, run);
        const ended = await lane.run<ChunkReply | ExplainReply>(task, run.job);
        this.#at.delete(lane);
        this.#live.delete(lane);
        if (!('reply' in ended)) return run.died(task, ended.schedule, deathError(ended));
        const { reply } = ended;
        if (task.kind === 'chunk') run.ran(task, reply as ChunkReply);
        else run.explained(reply as ExplainReply);
    }

    /** After something has happened in a job: workers that are of no use to it any more stop, and who waits looks again. */
    #settle(run: JobRun): void {
        const { index } = run.job;
        Atomics.store(this.#crew.flags, index, run.mayStop ? STOP : GO_ON);
        if (run.outcome !== undefined && this.#outcomes[index] === undefined) {
            for (const timer of this.#timers.get(run) ?? []) clearTimeout(timer);
            this.#outcomes[index] = run.outcome;
            this.#report({ kind: 'done', job: index, outcome: run.outcome });
        }
        this.#wakeAll();
    }

    #wakeAll(): void {
        const woken = this.#wake;
        this.#wake = [];
        for (const wake of woken) wake();
    }

    #onNews(lane: Lane, news: WorkerNews): void {
        const run = this.#runs[news.job];
        if (run === undefined || run.isDone) return;
        switch (news.kind) {
            case 'deployed': {
                const { timeLimitMs } = run.job.choices;
                if (timeLimitMs === undefined || this.#limited.has(run)) return;
                this.#limited.add(run);
                this.#after(run, timeLimitMs, () => this.#stop(run, 'time-limit'));
                return;
            }
            case 'found': {
                const file = run.keeper.keepRaw(news.found);
                const { invariant } = news.found.finding;
                if (file !== undefined) this.#report({ kind: 'found', job: news.job, file, invariant });
                return;
            }
            case 'finding':
                run.keeper.keep(news.finding);
                return;
            case 'progress': {
                this.#live.set(lane, news.phase === 'explore' ? news.schedules : 0);
                this.#report({ kind: 'progress', job: news.job, progress: this.#progress(run, news) });
            }
        }
    }

    #progress(run: JobRun, { phase, schedules, messages, broken, size }: Progress): CampaignProgress {
        const { scenario, settled } = run.job;
        const { seen } = run.folded;
        const isShrinking = phase === 'shrink';
        const live = [...this.#live].filter(([lane]) => this.#at.get(lane) === run);
        return {
            phase,
            scenario,
            schedules: isShrinking ? schedules : live.reduce((sum, [, done]) => sum + done, run.schedules),
            schedulesMax: isShrinking ? settled.shrinkSchedules : settled.schedules,
            messages: seen.stats.messages + messages,
            broken: [...new Set([...seen.broken.map(each => each.name), ...broken])],
            ...(size === undefined ? {} : { size }),
            ...(isShrinking ? {} : { coverage: numbersOf(seen.coverage) })
        };
    }

    /** A scenario left something behind, and it failed while its worker had nothing to do. */
    #onStray(job: number | undefined, error: unknown): void {
        const run = job === undefined ? undefined : this.#runs[job];
        if (run === undefined || run.isDone) return;
        run.fail(deathError({ cause: error, schedule: run.folded.next }));
        this.#settle(run);
    }

    #interrupt(): void {
        for (const run of this.#runs) if (run !== undefined) this.#stop(run, 'interrupted');
        setTimeout(() => {
            for (const lane of this.#lanes) lane.kill();
        }, STOP_GRACE_MS).unref();
        this.#wakeAll();
    }

    #stop(run: JobRun, why: 'interrupted' | 'time-limit'): void {
        run.stop(why);
        this.#settle(run);
    }

    #kill(run: JobRun): void {
        for (const [lane, at] of this.#at) if (at === run) lane.kill();
    }

    /** Reads the clock. */
    #after(run: JobRun, ms: number, act: () => void): void {
        this.#timers.set(run, [...(this.#timers.get(run) ?? []), setTimeout(act, ms)]);
    }

    /** A job that cannot be run: a canister of it does not compile. */
    #notRun(job: Job, error: CampaignError): RunOutcome {
        const outcome = { language: job.language, elapsedMs: 0, result: failedResult(job, error) };
        this.#report({ kind: 'done', job: job.index, outcome });
        return outcome;
    }
}

function canistersOf({ canisters }: Job): string {
    return canisters.map(({ role, wasmSha256 }) => `${role} ${wasmSha256}`).join();
}

type Progress = Extract<WorkerNews, { readonly kind: 'progress' }>;

function workOf(run: JobRun | undefined, alone: boolean): Work | undefined {
    const task = run?.next(alone);
    return run === undefined || task === undefined ? undefined : { run, task };
}

/** Why the worker of a task died. What a scenario file left behind (a timer, a promise) is the error of that file. */
function deathError({ cause, schedule }: Death): CampaignError {
    if (cause === undefined) return neverReturned();
    const stray = strayError(cause);
    return stray === cause ? workerDied(messageOf(cause), schedule) : campaignError(stray);
}
