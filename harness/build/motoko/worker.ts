/** A worker thread that compiles one job after another: the compiler is synchronous and would stop the main thread. */
import { parentPort } from 'node:worker_threads';
import { compile, crashMessage, importsOf } from './compiler.ts';
import type { MotokoJob, MotokoResult } from './jobs.ts';

function answer(job: MotokoJob): MotokoResult {
    try {
        return job.kind === 'compile' ? compile(job) : { kind: 'imports', imports: importsOf(job.text) };
    } catch (thrown) {
        return { kind: 'crashed', message: crashMessage(thrown) };
    }
}

parentPort?.on('message', (job: MotokoJob) => {
    const result = answer(job);
    parentPort?.postMessage(result, result.kind === 'compiled' ? [result.wasm.buffer as ArrayBuffer] : []);
});
