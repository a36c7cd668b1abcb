/** The host of an exploration's servers, as the command sees it. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { SuiteHostError } from './errors.ts';

/** Names the host's socket for `harness/cli/pocket-ic`. */
const HOST_VARIABLE = 'INTERLEAVE_SUITE_HOST';

const PREFIX = 'interleave-host-';
/** What a directory for temporary files may be called so that names of sockets in it fit: they have some 100 bytes. */
const BASE_BYTES_MAX = 70;

export interface SuiteHost {
    /** For the environment of a suite. */
    readonly environment: Readonly<Record<string, string>>;
    /** Throws SuiteHostError when it has ended by itself: what the suite came to then says nothing. */
    readonly check: () => void;
    readonly close: () => Promise<void>;
}

/** Starts it. Rejects with SuiteHostError. */
export async function startSuiteHost(toolVersion: string): Promise<SuiteHost> {
    const base = Buffer.byteLength(tmpdir()) > BASE_BYTES_MAX ? '/tmp' : tmpdir();
    const directory = mkdtempSync(join(base, PREFIX));
    const remove = (): void => rmSync(directory, { recursive: true, force: true });
    process.once('exit', remove);
    const socket = join(directory, 'socket');
    const worker = new Worker(new URL('suite-host.ts', import.meta.url), { workerData: { socket, toolVersion } });
    let failure: unknown;
    worker.on('error', error => (failure = error));
    const check = (): void => {
        if (failure !== undefined) throw new SuiteHostError(failure);
    };
    await Promise.race([once(worker, 'message'), once(worker, 'exit')]).catch((error: unknown) => (failure = error));
    check();
    return {
        environment: { [HOST_VARIABLE]: socket },
        check,
        close: async () => {
            await worker.terminate();
            process.off('exit', remove);
            remove();
        }
    };
}
