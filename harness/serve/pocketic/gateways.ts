/** HTTP gateways: ports on which agents talk to an instance. Assets of canisters are not served. */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { httpServer } from '../http.ts';
import { verifySignature } from '../verify.ts';
import { PocketIcError, unsupported } from './errors.ts';
import type { PocketInstance } from './instance.ts';
import type { LiveMode } from './live.ts';

const HOST = '127.0.0.1';
const CALL_TIMEOUT_MS = 10_000;

const GATEWAY = z.looseObject({
    ip_addr: z.string().nullish(),
    port: z.int().min(0).max(65_535).nullish(),
    forward_to: z.union([z.looseObject({ PocketIcInstance: z.int().min(0) }), z.looseObject({ Replica: z.string() })]),
    https_config: z.unknown().optional()
});

/** An instance that agents can talk to. */
export interface Reachable {
    readonly instance: PocketInstance;
    readonly live: LiveMode;
}

/** HttpGatewayInfo: number and port of a gateway. */
export interface GatewayInfo {
    readonly instance_id: number;
    readonly port: number;
}

/** The IC's HTTP interface of an instance; it does not listen yet. */
export function interfaceOf(
    { instance, live }: Reachable,
    version: string,
    onError: (error: unknown) => void
): FastifyInstance {
    const { nodes } = instance;
    const { root: node } = nodes;
    const verify = (key: Uint8Array, message: Uint8Array, signature: Uint8Array): void =>
        verifySignature(node.rootKey, key, message, signature);
    const route = nodes.route.bind(nodes);
    const { validation: calls } = instance;
    const serving = { node, route, driver: live, verify, calls, callTimeoutMs: CALL_TIMEOUT_MS };
    return httpServer({ serving, version, stepped: false, onError });
}

interface Gateway {
    readonly instance: number;
    readonly port: number;
    readonly app: FastifyInstance;
}

/** The gateways of a server. */
export class Gateways {
    readonly #gateways: (Gateway | undefined)[] = [];
    readonly #onRequest: (change: 1 | -1, what: string) => void;

    /** `onRequest` is told when an agent's request comes in and when it was answered. */
    constructor(onRequest: (change: 1 | -1, what: string) => void) {
        this.#onRequest = onRequest;
    }

    /** Starts one. `appOf` makes the interface of an instance, which may be gone before that listens. Throws `PocketIcError`. */
    async start(
        body: unknown,
        appOf: (instance: number) => FastifyInstance,
        isThere: (instance: number) => boolean
    ): Promise<GatewayInfo> {
        const parsed = GATEWAY.safeParse(body);
        if (!parsed.success) throw new PocketIcError(`http_gateway: ${z.prettifyError(parsed.error)}`);
        const { ip_addr: address, port, forward_to: to, https_config: https } = parsed.data;
        if ('Replica' in to) throw unsupported('a gateway to another replica', 'name an instance');
        if (https !== undefined && https !== null) throw unsupported('https of a gateway', 'leave out https_config');
        if (![undefined, null, HOST, 'localhost'].includes(address))
            throw unsupported(`the address ${address}`, `it listens on ${HOST} only`);
        const instance = to.PocketIcInstance as number;
        const app = appOf(instance);
        app.server.on('request', ({ method, url }, response) => {
            this.#onRequest(1, `${method} ${url}`);
            response.once('close', () => this.#onRequest(-1, `${method} ${url}`));
        });
        await app.listen({ host: HOST, port: port ?? 0 });
        if (!isThere(instance)) {
            await app.close();
            throw new PocketIcError('UpdateError { message: "Instance was deleted" }');
        }
        const gateway = { instance, port: (app.server.address() as AddressInfo).port, app };
        const number = this.#gateways.push(gateway) - 1;
        return { instance_id: number, port: gateway.port };
    }

    /** Stops one; nothing when it has stopped. */
    async stop(number: number): Promise<void> {
        const gateway = this.#gateways[number];
        this.#gateways[number] = undefined;
        await gateway?.app.close();
    }

    /** Stops those of an instance, or all. */
    async stopAll(instance?: number): Promise<void> {
        const numbers = this.#gateways.flatMap((gateway, number) =>
            gateway !== undefined && (instance === undefined || gateway.instance === instance) ? [number] : []
        );
        await Promise.all(numbers.map((number) => this.stop(number)));
    }

    /** As `GET /http_gateway` lists them. */
    list(): object[] {
        return this.#gateways.flatMap((gateway, number) =>
            gateway === undefined
                ? []
                : [{ instance_id: number, port: gateway.port, forward_to: { PocketIcInstance: gateway.instance } }]
        );
    }
}
