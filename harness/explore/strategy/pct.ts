/** PCT over root calls: each call with everything that it causes is a thread with a priority. See priorities.ts. */
import { PATIENCE, PriorityScheduler } from './priorities.ts';
import { RootThreads } from './threads.ts';

/** `fair`: nothing waits for ever; the theorem then holds for schedules in which no thread runs so long. */
export class Pct extends PriorityScheduler {
    constructor(options: { readonly withFaults: boolean; readonly depth: number; readonly fair: boolean }) {
        const { withFaults, depth, fair } = options;
        super({ withFaults, depth, threads: () => new RootThreads(), patience: fair ? PATIENCE : Infinity });
    }
}
