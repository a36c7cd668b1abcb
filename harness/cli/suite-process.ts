/** One run of a user's test command, in a process group of its own, with servers that order messages as the run says. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RUN_VARIABLE, readTrace, writeRun } from '../suites/index.ts';
import type { Ran, RunPlan } from '../suites/index.ts';
import { TestCommandError } from './errors.ts';
import type { Interrupts } from './interrupts.ts';

/** The program that tests find by POCKET_IC_BIN. */
const SERVER = join(import.meta.dirname, 'pocket-ic');
/** Of what a run prints, the end is kept. */
const OUTPUT_MAX = 20_000;
const KILL_MS = 3_000;
const LOOK_MS = 20;

interface Surroundings {
    readonly command: readonly string[];
    readonly timeoutMs: number;
    readonly interrupts: Interrupts;
}

/** Runs the command once. Rejects with TestCommandError when it cannot be started. Reads the clock. */
export async function runSuite(plan: RunPlan, { command, timeoutMs, interrupts }: Surroundings): Promise<Ran> {
    const directory = mkdtempSync(join(tmpdir(), 'interleave-suite-'));
    const [file, traces] = [join(directory, 'run.json'), join(directory, 'traces')];
    try {
        mkdirSync(traces);
        writeRun(file, { ...plan, traces });
        const env = { ...process.env, POCKET_IC_BIN: SERVER, [RUN_VARIABLE]: file };
        const { code, output } = await ended(command, { env, timeoutMs, interrupts });
        return { passed: code === 0, output, trace: readTrace(traces) };
    } finally {
        rmSync(directory, { recursive: true, force: true });
    }
}

/** Resolves when no process of the group is left, or after KILL_MS. */
async function groupEnded(group: number): Promise<void> {
    const deadline = performance.now() + KILL_MS;
    while (performance.now() < deadline) {
        try {
            process.kill(-group, 0);
        } catch {
            return;
        }
        await new Promise(done => setTimeout(done, LOOK_MS));
    }
}

interface Process {
    readonly env: NodeJS.ProcessEnv;
    readonly timeoutMs: number;
    readonly interrupts: Interrupts;
}

function ended(
    [program = '', ...args]: readonly string[],
    { env, timeoutMs, interrupts }: Process
): Promise<{ readonly code: number | null; readonly output: string }> {
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
        let output = '';
        const hear = (text: string): void => void (output = `${output}${text}`.slice(-OUTPUT_MAX));
        child.stdout.setEncoding('utf8').on('data', hear);
        child.stderr.setEncoding('utf8').on('data', hear);
        // The whole group: test runners start processes of their own, and those the servers.
        const signal = (name: NodeJS.Signals): void => {
            try {
                process.kill(-child.pid!, name);
            } catch {
                // They have all ended.
            }
        };
        const stop = (): void => {
            signal('SIGTERM');
            setTimeout(() => signal('SIGKILL'), KILL_MS).unref();
        };
        const overdue = setTimeout(() => {
            hear(`\n(ended: it ran for more than ${timeoutMs / 1000} s)\n`);
            stop();
        }, timeoutMs);
        interrupts.onFirst(stop);
        child.once('error', error => {
            clearTimeout(overdue);
            reject(new TestCommandError(program, error));
        });
        child.once('close', code => {
            clearTimeout(overdue);
            // Servers that the tests left behind take their port files with them.
            signal('SIGTERM');
            void groupEnded(child.pid!).then(() => {
                signal('SIGKILL');
                resolve({ code, output });
            });
        });
    });
}
