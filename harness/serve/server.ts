/** The server as a whole: a replica, what drives it, and the HTTP interface on a loopback port. */
import type { AddressInfo } from 'node:net';
import { Replica } from '../replica/index.ts';
import type { VerifySignature } from './authenticate.ts';
import { httpServer } from './http.ts';
import { LiveDriver } from './live.ts';
import { ServedNode, type Driver } from './node.ts';
import { SteppedDriver } from './stepped.ts';
import { verifySignature } from './verify.ts';

/** How to serve. The clock comes from outside: this room reads none. */
export interface ServeOptions {
    /** Nanoseconds since 1970. */
    readonly clockNs: () => bigint;
    /** 0: any free port. */
    readonly port: number;
    /** Seeds the keys, ids and randomness of the subnet. */
    readonly seed: string;
    readonly version: string;
    readonly mode: ServeMode;
    /** Told what goes on. */
    readonly onEvent: (event: ServeEvent) => void;
}

/** When messages execute. */
export type ServeMode =
    /**
     * Time follows the clock, rounds run at least this often. `hold`: calls wait for the next round of the interval; by
     * default a round runs as soon as there is work.
     */
    | { readonly kind: 'live'; readonly roundMs: number; readonly hold?: boolean }
    /** Commands decide. */
    | { readonly kind: 'stepped' };

/** What a server tells. */
export type ServeEvent =
    /** A canister printed a line. */
    | { readonly kind: 'log'; readonly canister: string; readonly line: string }
    /** A request failed for a reason of ours; the server goes on. */
    | { readonly kind: 'error'; readonly error: unknown }
    /** A round failed: nothing executes any more. */
    | { readonly kind: 'failure'; readonly error: unknown };

/** A running server. */
export interface Server {
    readonly url: string;
    readonly port: number;
    /** DER. */
    readonly rootKey: Uint8Array;
    readonly node: ServedNode;
    /** Answers what waits, closes connections, stops rounds. */
    close(): Promise<void>;
}

const HOST = '127.0.0.1';
const CALL_TIMEOUT_MS = 10_000;
/** Causal names go back so far; what came before can be forgotten. */
const LINEAGE_MAX = 64;

/** Starts a server with an empty subnet. Rejects when the port cannot be had. */
export async function startServer(options: ServeOptions): Promise<Server> {
    const { clockNs, seed, version, mode, onEvent } = options;
    const onPrint = (canister: string, line: string): void => onEvent({ kind: 'log', canister, line });
    // A command can answer HTTP outcalls; nobody would do so in live mode, where they are rejected by name.
    const outcalls = mode.kind === 'stepped' ? ({ outcalls: 'by-hand' } as const) : {};
    const common = { identity: 'ordered', lineageMax: LINEAGE_MAX, onPrint } as const;
    const replica = new Replica({ seed, timeNs: clockNs(), ...common, ...outcalls });
    const node = new ServedNode(replica, seed);
    const onFailure = (error: unknown): void => onEvent({ kind: 'failure', error });
    const driver: Driver =
        mode.kind === 'live'
            ? new LiveDriver(node, { clockNs, roundMs: mode.roundMs, hold: mode.hold ?? false, onFailure })
            : new SteppedDriver(node, clockNs);
    const verify: VerifySignature = (key, message, signature) =>
        verifySignature(node.rootKey, key, message, signature);
    const serving = { node, driver, verify, callTimeoutMs: CALL_TIMEOUT_MS };
    const onError = (error: unknown): void => onEvent({ kind: 'error', error });
    const app = httpServer({ serving, version, stepped: mode.kind === 'stepped', onError });
    try {
        await app.listen({ host: HOST, port: options.port });
    } catch (error) {
        driver.stop();
        throw error;
    }
    const { port } = app.server.address() as AddressInfo;
    return {
        url: `http://${HOST}:${port}`,
        port,
        rootKey: node.rootKey,
        node,
        close: async () => {
            driver.stop();
            node.stopWaiting();
            await app.close();
        }
    };
}
