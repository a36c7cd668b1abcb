/** `interleave serve` in a process of its own, for runs that are not given a replica. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { OwnServerError } from './network-errors.ts';

const ENTRY = join(import.meta.dirname, 'main.ts');
const START_MS = 20_000;
const STOP_MS = 3_000;
/** Of what the server says on stderr, the end is kept for errors. */
const SAID_MAX = 2_000;

export interface OwnServer {
    readonly url: string;
    readonly rootKey: Uint8Array;
    /** How it ended, when it did without being asked. */
    readonly ended: () => OwnServerError | undefined;
    /** Ends the process and waits for it. */
    readonly close: () => Promise<void>;
}

interface Listening {
    readonly event: 'listening';
    readonly url: string;
    readonly rootKey: string;
}

/**
 * Starts a server on any free port. It is its own process group, so that Ctrl-C reaches this process only, and it ends with this
 * process. Rejects with OwnServerError. Reads the clock.
 */
export async function startOwnServer(options: { readonly seed: number; readonly roundMs: number }): Promise<OwnServer> {
    const { seed, roundMs } = options;
    const args = ['serve', '--json', '--port', '0', '--seed', String(seed), '--round-ms', String(roundMs), '--hold'];
    const child = spawn(process.execPath, [ENTRY, ...args], {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        detached: true
    });
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    let said = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
        said = `${said}${text}`.slice(-SAID_MAX);
    });
    let ended: string | undefined;
    const exit = new Promise<void>(done => {
        const end = (how: string): void => {
            ended ??= how;
            process.off('exit', kill);
            done();
        };
        child.once('error', error => end(`cannot be started (${error.message})`));
        child.once('exit', (code, signal) => end(`ended (${signal ?? `code ${code}`})`));
    });
    const timer = new AbortController();
    const late = new Promise<'late'>(done => {
        const timeout = setTimeout(() => done('late'), START_MS);
        timer.signal.addEventListener('abort', () => clearTimeout(timeout));
    });
    const first = await Promise.race([firstEvent(child.stdout!), exit, late]);
    timer.abort();
    if (first === 'late') kill();
    if (first === 'late' || first === undefined)
        throw new OwnServerError(ended ?? `did not come up within ${START_MS / 1000} s`, said);
    return {
        url: first.url,
        rootKey: Uint8Array.from(Buffer.from(first.rootKey, 'hex')),
        ended: () => (ended === undefined ? undefined : new OwnServerError(ended, said)),
        close: async () => {
            child.kill('SIGTERM');
            const timeout = setTimeout(kill, STOP_MS);
            await exit;
            clearTimeout(timeout);
        }
    };
}

/** The first line says where it listens; the rest of the stream is read and dropped, or the pipe would fill. */
function firstEvent(stdout: Readable): Promise<Listening> {
    return new Promise(done => {
        createInterface({ input: stdout }).on('line', line => {
            const event = JSON.parse(line) as { readonly event?: unknown };
            if (event.event === 'listening') done(event as Listening);
        });
    });
}
