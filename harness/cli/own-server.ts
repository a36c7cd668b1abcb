/** `interleave serve` in a process of its own, for runs that are not given a replica. */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Child } from './child.ts';
import { OwnServerError } from './network-errors.ts';

const ENTRY = join(import.meta.dirname, 'main.ts');
const START_MS = 20_000;

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
 * Starts a server on any free port. It ends with this process. Rejects with OwnServerError. Reads the clock.
 */
export async function startOwnServer(options: { readonly seed: number; readonly roundMs: number }): Promise<OwnServer> {
    const { seed, roundMs } = options;
    const args = ['serve', '--json', '--port', '0', '--seed', String(seed), '--round-ms', String(roundMs), '--hold'];
    const child = new Child(process.execPath, [ENTRY, ...args], ['ignore', 'pipe', 'pipe', 'ipc']);
    const timer = new AbortController();
    const late = new Promise<'late'>(done => {
        const timeout = setTimeout(() => done('late'), START_MS);
        timer.signal.addEventListener('abort', () => clearTimeout(timeout));
    });
    const first = await Promise.race([firstEvent(child.process.stdout!), child.exit, late]);
    timer.abort();
    if (first === 'late') child.kill();
    if (first === 'late' || first === undefined)
        throw new OwnServerError(child.ended ?? `did not come up within ${START_MS / 1000} s`, child.said);
    return {
        url: first.url,
        rootKey: Uint8Array.from(Buffer.from(first.rootKey, 'hex')),
        ended: () => (child.ended === undefined ? undefined : new OwnServerError(child.ended, child.said)),
        close: () => child.close()
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
