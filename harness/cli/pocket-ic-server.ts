/** A PocketIC server in a process of its own, from a program that is on this machine. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PocketIcServerError } from './pocket-ic-errors.ts';

const START_MS = 60_000;
const LOOK_MS = 50;
const STOP_MS = 3_000;
/** Seconds without a request after which the server ends by itself, should nobody be left to end it. */
const IDLE_S = 300;
/** Of what the server says, the end is kept for errors. */
const SAID_MAX = 2_000;

export interface OwnPocketIc {
    readonly url: string;
    /** How it ended, when it did without being asked. */
    readonly ended: () => PocketIcServerError | undefined;
    /** Ends the process and waits for it. */
    readonly close: () => Promise<void>;
}

/**
 * Starts it on any free port, which it writes into a file with a line break at the end. A process group of its own: Ctrl-C reaches this
 * process only. Rejects with PocketIcServerError. Reads the clock.
 */
export async function startPocketIc(program: string): Promise<OwnPocketIc> {
    const directory = mkdtempSync(join(tmpdir(), 'interleave-pocket-ic-'));
    const portFile = join(directory, 'port');
    const child = spawn(program, ['--port-file', portFile, '--ttl', String(IDLE_S)], {
        stdio: ['ignore', 'ignore', 'pipe'],
        detached: true
    });
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said = `${said}${text}`.slice(-SAID_MAX);
    });
    let ended: string | undefined;
    const exit = new Promise<void>(done => {
        const end = (how: string): void => {
            ended ??= how;
            process.off('exit', kill);
            rmSync(directory, { recursive: true, force: true });
            done();
        };
        child.once('error', error => end(`cannot be started (${error.message})`));
        child.once('exit', (code, signal) => end(`ended (${signal ?? `code ${code}`})`));
    });
    const deadline = performance.now() + START_MS;
    let port = portIn(portFile);
    while (port === undefined && ended === undefined && performance.now() < deadline) {
        await new Promise(done => setTimeout(done, LOOK_MS));
        port = portIn(portFile);
    }
    if (port === undefined) {
        kill();
        throw new PocketIcServerError(program, ended ?? `did not come up within ${START_MS / 1000} s`, said);
    }
    return {
        url: `http://127.0.0.1:${port}`,
        ended: () => (ended === undefined ? undefined : new PocketIcServerError(program, ended, said)),
        close: async () => {
            child.kill('SIGTERM');
            const timeout = setTimeout(kill, STOP_MS);
            await exit;
            clearTimeout(timeout);
        }
    };
}

function portIn(file: string): number | undefined {
    try {
        return Number(/^(\d+)\n/.exec(readFileSync(file, 'utf8'))?.[1] ?? NaN) || undefined;
    } catch {
        // Not written yet.
        return undefined;
    }
}
