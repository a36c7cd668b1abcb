/**
 * Worker threads that explore. Each runs one job at a time and is reused, because it keeps compiled and rewritten modules. A
 * worker that dies costs the job it ran; a new one goes on with the rest.
 */
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import { failedResult, neverReturned, workerDied } from './failure.ts';
import { strayError } from './guests.ts';
import { STOP_GRACE_MS } from './interrupts.ts';
import type { Interrupts } from './interrupts.ts';
import type { Job, WorkerReport } from './protocol.ts';
import { campaignError } from '../explore/index.ts';
import type { CampaignError } from '../explore/results.ts';
import type { RunOutcome } from '../report/outcome.ts';

/**
 * Stack of a worker. Deep recursion inside a canister must end at the replica's own depth limit, which is deterministic, and not
 * at V8's, which depends on the JIT tier (about 100 bytes to 40 KB a frame); the default of 4 MB is too small for that.
 */
const STACK_MB = 256;

type Live = Exclude<WorkerReport, { readonly kind: 'done' }>;

/**
 * Runs all jobs, at most `workers` at once, and resolves to their outcomes in job order. A job that has not started at the
 * interrupt is left out (undefined); one that does not end soon after it, or after its time limit, is ended from outside, because a
 * function of the scenario may never return. `onReport` sees progress and `done` reports as they come. Never rejects for what
 * happens inside a worker.
 */
export async function runJobs(
    jobs: readonly Job[],
    { workers, interrupts }: { readonly workers: number; readonly interrupts: Interrupts },
    onReport: (report: WorkerReport) => void
): Promise<(RunOutcome | undefined)[]> {
    const limit = pLimit(workers);
    const idle: Worker[] = [];
    const outcomes = await Promise.all(
        jobs.map(job =>
            limit(async () => {
                if (interrupts.interrupted()) return undefined;
                if (job.failure !== undefined) return notRun(job, job.failure, onReport);
                const worker = idle.pop() ?? startWorker(interrupts.flag);
                const started = performance.now();
                const release = endWhenOverdue(worker, job, interrupts);
                const ended = await runOne(worker, job, onReport);
                const wasOverdue = release();
                if ('died' in ended) {
                    const death = wasOverdue ? { ...ended, died: neverReturned() } : ended;
                    return deathOutcome(job, death, performance.now() - started);
                }
                idle.push(worker);
                return ended.outcome;
            })
        )
    );
    await Promise.all(idle.map(worker => worker.terminate()));
    return outcomes;
}

/** A worker that waits for tasks. `flag` is the shared stop flag. */
export function startWorker(flag: Int32Array): Worker {
    return new Worker(new URL('./worker.ts', import.meta.url), {
        workerData: { flag },
        resourceLimits: { stackSizeMb: STACK_MB }
    });
}

/** A job that cannot be run: a canister of it does not compile. */
function notRun(job: Job, error: CampaignError, onReport: (report: WorkerReport) => void): RunOutcome {
    const outcome = { language: job.language, elapsedMs: 0, result: failedResult(job, error) };
    onReport({ kind: 'done', job: job.index, outcome });
    return outcome;
}

/**
 * Ends a worker that goes on for longer than `STOP_GRACE_MS` after the interrupt or the job's time limit. Returns what takes the
 * watch off and says whether it struck. Reads the clock.
 */
function endWhenOverdue(worker: Worker, { choices }: Job, interrupts: Interrupts): () => boolean {
    const timers: NodeJS.Timeout[] = [];
    let overdue = false;
    let over = false;
    const endIn = (ms: number): void => {
        if (over) return;
        const timer = setTimeout(() => {
            overdue = true;
            void worker.terminate();
        }, ms);
        timers.push(timer);
    };
    interrupts.onFirst(() => endIn(STOP_GRACE_MS));
    // Twice: deploying comes before exploring, and is no part of the limit.
    if (choices.timeLimitMs !== undefined) endIn(choices.timeLimitMs + 2 * STOP_GRACE_MS);
    return () => {
        over = true;
        for (const timer of timers) clearTimeout(timer);
        return overdue;
    };
}

interface Death {
    readonly died: CampaignError;
    /** The schedule file that the worker had written. */
    readonly file?: string;
}

type Ended = { readonly outcome: RunOutcome } | Death;

function runOne(worker: Worker, job: Job, onReport: (report: WorkerReport) => void): Promise<Ended> {
    return new Promise(resolve => {
        let found: Extract<Live, { readonly kind: 'found' }> | undefined;
        // Each listener is taken off by name: `removeAllListeners` would also take off those by which Node keeps the port alive.
        const end = (ended: Ended): void => {
            worker.off('message', onMessage).off('error', onError).off('exit', onExit);
            resolve(ended);
        };
        const died = (error: CampaignError): void =>
            end({ died: error, ...(found === undefined ? {} : { file: found.file }) });
        const onMessage = (report: WorkerReport): void => {
            if (report.kind === 'found') found = report;
            onReport(report);
            if (report.kind === 'done') end({ outcome: report.outcome });
        };
        // What a scenario file left behind (a timer, a promise) is the error of that file.
        const onError = (error: Error): void => {
            const stray = strayError(error);
            died(stray === error ? workerDied(error.message) : campaignError(stray));
        };
        const onExit = (code: number): void => died(workerDied(`it exited with code ${code}`));
        worker.on('message', onMessage).on('error', onError).on('exit', onExit);
        worker.postMessage(job);
    });
}

/** The schedule file that a dying worker had already written stands in its row: no finding is lost. */
function deathOutcome(job: Job, { died, file }: Death, elapsedMs: number): RunOutcome {
    const kept = file === undefined ? '' : `; the race that it had found is in ${file}`;
    const result = failedResult(job, { ...died, message: `${died.message}${kept}` });
    return { language: job.language, elapsedMs, result, ...(file === undefined ? {} : { file }) };
}
