/**
 * A worker thread: deploys and explores one scenario after another, or replays a schedule. Exploration is one synchronous loop,
 * so this thread hears nothing while it runs; it reads the stop flag before every schedule and reports by message.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { exploreJob } from './explore-job.ts';
import { forbidImpurity, hostGuests } from './guests.ts';
import { GO_ON } from './protocol.ts';
import type { ReplayReport, Task, WorkerReport } from './protocol.ts';
import { replayJob } from './replay-job.ts';

hostGuests();
forbidImpurity();
const port = parentPort!;
const { flag } = workerData as { readonly flag: Int32Array };

const report = (content: WorkerReport | ReplayReport): void => port.postMessage(content);
const interrupted = (): boolean => Atomics.load(flag, 0) !== GO_ON;

port.on('message', (task: Task) => {
    // A rejection here is a bug of ours: it ends the worker, and the pool reports which task it ran.
    void (task.kind === 'explore' ? exploreJob(task, { report, interrupted }) : replayJob(task, report));
});
