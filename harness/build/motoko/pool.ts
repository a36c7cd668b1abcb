/** Worker threads that are started when they are needed and used again; the caller bounds how many jobs run at once. */
import { Worker } from 'node:worker_threads';
import { BuildAbortedError, messageOf } from '../errors.ts';
import type { MotokoJob, MotokoResult } from './jobs.ts';

/** The compiler recurses deeply on long sources. */
const STACK_MB = 64;

export class MotokoPool {
    readonly #all = new Set<Worker>();
    readonly #idle: Worker[] = [];
    #closed = false;

    /**
     * Runs one job. A worker that dies (out of memory, say) is reported as `crashed`; the next job gets a new one.
     * Throws BuildAbortedError when the pool is closed.
     */
    async run(job: MotokoJob): Promise<MotokoResult> {
        if (this.#closed) throw new BuildAbortedError();
        const worker = this.#idle.pop() ?? this.#start();
        try {
            const result = await answer(worker, job);
            this.#idle.push(worker);
            return result;
        } catch (thrown) {
            this.#all.delete(worker);
            if (this.#closed) throw new BuildAbortedError();
            return { kind: 'crashed', message: messageOf(thrown) };
        }
    }

    /** Ends all workers, also those at work. */
    async close(): Promise<void> {
        this.#closed = true;
        await Promise.all([...this.#all].map((worker) => worker.terminate()));
    }

    #start(): Worker {
        const worker = new Worker(new URL('./worker.ts', import.meta.url), {
            // Flags of the parent (a test runner's, say) are none of the compiler's; nothing of it belongs on our streams.
            execArgv: [],
            stdout: true,
            stderr: true,
            resourceLimits: { stackSizeMb: STACK_MB }
        });
        this.#all.add(worker);
        worker.once('exit', () => {
            this.#all.delete(worker);
            if (this.#idle.includes(worker)) this.#idle.splice(this.#idle.indexOf(worker), 1);
        });
        return worker;
    }
}

function answer(worker: Worker, job: MotokoJob): Promise<MotokoResult> {
    return new Promise((resolve, reject) => {
        const settle = (act: () => void): void => {
            worker.off('message', onMessage).off('error', onError).off('exit', onExit);
            act();
        };
        const onMessage = (result: MotokoResult): void => settle(() => resolve(result));
        const onError = (error: Error): void => settle(() => reject(error));
        const onExit = (code: number): void =>
            settle(() => reject(new Error(`the compiler's thread ended with code ${code}`)));
        worker.on('message', onMessage).on('error', onError).on('exit', onExit);
        worker.postMessage(job);
    });
}
