/** Which replica a run talks to: the given one, a network of another tool, or a server of our own. */
import { connect } from '../backend/network/connect.ts';
import type { Connection } from '../backend/network/connect.ts';
import { plain } from '../report/text.ts';
import { muteAgent } from './agent-warnings.ts';
import type { Context } from './context.ts';
import { findNetwork } from './local-network.ts';
import { ROUND_MS } from './network-options.ts';
import type { NetworkOptions } from './network-options.ts';
import { startOwnServer } from './own-server.ts';

export interface LiveEndpoint {
    readonly connection: Connection;
    readonly server: 'own' | 'given';
    /** Of a server of our own. */
    readonly roundMs?: number;
    /** Why nothing more can come from it; undefined while it lives, or when that is not known. */
    readonly ended: () => Error | undefined;
    readonly close: () => Promise<void>;
}

/** Throws NetworkError, UnknownNetworkError, NetworkFileError, OwnServerError. */
export async function openEndpoint(
    options: NetworkOptions & { readonly seed: number },
    project: string,
    { streams }: Context
): Promise<LiveEndpoint> {
    const { url, network, rootKey, roundMs = ROUND_MS, seed } = options;
    muteAgent();
    const allowRemote = options.allowRemote === true;
    const keyed = rootKey === undefined ? {} : { rootKey };
    if (url !== undefined || network !== undefined) {
        const found = url === undefined ? findNetwork(project, network!) : { url };
        const connection = await connect({ ...found, ...keyed, allowRemote });
        streams.note(`using the replica at ${plain(connection.url)}`);
        return { connection, server: 'given', ended: () => undefined, close: async () => undefined };
    }
    const own = await startOwnServer({ seed, roundMs });
    try {
        const connection = await connect({ url: own.url, rootKey: rootKey ?? own.rootKey });
        return { connection, server: 'own', roundMs, ended: own.ended, close: own.close };
    } catch (error) {
        await own.close();
        throw error;
    }
}
