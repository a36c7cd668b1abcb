/** `pocket-ic`: the embedded replica behind PocketIC's REST interface, with the PocketIC server's flags and port file. */
import { plain } from '../report/text.ts';
import { TIMER_MS_MAX, startPocketIcServer } from '../serve/index.ts';
import type { PocketIcServer } from '../serve/index.ts';
import { RUN_VARIABLE, servedRun } from '../suites/index.ts';
import type { ServedRun } from '../suites/index.ts';
import type { Context } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { explainFailure } from './failure.ts';
import { clockNs, listening } from './listening.ts';
import type { PocketIcOptions } from './pocket-ic-options.ts';
import { PortFile } from './port-file.ts';

const MS_PER_S = 1_000;

/**
 * Runs the command; resolves to the exit code when the server was stopped by a signal, or has been idle for its time to live. `runFile` is
 * that of a suite which is being explored. Reads the clock. Throws PortError, PortFileError.
 */
export async function pocketIc(
    options: PocketIcOptions,
    context: Context,
    runFile: string | undefined = process.env[RUN_VARIABLE]
): Promise<number> {
    const portFile = options.portFile === undefined ? undefined : await PortFile.claim(options.portFile);
    // Another server has the file: whoever started this one finds that one.
    if (portFile === 'taken') return EXIT.asExpected;
    let over: () => void = () => undefined;
    const ended = new Promise<void>(done => (over = done));
    const run = runFile === undefined ? undefined : servedRun(runFile);
    try {
        const server = await start(options, context, { run, onIdle: () => over() });
        portFile?.write(server.port);
        context.streams.out(`listening on ${server.url}\n`);
        context.interrupts.onFirst(() => over());
        const { hardTtl } = options;
        const hardMs = hardTtl === undefined ? undefined : Math.min(hardTtl * MS_PER_S, TIMER_MS_MAX);
        const hard = hardMs === undefined ? undefined : setTimeout(over, hardMs);
        await ended;
        clearTimeout(hard);
        await server.close();
    } finally {
        run?.close();
        portFile?.remove();
    }
    return EXIT.asExpected;
}

function start(
    options: PocketIcOptions,
    { streams, toolVersion: version }: Context,
    { run, onIdle }: { readonly run: ServedRun | undefined; readonly onIdle: () => void }
): Promise<PocketIcServer> {
    return listening(options.port, () =>
        startPocketIcServer({
            clockNs,
            port: options.port,
            version,
            idleMs: options.ttl * MS_PER_S,
            onIdle,
            ...(run === undefined ? {} : { roundsOf: run.roundsOf }),
            onPrint: (canister, line) => streams.note(`[Canister ${canister}] ${plain(line)}`),
            onError: error => {
                for (const text of explainFailure(error, streams.errPaint).lines) streams.note(text);
            }
        })
    );
}
