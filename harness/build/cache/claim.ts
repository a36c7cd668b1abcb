/**
 * Who compiles an entry that the cache lacks, so that two processes do not spend their time on the same. Nothing rests on it: two that
 * compile the same write the same. So whoever cannot tell, or has waited for long, goes on by himself.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, startOf } from './process-mark.ts';

const PAUSE_MS = 50;
/** Some minutes: nothing takes that long to compile, but not every system tells which process has a number. */
const LOOKS_MAX = 4_000;

/** Claims of this thread. */
const own = new Set<string>();

/**
 * Waits until no living process has the claim of this file, and takes it; the result gives it back. `look` is called while waiting, and
 * may throw.
 */
export async function claim(file: string, look: () => void): Promise<() => void> {
    for (let looks = 0; looks < LOOKS_MAX && isTaken(file); looks++) {
        look();
        await sleep(PAUSE_MS);
    }
    try {
        writeFileSync(file, mark());
    } catch {
        // Where nothing can be written, the entry cannot be either: that is an error of its own.
    }
    own.add(file);
    return () => {
        own.delete(file);
        try {
            rmSync(file, { force: true });
        } catch {
            // Somebody else's, in a directory where only he may remove it; or there is no directory. What was compiled is none the worse.
        }
    };
}

/** Which process this is. */
function mark(): string {
    return `${process.pid} ${startOf(process.pid) ?? ''}`;
}

function isTaken(file: string): boolean {
    try {
        mkdirSync(dirname(file), { recursive: true });
        // Only one process makes it.
        writeFileSync(file, mark(), { flag: 'wx' });
        return false;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'EEXIST' && isHeld(file);
    }
}

function isHeld(file: string): boolean {
    if (own.has(file)) return true;
    try {
        const text = readFileSync(file, 'utf8');
        // Nothing in it yet: it is just being made.
        if (text === '') return true;
        const [pid, start = ''] = text.split(' ');
        // Another thread of this process, or one before it that had its number.
        if (Number(pid) === process.pid) return false;
        return Number(pid) > 0 && isRunning(Number(pid), start);
    } catch (error) {
        // Given back just now, and soon somebody else's.
        return (error as NodeJS.ErrnoException).code === 'ENOENT';
    }
}
