/**
 * One worker thread and what is known about it. A pool of one thread each (piscina), and not one pool of all: a worker keeps the scenario
 * that it has deployed, so it matters which one runs a task. A worker that dies fails its task; the next task gets a new one.
 */
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Piscina } from 'piscina';
import type { ChunkReply, Job, Shared, Task, WorkerNews } from './protocol.ts';

/**
 * Stack of a worker. Deep recursion inside a canister must end at the replica's own depth limit, which is deterministic, and not
 * at V8's, which depends on the JIT tier (about 100 bytes to 40 KB a frame); the default of 4 MB is too small for that.
 */
const STACK_MB = 256;

/**
 * Where new objects of a worker are, three parts of 8 MB: hardly any outlives its schedule. V8 would take 192 MB, more than any cache has,
 * of which two workers then deprive each other.
 */
const YOUNG_MB = 24;

/** How a task ended other than with an answer. */
export interface Death {
    /** Why, as the thread said it; undefined when it was ended from outside. */
    readonly cause: unknown;
    /** Index of the schedule that it ran, or NOT_BEGUN. */
    readonly schedule: number;
}

/** The worker was still deploying. */
export const NOT_BEGUN = -1;

export class Lane {
    /** The job whose scenario the worker has open. */
    job: number | undefined;
    /** Where the enumeration goes on that the worker was at last: what is finished of it need not be sent. */
    #next: number | undefined;
    /** Ends the worker in the middle of its task. */
    kill: () => void = () => undefined;
    onNews: (news: WorkerNews) => void = () => undefined;
    /** An error in the worker while it had no task: a scenario left something behind. */
    onStray: (job: number | undefined, error: unknown) => void = () => undefined;
    readonly #shared: Omit<Shared, 'at'>;
    #pool: Piscina;
    /** Died without a task, perhaps before it could take one: then the pool may wait for it for ever. */
    #isLost = false;
    readonly #lost: Promise<void>[] = [];
    readonly #at = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));

    /** Starts the thread. */
    constructor(shared: Omit<Shared, 'at'>) {
        this.#shared = shared;
        this.#pool = this.#start();
    }

    #start(): Piscina {
        const pool = new Piscina({
            filename: new URL('./worker.ts', import.meta.url).href,
            minThreads: 1,
            maxThreads: 1,
            // Waiting for tasks must not keep the worker from whatever its scenario left behind.
            atomics: 'disabled',
            recordTiming: false,
            resourceLimits: { stackSizeMb: STACK_MB, maxYoungGenerationSizeMb: YOUNG_MB },
            // Threads compile for themselves, unless told where the process keeps what it compiled.
            env: threadEnvironment(),
            workerData: { ...this.#shared, at: this.#at } satisfies Shared
        });
        pool.on('message', (news: WorkerNews) => this.onNews(news));
        pool.on('error', error => {
            if (pool !== this.#pool) return;
            const { job } = this;
            this.job = undefined;
            this.#isLost = true;
            this.onStray(job, error);
        });
        pool.on('workerDestroy', () => {
            if (pool === this.#pool) this.job = undefined;
        });
        return pool;
    }

    /** Runs a task; gives its answer, or how the worker died. `job`: what the task belongs to, sent along where the worker needs it. */
    async run<Reply>(task: Task, job?: Job): Promise<{ readonly reply: Reply } | Death> {
        if (this.#isLost) this.#replace();
        const controller = new AbortController();
        let isKilled = false;
        this.kill = () => {
            isKilled = true;
            controller.abort();
        };
        const isThere = task.kind === 'replay' || this.job === task.index;
        const known = isThere ? this.#withoutKnown(task) : task;
        const complete = isThere || job === undefined ? known : { ...known, job };
        this.#next = undefined;
        if (task.kind !== 'replay') this.job = task.index;
        this.#at[0] = NOT_BEGUN;
        try {
            const reply = (await this.#pool.run(complete, { signal: controller.signal })) as Reply;
            if (task.kind === 'chunk') this.#next = cutBefore(reply as ChunkReply);
            return { reply };
        } catch (cause) {
            this.job = undefined;
            return { cause: isKilled ? undefined : cause, schedule: this.#at[0]! };
        } finally {
            this.kill = () => undefined;
        }
    }

    /** Another thread for one that was lost. At once: who ends a task does so from when it was given. */
    #replace(): void {
        this.#isLost = false;
        this.#lost.push(this.#pool.destroy());
        this.#pool = this.#start();
    }

    #withoutKnown(task: Task): Task {
        if (task.kind !== 'chunk' || task.chunk.from !== this.#next) return task;
        const { finished: _known, ...rest } = task;
        return rest;
    }

    async close(): Promise<void> {
        await Promise.all([...this.#lost, this.#pool.destroy()]);
    }
}

/** The schedule before which a worker cut an enumeration. */
function cutBefore(reply: ChunkReply): number | undefined {
    return reply.kind === 'ran' && reply.result.end === 'cut' ? reply.result.to : undefined;
}

/** What a thread sees as `process.env`: the process's own, and where compiled code is kept. */
function threadEnvironment(): NodeJS.ProcessEnv {
    const directory = getCompileCacheDir();
    // Node makes a directory of its own version in the one that it is given.
    return directory === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(directory) };
}
