/** PocketIC's REST interface: paths, JSON with whole numbers of any size, errors as `{"message"}`. */
import { setImmediate as othersRan } from 'node:timers/promises';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { JSONParse, JSONStringify } from 'json-with-bigint';
import { z } from 'zod';
import { isLoopback } from '../loopback.ts';
import { verifySignature } from '../verify.ts';
import { Blobs } from './blobs.ts';
import { PocketIcError, unsupported } from './errors.ts';
import { Gateways, type GatewayInfo } from './gateways.ts';
import { Instances, type InstanceNeeds } from './instances.ts';
import { GET_ROUTES, POST_ROUTES } from './routes.ts';
import { BYTES, PROGRESS } from './wire.ts';

/** The real server takes bodies of any size; modules with their state come to far less than this. */
const BODY_BYTES_MAX = 512 * 1024 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
/** Until all of a request has come: one that stops in the middle must not keep the server from ending when idle. */
const REQUEST_TIMEOUT_MS = 60_000;
const CONNECTIONS_MAX = 1024;

/** How often a wait for an answer looks whether others are still asking: who never stops asking must not hold it up for ever. */
const LOOKS_MAX = 40;

/** Of the event loop, in which what waits in sockets is read: connections, then requests. */
const TURNS = 3;

/** The route that waits for an answer. */
const AWAITING = 'update/await_ingress_message';

const SIGNED = z.looseObject({ msg: BYTES, sig: BYTES, pubkey: BYTES, root_pubkey: BYTES });

/** The server, and how to end what it holds. */
export interface PocketIcApp {
    readonly app: FastifyInstance;
    readonly instances: Instances;
    /** Ends gateways and instances; `app` is closed by who listens. */
    readonly end: () => Promise<void>;
}

/** All routes; it does not listen yet. `onRequest` is told when a request comes in and when it was answered. */
export function pocketIcApp(
    needs: InstanceNeeds,
    onRequest: (change: 1 | -1, what: string) => void
): PocketIcApp {
    const app = fastify({
        bodyLimit: BODY_BYTES_MAX,
        // What has come is answered; who says nothing more is cut off by whoever closes.
        forceCloseConnections: 'idle',
        requestTimeout: REQUEST_TIMEOUT_MS,
        routerOptions: { ignoreTrailingSlash: true },
        http: { headersTimeout: HEADERS_TIMEOUT_MS }
    });
    app.server.maxConnections = CONNECTIONS_MAX;
    let requests = 0;
    const quiet = async (ms: number): Promise<void> => {
        for (let [before, looks] = [-1, 0]; ms > 0 && before !== requests && looks < LOOKS_MAX; looks++) {
            before = requests;
            await new Promise((done) => setTimeout(done, ms));
            // On a busy machine the clock may have gone on before what had come was read.
            for (let turns = 0; turns < TURNS; turns++) await othersRan();
        }
    };
    const held = { instances: new Instances(needs), gateways: new Gateways(onRequest), blobs: new Blobs(), quiet };
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.addHook('onRequest', async (request, reply) => {
        const what = `${request.method} ${request.url}`;
        requests++;
        onRequest(1, what);
        reply.raw.once('close', () => onRequest(-1, what));
        if (!isLoopback(request.headers.host)) {
            await reply.code(403).type('text/plain').send('This server answers requests to loopback names only.\n');
        }
    });
    app.setErrorHandler((error, _request, reply) => answerError(error, reply, needs.onError));
    app.setNotFoundHandler((_request, reply) => reply.code(404).send());
    addServerRoutes(app, held);
    addInstanceRoutes(app, held);
    return {
        app,
        instances: held.instances,
        end: async () => {
            // In this order no gateway comes up in between.
            await held.instances.deleteAll();
            await held.gateways.stopAll();
        }
    };
}

interface Held {
    readonly instances: Instances;
    readonly gateways: Gateways;
    readonly blobs: Blobs;
    /** Resolves when no request has come in for so long, or when they do not end. */
    readonly quiet: (ms: number) => Promise<void>;
}

function addServerRoutes(app: FastifyInstance, { instances, gateways, blobs }: Held): void {
    app.get('/status', (_request, reply) => reply.send());
    app.get('/instances', (_request, reply) => json(reply, instances.list()));
    const appOf = (number: number): FastifyInstance => instances.interfaceOf(number);
    const isThere = (number: number): boolean => instances.has(number);
    const startGateway = (body: unknown): Promise<GatewayInfo> => gateways.start(body, appOf, isThere);
    app.post('/instances', (request, reply) => created(reply, () => instances.create(bodyOf(request), startGateway)));
    app.post('/blobstore', async (request, reply) => {
        const { 'content-encoding': encoding = 'identity' } = request.headers;
        if (encoding !== 'gzip' && encoding !== 'identity')
            throw unsupported(`blobs with the encoding '${encoding}'`, 'send them plain or with gzip');
        return reply.type('text/plain').send(await blobs.put(rawBodyOf(request), encoding));
    });
    app.get('/blobstore/:id', (request, reply) => {
        const { id } = request.params as { readonly id: string };
        return reply.type('application/octet-stream').send(Buffer.from(blobs.get(Buffer.from(id, 'hex'))));
    });
    app.post('/verify_signature', (request, reply) => {
        const parsed = SIGNED.safeParse(bodyOf(request));
        if (!parsed.success) throw new PocketIcError(`verify_signature: ${z.prettifyError(parsed.error)}`);
        const { msg, sig, pubkey, root_pubkey: root } = parsed.data;
        try {
            verifySignature(root, pubkey, msg, sig);
        } catch (cause) {
            throw new PocketIcError((cause as Error).message);
        }
        return json(reply, null);
    });
    app.get('/http_gateway', (_request, reply) => json(reply, gateways.list()));
    app.post('/http_gateway', async (request, reply) => {
        const body = bodyOf(request);
        return created(reply, async () => ({ Created: await startGateway(body) }), 502);
    });
    app.post('/http_gateway/:id/stop', async (request, reply) => {
        await gateways.stop(numberIn(request));
        return json(reply, null);
    });
    // Every operation is over when it is answered, so nobody is told to ask here.
    app.get('/read_graph/:state/:op', () => {
        throw new PocketIcError('No such operation: this server answers when an operation is over', 404);
    });
    app.delete('/prune_graph/:state/:op', (_request, reply) => json(reply, null));
}

function addInstanceRoutes(app: FastifyInstance, { instances, gateways, blobs, quiet }: Held): void {
    app.delete('/instances/:id', async (request, reply) => {
        const number = numberIn(request);
        await instances.delete(number);
        await gateways.stopAll(number);
        return reply.send();
    });
    for (const [path, run] of GET_ROUTES) {
        app.get(`/instances/:id/${path}`, (request, reply) =>
            json(reply, run({ instance: instances.get(numberIn(request)).instance, blobs }, undefined))
        );
    }
    for (const [path, run] of POST_ROUTES) {
        app.post(`/instances/:id/${path}`, async (request, reply) => {
            const { instance } = instances.get(numberIn(request));
            if (path === AWAITING) await quiet(instance.rounds.gatherMs ?? 0);
            return json(reply, run({ instance, blobs }, bodyOf(request)));
        });
    }
    app.get('/instances/:id/auto_progress', (request, reply) => json(reply, instances.get(numberIn(request)).live.on));
    app.post('/instances/:id/auto_progress', (request, reply) => {
        const { live } = instances.get(numberIn(request));
        const parsed = PROGRESS.safeParse(bodyOf(request));
        if (!parsed.success) throw new PocketIcError(`auto_progress: ${z.prettifyError(parsed.error)}`);
        if (live.on) throw new PocketIcError('Auto progress mode has already been enabled.');
        live.start(parsed.data.artificial_delay_ms ?? 0);
        return json(reply, null);
    });
    app.post('/instances/:id/stop_progress', (request, reply) => {
        instances.get(numberIn(request)).live.stop();
        return json(reply, null);
    });
    app.all('/instances/:id/api/*', async (request, reply) => {
        const inner = instances.ownInterface(numberIn(request));
        const url = request.url.replace(/^\/instances\/\d+/, '');
        const { 'content-length': _length, ...headers } = request.headers;
        const method = request.method as 'GET' | 'POST';
        const payload = request.body === undefined ? {} : { payload: request.body as Buffer };
        const answer = await inner.inject({ method, url, headers, ...payload });
        return reply.code(answer.statusCode).headers(answer.headers).send(answer.rawPayload);
    });
}

function json(reply: FastifyReply, value: unknown): FastifyReply {
    return reply.type('application/json').send(JSONStringify(value));
}

/** Things that are created have answers of their own for errors. */
async function created(
    reply: FastifyReply,
    create: () => object | Promise<object>,
    failed = 400
): Promise<FastifyReply> {
    try {
        return json(reply.code(201), await create());
    } catch (error) {
        const { code, message } = error as { code?: unknown; message: string };
        if (!(error instanceof PocketIcError) && code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
        return json(reply.code(failed), { Error: { message } });
    }
}

function numberIn({ params }: FastifyRequest): number {
    const { id } = params as { readonly id: string };
    if (!/^\d{1,9}$/.test(id)) throw new PocketIcError(`'${id.slice(0, 40)}' is no number of an instance`, 404);
    return Number(id);
}

function rawBodyOf({ body }: FastifyRequest): Uint8Array {
    const buffer = (body ?? Buffer.alloc(0)) as Buffer;
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

function bodyOf(request: FastifyRequest): unknown {
    const text = Buffer.from(rawBodyOf(request)).toString('utf8');
    if (text === '') return {};
    try {
        return JSONParse(text);
    } catch (cause) {
        throw new PocketIcError(`The body is not JSON: ${(cause as Error).message}`);
    }
}

function answerError(error: unknown, reply: FastifyReply, onError: (error: unknown) => void): FastifyReply {
    if (error instanceof PocketIcError) return json(reply.code(error.status), { message: error.message });
    const { code, message, statusCode } = error as { code?: unknown; message?: unknown; statusCode?: unknown };
    if (String(code).startsWith('replica/') && code !== 'replica/internal') {
        return json(reply.code(400), { message: `BadIngressMessage(${JSON.stringify(String(message))})` });
    }
    if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
        return json(reply.code(statusCode), { message: String(message) });
    onError(error);
    return json(reply.code(500), { message: 'Internal error of the server; its log says more.' });
}
