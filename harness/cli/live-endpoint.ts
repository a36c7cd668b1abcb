/** Which replica a run talks to: the given one, a network of another tool, or a server of our own. */
import type { LiveBackend, LiveClock, LiveDeployment } from '../backend/live.ts';
import { connect } from '../backend/network/connect.ts';
import type { Connection } from '../backend/network/connect.ts';
import { createCanisters, deleteCanisters, networkBackend } from '../backend/network/network.ts';
import { plain } from '../report/text.ts';
import { muteAgent } from './agent-warnings.ts';
import type { Context } from './context.ts';
import { STOP_GRACE_MS } from './interrupts.ts';
import { findNetwork } from './local-network.ts';
import { ROUND_MS } from './network-options.ts';
import type { NetworkOptions } from './network-options.ts';
import { startOwnServer } from './own-server.ts';

/** Canisters without code. */
export interface LiveCanisters {
    /** In the order of the roles. */
    readonly ids: readonly { toText(): string }[];
    readonly backend: (deployments: readonly LiveDeployment[]) => LiveBackend;
    /** Gives back what the backend would, when there will be none. */
    readonly discard: () => Promise<void>;
}

/** Time as the machine has it. */
const WALL_CLOCK: LiveClock = {
    now: () => performance.now(),
    sleep: ms => new Promise(done => setTimeout(done, ms))
};

/** What says where the replica is, and what follows from the seed in it. */
export type EndpointOptions = NetworkOptions & { readonly seed: number };

export interface LiveEndpoint {
    readonly backend: 'network' | 'pocketic';
    readonly url: string;
    /** Where it runs, for readers. */
    readonly place: string;
    readonly server: 'own' | 'given';
    /** Of a server of our own. */
    readonly roundMs?: number;
    /** Creates canisters, one a role. Throws DeploymentError and NetworkErrors. */
    readonly create: (roles: readonly { readonly role: string; readonly name: string }[]) => Promise<LiveCanisters>;
    /** Why nothing more can come from it; undefined while it lives, or when that is not known. */
    readonly ended: () => Error | undefined;
    readonly close: () => Promise<void>;
}

/** Throws NetworkError, UnknownNetworkError, NetworkFileError, OwnServerError. */
export async function openEndpoint(
    options: EndpointOptions,
    project: string,
    { streams, interrupts }: Context
): Promise<LiveEndpoint> {
    const { url, network, rootKey, roundMs = ROUND_MS, seed } = options;
    muteAgent();
    const allowRemote = options.allowRemote === true;
    const keyed = rootKey === undefined ? {} : { rootKey };
    const stop = new AbortController();
    const { signal } = stop;
    // The attempt in flight may end, but a replica that does not answer is not waited for.
    const reason = new Error('stopped while no answer came');
    interrupts.onFirst(() => setTimeout(() => stop.abort(reason), STOP_GRACE_MS).unref());
    if (url !== undefined || network !== undefined) {
        const found = url === undefined ? findNetwork(project, network!) : { url };
        const connection = await connect({ ...found, ...keyed, allowRemote, signal });
        streams.note(`using the replica at ${plain(connection.url)}`);
        const place = connection.url;
        return { ...talking(connection), place, server: 'given', ended: () => undefined, close: async () => undefined };
    }
    const own = await startOwnServer({ seed, roundMs });
    try {
        const connection = await connect({ url: own.url, rootKey: rootKey ?? own.rootKey, signal });
        const place = `a replica of its own (rounds of ${roundMs} ms)`;
        return { ...talking(connection), place, server: 'own', roundMs, ended: own.ended, close: own.close };
    } catch (error) {
        await own.close();
        throw error;
    }
}

function talking(connection: Connection): Pick<LiveEndpoint, 'backend' | 'url' | 'create'> {
    return {
        backend: 'network',
        url: connection.url,
        create: async roles => {
            const ids = await createCanisters(connection, roles);
            return {
                ids,
                backend: deployments => networkBackend(connection, deployments, ids, WALL_CLOCK),
                discard: async () => void (await deleteCanisters(connection, roles, ids))
            };
        }
    };
}
