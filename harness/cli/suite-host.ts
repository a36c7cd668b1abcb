/**
 * A thread that runs the PocketIC servers of all runs of an exploration: it has loaded everything, and its code is warm, so that a server
 * starts in milliseconds instead of a second. Whoever is asked to be a server (`pocket-ic-guest.mjs`) connects, and says for which run.
 */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parentPort, workerData } from 'node:worker_threads';
import { Command } from 'commander';
import { z } from 'zod';
import { paint } from '../report/paint.ts';
import type { Context } from './context.ts';
import { explainFailure } from './failure.ts';
import { pocketIc } from './pocket-ic.ts';
import { addPocketIc } from './pocket-ic-options.ts';

const { socket: path, toolVersion } = z.object({ socket: z.string(), toolVersion: z.string() }).parse(workerData);
const WISH = z.object({ args: z.array(z.string()), run: z.string(), directory: z.string() });
const NO_COLOURS = paint(false);

const server = createServer({ allowHalfOpen: true }, socket => void serve(socket));
server.listen(path);
await once(server, 'listening');
parentPort!.postMessage('listening');

/** One server, until it ends or the other side does. */
async function serve(socket: Socket): Promise<void> {
    const send = (message: object): void => void (socket.writable && socket.write(`${JSON.stringify(message)}\n`));
    let stopped = false;
    let stop: () => void = () => undefined;
    const context: Context = {
        toolVersion,
        interrupts: {
            flag: new Int32Array(1),
            interrupted: () => stopped,
            onFirst: action => {
                stop = action;
                // Who asked may have gone before the server was there.
                if (stopped) action();
            }
        },
        streams: {
            out: text => send({ out: text }),
            note: line => send({ note: line }),
            status: () => undefined,
            milestone: () => undefined,
            reminder: () => undefined,
            outPaint: NO_COLOURS,
            errPaint: NO_COLOURS
        }
    };
    const over = (): void => {
        stopped = true;
        stop();
    };
    socket.on('error', over).on('close', over).on('end', over);
    let exit = 1;
    try {
        // Errors of the socket come here once more.
        const lines = createInterface({ input: socket }).on('error', over);
        const line = await new Promise<string | undefined>(done => {
            lines.once('line', done).once('close', () => done(undefined));
        });
        if (line === undefined) return void socket.end();
        const { args, run, directory } = WISH.parse(JSON.parse(line));
        const program = new Command().exitOverride();
        addPocketIc(program, async options => {
            const { portFile } = options;
            const own = portFile === undefined ? options : { ...options, portFile: resolve(directory, portFile) };
            exit = await pocketIc(own, context, run);
        });
        await program.parseAsync(['pocket-ic', ...args], { from: 'user' });
    } catch (error) {
        const { lines, exitCode } = explainFailure(error, NO_COLOURS);
        for (const text of lines) send({ note: text });
        exit = exitCode;
    }
    send({ exit });
    socket.end();
}
