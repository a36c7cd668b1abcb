/** A PocketIC server in this process: Interleave's own, with what tests want to look at behind it. */
import type { Replica } from '../../../replica/index.ts';
import { startServer as start } from '../../../serve/pocketic/test/world.ts';

export interface TestServer {
    readonly url: string;
    readonly port: number;
    /** Requests so far, `POST /instances/0/update/tick`. */
    readonly requests: string[];
    /** `Available` or `Deleted`, by number. */
    readonly states: () => readonly string[];
    /** The replica behind an instance. */
    readonly replica: (instance: number) => Replica;
    readonly close: () => Promise<void>;
}

/** Starts it on any free port of the loopback address. */
export async function startServer(): Promise<TestServer> {
    const requests: string[] = [];
    const server = await start({
        onRequest: (what) => void requests.push(what),
        onError: (error) => {
            throw error;
        }
    });
    let closed: Promise<void> | undefined;
    return {
        url: server.url,
        port: server.port,
        requests,
        states: () => server.instances.list(),
        replica: (number) => server.instances.get(number).instance.replica,
        close: () => (closed ??= server.close())
    };
}
