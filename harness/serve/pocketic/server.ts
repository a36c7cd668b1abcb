/** The PocketIC server: its interface on a loopback port, until nobody has asked for a while. */
import type { AddressInfo } from 'node:net';
import { TIMER_MS_MAX } from '../timer.ts';
import { pocketIcApp } from './app.ts';
import type { Instances } from './instances.ts';
import type { Rounds } from './rounds.ts';

/** How to serve. The clock comes from outside: this room reads none. */
export interface PocketIcOptions {
    /** Nanoseconds since 1970. */
    readonly clockNs: () => bigint;
    /** 0: any free port. */
    readonly port: number;
    readonly version: string;
    /** Milliseconds without a request after which `onIdle` is told. */
    readonly idleMs: number;
    readonly onIdle: () => void;
    /** Told of each request as it comes in: `POST /instances/0/update/tick`. */
    readonly onRequest?: (what: string) => void;
    /** How the messages of an instance execute; by default as in production. */
    readonly roundsOf?: (instance: number) => Rounds;
    /** A canister printed a line; told before the request that caused it is answered. */
    readonly onPrint: (canister: string, line: string) => void;
    /** A request, or a round of a live instance, failed for a reason of ours. */
    readonly onError: (error: unknown) => void;
}

/** A running server. */
export interface PocketIcServer {
    readonly url: string;
    readonly port: number;
    readonly instances: Instances;
    /** Answers what is being asked, as far as that takes a second at most; ends instances, gateways and connections. */
    close(): Promise<void>;
}

const HOST = '127.0.0.1';
/** What requests in flight may take when the server is closed. */
const GRACE_MS = 1_000;

/** Starts a server without instances. Rejects when the port cannot be had. */
export async function startPocketIcServer(options: PocketIcOptions): Promise<PocketIcServer> {
    const { port, onIdle } = options;
    // Launchers ask for a month.
    const idleMs = Math.min(options.idleMs, TIMER_MS_MAX);
    let idle: NodeJS.Timeout | undefined;
    let pending = 0;
    let isOpen = true;
    const watch = (): void => {
        clearTimeout(idle);
        if (pending === 0 && isOpen) idle = setTimeout(onIdle, idleMs);
    };
    const { app, instances, end } = pocketIcApp(options, (change, what) => {
        if (change === 1) options.onRequest?.(what);
        pending += change;
        watch();
    });
    await app.listen({ host: HOST, port });
    watch();
    const { port: actual } = app.server.address() as AddressInfo;
    return {
        url: `http://${HOST}:${actual}`,
        port: actual,
        instances,
        close: async () => {
            isOpen = false;
            clearTimeout(idle);
            const overdue = setTimeout(() => app.server.closeAllConnections(), GRACE_MS);
            await app.close();
            clearTimeout(overdue);
            await end();
        }
    };
}
