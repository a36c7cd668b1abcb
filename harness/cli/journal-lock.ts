/**
 * Who writes a journal: two processes at once would write over each other. Each puts a file of its own next to the journal, named after
 * its process, and then looks for those of others. So nobody ever removes what another one has just made; of two that begin in the same
 * moment both may be refused, never none. A process that was killed leaves its file behind: whoever comes next removes it.
 */
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, startOf } from '../build/index.ts';
import { JournalFileError, JournalInUseError } from './journal-errors.ts';

/** How long a process that was killed may take to go away: it has hundreds of megabytes to give back. */
const PATIENCE_MS = 2_000;
/** When somebody wants to know what is waited for. */
const SILENCE_MS = 500;

/** Lock files that this process has made. */
const held = new Set<string>();

/**
 * Takes the journal for this process; the result gives it back, as does the end of the process. Throws JournalInUseError,
 * JournalFileError.
 */
export function lockJournal(file: string): () => void {
    const directory = dirname(file);
    const own = `${file}.${process.pid}.lock`;
    if (held.has(own)) throw new JournalInUseError(file, process.pid);
    const release = (): void => {
        process.off('exit', release);
        held.delete(own);
        rmSync(own, { force: true });
    };
    try {
        mkdirSync(directory, { recursive: true });
        // Under its name it is whole: a process that is killed in between leaves nothing that could be misread.
        writeFileSync(`${own}.new`, startOf(process.pid) ?? '');
        renameSync(`${own}.new`, own);
        held.add(own);
        process.once('exit', release);
        refuseOthers(file, directory);
    } catch (error) {
        release();
        throw error instanceof JournalInUseError ? error : new JournalFileError(file, error);
    }
    return release;
}

/**
 * The same for who goes on with a run that was perhaps killed just now: waits for a moment before it throws JournalInUseError. `note`
 * is told when that takes long.
 */
export async function awaitJournal(file: string, note: (line: string) => void): Promise<() => void> {
    // Two that wait for each other do not look at the same times.
    const pauseMs = 20 + (process.pid % 20);
    let isTold = false;
    for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += pauseMs) {
        const taken = tryLock(file);
        if (typeof taken === 'function') return taken;
        if (!isTold && waitedMs >= SILENCE_MS) {
            isTold = true;
            note(`waiting for process ${taken}, which writes ${file}, to end`);
        }
        await sleep(pauseMs);
    }
    return lockJournal(file);
}

/** What gives it back, or the number of the other process that has it. */
function tryLock(file: string): (() => void) | number {
    try {
        return lockJournal(file);
    } catch (error) {
        if (error instanceof JournalInUseError && error.pid !== process.pid) return error.pid;
        throw error;
    }
}

/** Removes what dead processes left behind. Throws JournalInUseError for one that is alive. */
function refuseOthers(file: string, directory: string): void {
    const prefix = `${basename(file)}.`;
    for (const name of readdirSync(directory)) {
        const [, digits] = (name.startsWith(prefix) ? /^(\d+)\.lock(?:\.new)?$/.exec(name.slice(prefix.length)) : null) ?? [];
        const pid = Number(digits);
        if (digits === undefined || pid === process.pid) continue;
        const path = join(directory, name);
        if (isAlive(pid, path)) throw new JournalInUseError(file, pid);
        rmSync(path, { force: true });
    }
}

/** Whether the process that made a lock file runs. One that got the same number later is another one, where the system tells. */
function isAlive(pid: number, path: string): boolean {
    let start = '';
    // It may give the journal back just now.
    return isThere(() => (start = readFileSync(path, 'utf8'))) && isRunning(pid, start);
}

/** What another user may keep us from reading is there. */
function isThere(look: () => unknown): boolean {
    try {
        look();
        return true;
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        return code !== 'ENOENT';
    }
}
