/** The replica behind a live run, by the name of the backend. */
import { join } from 'node:path';
import { createOnPocketIc } from '../backend/pocketic/pocketic.ts';
import { endpointOf } from '../backend/network/endpoint.ts';
import type { Project } from '../build/index.ts';
import { plain } from '../report/text.ts';
import type { Context } from './context.ts';
import { openEndpoint } from './live-endpoint.ts';
import type { EndpointOptions, LiveEndpoint } from './live-endpoint.ts';
import { BackendOptionError } from './network-errors.ts';
import { findPocketIc } from './pocket-ic-binary.ts';
import { startPocketIc } from './pocket-ic-server.ts';

interface Surroundings {
    readonly project: Project;
    readonly context: Context;
}

/** Throws NetworkError, and the CliErrors of finding and starting a server; BackendOptionError. */
export async function openBackend(
    backend: LiveEndpoint['backend'],
    options: EndpointOptions,
    { project, context }: Surroundings
): Promise<LiveEndpoint> {
    const { directory } = project;
    if (backend === 'pocketic') return openPocketIc(options, directory, context);
    if (options.downloadPocketIc !== undefined)
        throw new BackendOptionError('--download-pocket-ic', 'network', 'Leave it out, or say --backend pocketic.');
    return openEndpoint(options, directory, context);
}

/** A given server, or one that is started from the binary of POCKET_IC_BIN, or from one that was downloaded. */
async function openPocketIc(options: EndpointOptions, project: string, context: Context): Promise<LiveEndpoint> {
    const { network, rootKey, roundMs, url: given, downloadPocketIc } = options;
    const others = { '--network': network, '--root-key': rootKey, '--round-ms': roundMs };
    for (const [option, value] of Object.entries(others)) {
        const fix = 'Leave it out: a PocketIC server is found by --url or POCKET_IC_BIN; rounds are run as needed.';
        if (value !== undefined) throw new BackendOptionError(option, 'pocketic', fix);
    }
    if (given !== undefined) {
        const { url } = endpointOf(given, options.allowRemote === true);
        context.streams.note(`using the PocketIC server at ${plain(url)}`);
        return { ...talking(url, url), server: 'given', ended: () => undefined, close: async () => undefined };
    }
    const note = (line: string): void => context.streams.note(plain(line));
    const binary = await findPocketIc({
        directory: join(project, '.interleave', 'pocket-ic'),
        ...(downloadPocketIc === undefined ? {} : { sha256: downloadPocketIc }),
        note
    });
    const server = await startPocketIc(binary);
    const place = `a PocketIC server of its own (${plain(binary)})`;
    return { ...talking(server.url, place), server: 'own', ended: server.ended, close: server.close };
}

function talking(url: string, place: string): Pick<LiveEndpoint, 'backend' | 'url' | 'place' | 'create'> {
    return {
        backend: 'pocketic',
        url,
        place,
        create: async roles => {
            const created = await createOnPocketIc(url, roles);
            return { ids: created.ids, backend: created.backend, discard: created.discard };
        }
    };
}
