/** A PocketIC server in a process of its own, from a program that is on this machine. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './child.ts';
import { PocketIcServerError } from './pocket-ic-errors.ts';

const START_MS = 60_000;
const LOOK_MS = 50;
/** Seconds without a request after which the server ends by itself, should nobody be left to end it. */
const IDLE_S = 300;

export interface OwnPocketIc {
    readonly url: string;
    /** How it ended, when it did without being asked. */
    readonly ended: () => PocketIcServerError | undefined;
    /** Ends the process and waits for it. */
    readonly close: () => Promise<void>;
}

/**
 * Starts it on any free port, which it writes into a file with a line break at the end. It ends with this process.
 * Rejects with PocketIcServerError. Reads the clock.
 */
export async function startPocketIc(program: string): Promise<OwnPocketIc> {
    const directory = mkdtempSync(join(tmpdir(), 'interleave-pocket-ic-'));
    const portFile = join(directory, 'port');
    const child = new Child(program, ['--port-file', portFile, '--ttl', String(IDLE_S)], ['ignore', 'ignore', 'pipe']);
    void child.exit.then(() => rmSync(directory, { recursive: true, force: true }));
    const deadline = performance.now() + START_MS;
    let port = portIn(portFile);
    while (port === undefined && child.ended === undefined && performance.now() < deadline) {
        await new Promise(done => setTimeout(done, LOOK_MS));
        port = portIn(portFile);
    }
    const failure = (how: string): PocketIcServerError => new PocketIcServerError(program, how, child.said);
    if (port === undefined) {
        child.kill();
        throw failure(child.ended ?? `did not come up within ${START_MS / 1000} s`);
    }
    return {
        url: `http://127.0.0.1:${port}`,
        ended: () => (child.ended === undefined ? undefined : failure(child.ended)),
        close: () => child.close()
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
