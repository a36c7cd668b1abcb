/**
 * Worker threads that explore. Each runs one job at a time and is reused, because it keeps compiled and rewritten modules. A
 * worker that dies costs the job it ran; a new one goes on with the rest.
 */
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import { failedResult, workerDied } from './failure.ts';
import type { Job, WorkerReport } from './protocol.ts';
import type { RunOutcome } from '../report/outcome.ts';

/**
 * Stack of a worker. Deep recursion inside a canister must end at the replica's own depth limit, which is deterministic, and not
 * at V8's, which depends on the JIT tier (about 100 bytes to 40 KB a frame); the default of 4 MB is too small for that.
 */
const STACK_MB = 256;

type Live = Exclude<WorkerReport, { readonly kind: 'done' }>;

/**
 * Runs all jobs, at most `workers` at once, and resolves to their outcomes in job order. A job that has not started when `stopped`
 * says so is left out (undefined). `onReport` sees progress and `done` reports as they come. Never rejects for what happens
 * inside a worker.
 */
export async function runJobs(
    jobs: readonly Job[],
    options: { readonly workers: number; readonly flag: Int32Array; readonly stopped: () => boolean },
    onReport: (report: WorkerReport) => void
): Promise<(RunOutcome | undefined)[]> {
    const limit = pLimit(options.workers);
    const idle: Worker[] = [];
    const outcomes = await Promise.all(
        jobs.map(job =>
            limit(async () => {
                if (options.stopped()) return undefined;
                const worker = idle.pop() ?? startWorker(options.flag);
                const started = performance.now();
                const ended = await runOne(worker, job, onReport);
                if ('died' in ended) return deathOutcome(job, ended, performance.now() - started);
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

type Ended = { readonly outcome: RunOutcome } | { readonly died: string; readonly file?: string };

function runOne(worker: Worker, job: Job, onReport: (report: WorkerReport) => void): Promise<Ended> {
    return new Promise(resolve => {
        let found: Extract<Live, { readonly kind: 'found' }> | undefined;
        // Each listener is taken off by name: `removeAllListeners` would also take off those by which Node keeps the port alive.
        const end = (ended: Ended): void => {
            worker.off('message', onMessage).off('error', onError).off('exit', onExit);
            resolve(ended);
        };
        const died = (reason: string): void =>
            end({ died: reason, ...(found === undefined ? {} : { file: found.file }) });
        const onMessage = (report: WorkerReport): void => {
            if (report.kind === 'found') found = report;
            onReport(report);
            if (report.kind === 'done') end({ outcome: report.outcome });
        };
        const onError = (error: Error): void => died(error.message);
        const onExit = (code: number): void => died(`it exited with code ${code}`);
        worker.on('message', onMessage).on('error', onError).on('exit', onExit);
        worker.postMessage(job);
    });
}

/** The schedule file that a dying worker had already written stands in its row: no finding is lost. */
function deathOutcome(
    job: Job,
    death: { readonly died: string; readonly file?: string },
    elapsedMs: number
): RunOutcome {
    const kept = death.file === undefined ? '' : `; the race that it had found is in ${death.file}`;
    return {
        language: job.language,
        elapsedMs,
        result: failedResult(job, workerDied(`${death.died}${kept}`)),
        ...(death.file === undefined ? {} : { file: death.file })
    };
}
