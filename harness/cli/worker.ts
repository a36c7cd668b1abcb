/**
 * A worker thread of the pool: runs chunks of campaigns, shrinks what they found, or replays a schedule. Exploration is one synchronous
 * loop, so this thread hears nothing while it runs; it reads the stop flags before every schedule and reports by message.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Explorations } from './explorations.ts';
import { forbidImpurity, hostGuests } from './guests.ts';
import type { ChunkReply, ExplainReply, ReplayReply, Shared, Task, WorkerNews } from './protocol.ts';
import { replayJob } from './replay-job.ts';

hostGuests();
forbidImpurity();
const port = parentPort!;
// The pool wraps what we hand over.
const shared = workerData as Shared;
const explorations = new Explorations(shared, (news: WorkerNews) => port.postMessage(news));

/** Runs one task. A rejection is a bug of ours. */
export default function run(task: Task): Promise<ChunkReply | ExplainReply | ReplayReply> {
    switch (task.kind) {
        case 'chunk':
            return explorations.chunk(task);
        case 'explain':
            return explorations.explain(task);
        case 'replay':
            return replayJob(task);
    }
}
