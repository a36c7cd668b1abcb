/** One run of a user's test command, in a process group of its own, with servers that order messages as the run says. */
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { RUN_VARIABLE, readTrace, writeRun } from '../suites/index.ts';
import type { Ran, RunPlan } from '../suites/index.ts';
import { TestCommandError } from './errors.ts';
import type { Interrupts } from './interrupts.ts';
import { ProcessGroup } from './process-group.ts';

/** The program that tests find by POCKET_IC_BIN. */
const SERVER = join(import.meta.dirname, 'pocket-ic');
/** Of what a run prints, the end is kept. */
const OUTPUT_MAX = 20_000;
/** What is left to read when all have ended is there by then. */
const CLOSE_MS = 1_000;
const MS_PER_S = 1_000;

interface Surroundings {
    readonly command: readonly string[];
    /** What the command finds in its environment besides ours. */
    readonly environment?: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
    readonly interrupts: Interrupts;
}

/** Runs the command once. Rejects with TestCommandError when it cannot be started. Reads the clock. */
export async function runSuite(
    plan: RunPlan,
    { command, environment, timeoutMs, interrupts }: Surroundings
): Promise<Ran> {
    const directory = mkdtempSync(join(tmpdir(), 'interleave-suite-'));
    const [file, traces] = [join(directory, 'run.json'), join(directory, 'traces')];
    const remove = (): void => rmSync(directory, { recursive: true, force: true });
    process.once('exit', remove);
    try {
        mkdirSync(traces);
        writeRun(file, { ...plan, traces });
        const env = { ...process.env, ...environment, POCKET_IC_BIN: SERVER, [RUN_VARIABLE]: file };
        const ran = await ended(command, { env, timeoutMs, interrupts });
        return { ...ran, trace: readTrace(traces) };
    } finally {
        process.off('exit', remove);
        remove();
    }
}

interface Process {
    readonly env: NodeJS.ProcessEnv;
    readonly timeoutMs: number;
    readonly interrupts: Interrupts;
}

async function ended(
    [program = '', ...args]: readonly string[],
    { env, timeoutMs, interrupts }: Process
): Promise<Omit<Ran, 'trace'>> {
    const child = started(program, args, env);
    let output = '';
    const hear = (text: string): void => void (output = `${output}${text}`.slice(-OUTPUT_MAX));
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    const closed = new Promise<void>(done => child.once('close', () => done()));
    const exited = new Promise<number | null>((done, failed) => {
        child.once('exit', done).once('error', error => failed(new TestCommandError(program, error)));
    });
    const group = new ProcessGroup(child);
    let isOverdue = false;
    const overdue = setTimeout(() => {
        isOverdue = true;
        group.stop();
    }, timeoutMs);
    interrupts.onFirst(() => group.stop());
    try {
        const code = await exited;
        // Servers that the tests left behind take their port files with them.
        await group.end();
        await Promise.race([closed, new Promise(done => setTimeout(done, CLOSE_MS))]);
        if (isOverdue) hear(`\n(ended: it ran for more than ${timeoutMs / MS_PER_S} s)\n`);
        return { passed: code === 0 && !isOverdue, output, ...(isOverdue ? { overdue: true } : {}) };
    } finally {
        clearTimeout(overdue);
        group.forget();
        // Who has left the group may hold them for ever.
        child.stdout.destroy();
        child.stderr.destroy();
    }
}

/** Some of what is wrong with a command is thrown at once. */
function started(
    program: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv
): ChildProcessByStdio<null, Readable, Readable> {
    try {
        return spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    } catch (error) {
        throw new TestCommandError(program, error);
    }
}
