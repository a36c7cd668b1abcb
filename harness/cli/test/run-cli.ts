/** Starts the command line as a user does: a process of its own, its streams and exit code observed. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
export const REPOSITORY = resolve(HERE, '../../..');
const ENTRY = join(REPOSITORY, 'harness/cli/interleave.mjs');
export const PUBLIC_API = join(REPOSITORY, 'harness/index.ts');

export interface Ran {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

export interface RunOptions {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    /** Sees the process as soon as it was started. */
    readonly started?: (child: ChildProcess) => void;
    /** Sees the process as soon as it runs, and stderr as it grows. */
    readonly watch?: (child: ChildProcess, stderr: string) => void;
}

/** Runs `interleave ...args` to its end. */
export function runCli(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const child = spawn(process.execPath, [ENTRY, ...args], {
        cwd: options.cwd ?? REPOSITORY,
        // Colours and progress as in a pipe, whatever terminal the tests run in.
        env: { ...process.env, FORCE_COLOR: undefined, ...options.env },
        stdio: ['ignore', 'pipe', 'pipe']
    });
    options.started?.(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
        options.watch?.(child, stderr);
    });
    return new Promise((done, fail) => {
        child.on('error', fail);
        child.on('close', code => done({ code, stdout, stderr }));
    });
}

/** A directory outside the repository with the given files; removed by `remove`. */
export function temporaryProject(files: Readonly<Record<string, string | Uint8Array>>): {
    readonly directory: string;
    readonly remove: () => void;
} {
    const directory = mkdtempSync(join(tmpdir(), 'interleave-cli-'));
    for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(directory, name)), { recursive: true });
        writeFileSync(join(directory, name), content);
    }
    return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
