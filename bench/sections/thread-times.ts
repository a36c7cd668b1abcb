/** Processor time of each thread of this process, where the system tells (Linux): on a busy machine others do not count. */
import { readFileSync, readdirSync } from 'node:fs';

const TASKS = '/proc/self/task';
const LOOK_MS = 20;

export interface ThreadTimes {
    /** Seconds of the whole process. */
    readonly all: number;
    /** Seconds of each thread that this program started, the longest first; empty where the system does not tell. */
    readonly workers: readonly number[];
    /** Seconds of the main thread. */
    readonly main: number;
}

/** What threads used while `run` was under way. Those that end in it are seen at most 20 ms before. Reads the clock. */
export async function threadTimes(run: () => Promise<unknown>): Promise<ThreadTimes> {
    const seen = new Map<string, number>();
    const look = (): void => {
        for (const thread of workers()) seen.set(thread, Math.max(seen.get(thread) ?? 0, secondsOf(thread)));
    };
    const timer = setInterval(look, LOOK_MS);
    const before = process.cpuUsage();
    const mainBefore = process.threadCpuUsage();
    await run();
    look();
    clearInterval(timer);
    const { user, system } = process.cpuUsage(before);
    const main = process.threadCpuUsage(mainBefore);
    const times = [...seen.values()].sort((one, other) => other - one);
    return { all: (user + system) / 1e6, workers: times, main: (main.user + main.system) / 1e6 };
}

/** Threads other than the first one and those of the engine. */
function workers(): string[] {
    try {
        return readdirSync(TASKS).filter(id => {
            return Number(id) !== process.pid && !/V8Worker|libuv|Delayed|Inspector/.test(nameOf(id));
        });
    } catch {
        return [];
    }
}

function nameOf(id: string): string {
    try {
        return readFileSync(`${TASKS}/${id}/comm`, 'utf8');
    } catch {
        return 'Delayed';
    }
}

/** The first number of schedstat is the time that it ran, in nanoseconds. */
function secondsOf(id: string): number {
    try {
        return Number(readFileSync(`${TASKS}/${id}/schedstat`, 'utf8').split(' ')[0]) / 1e9;
    } catch {
        return 0;
    }
}
