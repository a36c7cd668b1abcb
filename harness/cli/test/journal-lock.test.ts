/** One process writes a journal, and one that was killed does not keep others from it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { awaitJournal, lockJournal } from '../journal-lock.ts';
import { runCli } from './run-cli.ts';
import { counterProject, counterWat, wasmOf } from './wat-project.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
    for (const cleanup of cleanups.splice(0)) cleanup();
});

function journalPath(): string {
    const directory = mkdtempSync(join(tmpdir(), 'interleave-lock-'));
    cleanups.push(() => rmSync(directory, { recursive: true }));
    return join(directory, 'of', 'a.journal');
}

function locksOf(file: string): readonly string[] {
    return readdirSync(dirname(file)).filter(name => name.endsWith('.lock'));
}

/** A process that has the lock, as far as anybody can see. */
async function holder(file: string): Promise<{ readonly pid: number; readonly kill: () => Promise<void> }> {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    cleanups.push(() => child.kill('SIGKILL'));
    const pid = child.pid!;
    // Where the system does not tell when a process began, its number is all there is.
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
    writeFileSync(`${file}.${pid}.lock`, stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '');
    const kill = async (): Promise<void> => {
        child.kill('SIGKILL');
        await once(child, 'exit');
    };
    return { pid, kill };
}

/** A process that was killed, and whose parent does not care. */
async function unburied(): Promise<number> {
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60']);
    cleanups.push(() => parent.kill('SIGKILL'));
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(String(line));
    // Until it is the second `sleep`, it is a shell, which does care.
    while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8') !== 'sleep\n') await setTimeout(1);
    process.kill(pid, 'SIGKILL');
    return pid;
}

describe('the lock of a journal', () => {
    it('is given back, and is taken once even in one process', () => {
        const file = journalPath();
        const release = lockJournal(file);
        expect(() => lockJournal(file)).toThrow(`${file} is being written by process ${process.pid}.`);
        expect(locksOf(file)).toEqual([`a.journal.${process.pid}.lock`]);
        release();
        expect(locksOf(file)).toEqual([]);
        lockJournal(file)();
    });

    it('of a process that runs is respected; that of one that was killed is not, and goes', async () => {
        const file = journalPath();
        lockJournal(file)();
        const { pid, kill } = await holder(file);
        expect(() => lockJournal(file)).toThrow(`is being written by process ${pid}.`);
        expect(locksOf(file)).toEqual([`a.journal.${pid}.lock`]);
        await kill();
        cleanups.push(lockJournal(file));
        expect(locksOf(file)).toEqual([`a.journal.${process.pid}.lock`]);
    });

    it('is waited for by who goes on: a process that was killed may still be going away', async () => {
        const file = journalPath();
        lockJournal(file)();
        const { pid, kill } = await holder(file);
        const told: string[] = [];
        const waiting = awaitJournal(file, line => void told.push(line));
        while (told.length === 0) await setTimeout(5);
        expect(told).toEqual([`waiting for process ${pid}, which writes ${file}, to end`]);
        await kill();
        cleanups.push(await waiting);
        expect(told).toHaveLength(1);
        expect(locksOf(file)).toEqual([`a.journal.${process.pid}.lock`]);
    });

    it('is not waited for longer than a moment, and not where this very process has it', async () => {
        const file = journalPath();
        const release = lockJournal(file);
        await expect(awaitJournal(file, () => undefined)).rejects.toThrow(`written by process ${process.pid}.`);
        release();
        const { pid } = await holder(file);
        await expect(awaitJournal(file, () => undefined)).rejects.toThrow(`is being written by process ${pid}.`);
    });

    const whereTold = existsSync('/proc/self/stat') ? it : it.skip; // other systems do not tell
    whereTold('of a process that has ended, but whose parent has not asked, does not count', async () => {
        const file = journalPath();
        lockJournal(file)();
        const pid = await unburied();
        while (!/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) await setTimeout(1);
        writeFileSync(`${file}.${pid}.lock`, '');
        cleanups.push(lockJournal(file));
        expect(locksOf(file)).toEqual([`a.journal.${process.pid}.lock`]);
    });

    it('of a process whose number another one has now does not count; locks of other journals neither', async () => {
        const file = journalPath();
        lockJournal(file)();
        const { pid } = await holder(`${file}.2`);
        writeFileSync(`${file}.${pid}.lock`, '1');
        cleanups.push(lockJournal(file));
        expect(locksOf(file)).toEqual([`a.journal.${process.pid}.lock`, `a.journal.2.${pid}.lock`].sort());
    });
});

it('a run whose journal another one writes is refused by name', async () => {
    const { directory, remove } = counterProject(wasmOf(counterWat('(call $done)')));
    cleanups.push(remove);
    cleanups.push(lockJournal(join(directory, 'kept')));
    const { code, stderr } = await runCli(['fuzz', '--journal', 'kept'], { cwd: directory });
    expect(stderr).toMatch(/error JOURNAL_IN_USE: The journal .*kept is being written by process \d+\.\nfix: Wait until/);
    expect(code).toBe(3);
});
