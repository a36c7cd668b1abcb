/** `serve`: the embedded replica behind the IC's HTTP interface, until it is stopped. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { plain } from '../report/text.ts';
import { startServer } from '../serve/index.ts';
import type { ServeEvent, Server } from '../serve/index.ts';
import type { Context } from './context.ts';
import { PortFileError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { explainFailure } from './failure.ts';
import { clockNs, listening } from './listening.ts';
import type { ServeOptions } from './options.ts';

/**
 * Runs the command; resolves to the exit code when the server was stopped by a signal or by an error of its own. Reads the
 * clock. Throws PortError, PortFileError.
 */
export async function serve(options: ServeOptions, context: Context): Promise<number> {
    let fail: (code: number) => void = () => undefined;
    const failed = new Promise<number>(done => (fail = done));
    const server = await start(options, context, () => fail(EXIT.internal));
    try {
        if (options.portFile !== undefined) writePortFile(options.portFile, server.port);
        announce(server, options, context);
        const stopped = new Promise<number>(done => {
            context.interrupts.onFirst(() => done(EXIT.asExpected));
            // Started by another program over a channel, it ends with that one, also when that is killed.
            process.once('disconnect', () => done(EXIT.asExpected));
        });
        return await Promise.race([failed, stopped]);
    } finally {
        await server.close();
        if (options.portFile !== undefined) removePortFile(options.portFile, server.port);
        if (options.json) context.streams.out(line({ event: 'stopped' }));
    }
}

function start(options: ServeOptions, context: Context, onFailure: () => void): Promise<Server> {
    const { port, roundMs, seed, stepped, hold = false } = options;
    const live = { kind: 'live', roundMs, hold } as const;
    const mode = stepped === true ? ({ kind: 'stepped' } as const) : live;
    const onEvent = (event: ServeEvent): void => {
        tell(event, options, context);
        if (event.kind === 'failure') onFailure();
    };
    return listening(port, () => startServer({ clockNs, port, seed, version: context.toolVersion, mode, onEvent }));
}

function announce(server: Server, { json }: ServeOptions, { streams }: Context): void {
    const rootKey = Buffer.from(server.rootKey).toString('hex');
    if (json) streams.out(line({ event: 'listening', url: server.url, port: server.port, rootKey, pid: process.pid }));
    else streams.out(`listening on ${server.url}\nroot key     ${rootKey}\n`);
}

function tell(event: ServeEvent, { json }: ServeOptions, { streams }: Context): void {
    switch (event.kind) {
        case 'log':
            if (json) streams.out(line({ event: 'log', canister: event.canister, line: event.line }));
            else streams.note(`[Canister ${event.canister}] ${plain(event.line)}`);
            return;
        case 'error':
        case 'failure':
            for (const text of explainFailure(event.error, streams.errPaint).lines) streams.note(text);
            if (json) streams.out(line({ event: event.kind, message: String(event.error) }));
    }
}

function line(event: object): string {
    return `${JSON.stringify(event)}\n`;
}

/** A reader never sees half of it: the file appears with its content. */
function writePortFile(path: string, port: number): void {
    const file = resolve(path);
    const unfinished = `${file}.${process.pid}`;
    try {
        writeFileSync(unfinished, `${port}\n`);
        renameSync(unfinished, file);
    } catch (error) {
        rmSync(unfinished, { force: true });
        throw new PortFileError(file, error);
    }
}

/** Unless it is another server's by now, or was never written. */
function removePortFile(path: string, port: number): void {
    const file = resolve(path);
    try {
        if (readFileSync(file, 'utf8') === `${port}\n`) rmSync(file);
    } catch {
        // No file of ours is left, which is all that is wanted.
    }
}
