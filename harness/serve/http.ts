/** The HTTP interface: routes, limits, and errors as text (IC interface specification, "HTTPS Interface"). */
import { finished } from 'node:stream/promises';
import { Principal } from '@dfinity/principal';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { call, type Answer, type Serving } from './call.ts';
import { encodeTagged } from './cbor.ts';
import { COMMANDS, stateOf } from './control.ts';
import type { Effective } from './effective.ts';
import { BadRequestError, RequestError, TooLargeError } from './errors.ts';
import { isLoopback } from './loopback.ts';
import { query } from './query.ts';
import { readState } from './read-state.ts';

const INTERNAL = 'Internal error of the server; its log says more.';
const CBOR = 'application/cbor';
const JSON_TYPE = 'application/json';
/** Where the control interface is. */
const CONTROL = '/_/';
const BODY_BYTES_MAX = 4 * 1024 * 1024;
const CONNECTIONS_MAX = 512;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;

/** What the routes need. */
export interface HttpOptions {
    readonly serving: Serving;
    /** Shown by the status endpoint. */
    readonly version: string;
    /** Whether the control interface is there. */
    readonly stepped: boolean;
    /** Something of ours failed; the request was answered with 500. */
    readonly onError: (error: unknown) => void;
}

type Handler = (serving: Serving, effective: Effective, body: Uint8Array) => Answer | Promise<Answer>;

/** The server with all routes; it does not listen yet. */
export function httpServer({ serving, version, stepped, onError }: HttpOptions): FastifyInstance {
    const app = fastify({
        bodyLimit: BODY_BYTES_MAX,
        requestTimeout: REQUEST_TIMEOUT_MS,
        forceCloseConnections: true,
        http: { headersTimeout: HEADERS_TIMEOUT_MS }
    });
    app.server.maxConnections = CONNECTIONS_MAX;
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(CBOR, { parseAs: 'buffer' }, (_request, body, done) =>
        done(null, bytesOf(body as Buffer))
    );
    app.addHook('onRequest', async (request, reply) => {
        if (!isLoopback(request.headers.host)) {
            await reply.code(403).type('text/plain').send('This server answers requests to loopback names only.\n');
            return;
        }
        if (Number(request.headers['content-length'] ?? 0) > BODY_BYTES_MAX) {
            // Read to its end first: who is cut off while it sends does not read the answer.
            await finished(request.raw.resume()).catch(() => undefined);
            throw new TooLargeError(`The body is too large: at most ${BODY_BYTES_MAX} bytes are allowed.`);
        }
    });
    app.setErrorHandler((error, request, reply) => answerError(error, request, reply, onError));
    app.setNotFoundHandler((request, reply) => {
        reply.code(404).type('text/plain').send(`Nothing is served for ${request.method} at this path.\n`);
    });
    app.get('/api/v2/status', (_request, reply) => reply.type(CBOR).send(Buffer.from(statusOf(serving, version))));
    addRoutes(app, serving);
    if (stepped) {
        addControl(app, serving);
    }
    return app;
}

/** JSON is the content type that pages of other sites cannot send without asking first, which nobody answers. */
function addControl(app: FastifyInstance, { node }: Serving): void {
    app.addContentTypeParser(JSON_TYPE, { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'));
    app.get(`${CONTROL}state`, () => stateOf(node));
    for (const [name, { run }] of COMMANDS) {
        app.post(`${CONTROL}${name}`, ({ body, headers }) => {
            // Without a body no parser asks for the type.
            if (headers['content-type']?.toLowerCase().startsWith(JSON_TYPE) !== true) {
                throw new BadRequestError(`Unexpected content-type, expected ${JSON_TYPE}.`);
            }
            return run(node, body);
        });
    }
}

function addRoutes(app: FastifyInstance, serving: Serving): void {
    const post = (versions: readonly string[], kind: Effective['kind'], what: string, handler: Handler): void => {
        for (const version of versions) {
            app.post(`/api/${version}/${kind}/:id/${what}`, async (request, reply) => {
                const effective = { kind, id: idOf(request) };
                const at = serving.route === undefined ? serving : { ...serving, node: serving.route(effective) };
                const answer = await handler(at, effective, bodyOf(request));
                reply.code(answer.status);
                return answer.body === undefined ? reply.send() : reply.type(CBOR).send(Buffer.from(answer.body));
            });
        }
    };
    post(['v2'], 'canister', 'call', (at, effective, body) => call(at, 'asynchronous', effective, body));
    post(['v3', 'v4'], 'canister', 'call', (at, effective, body) => call(at, 'synchronous', effective, body));
    post(['v4'], 'subnet', 'call', (at, effective, body) => call(at, 'synchronous', effective, body));
    post(['v2', 'v3'], 'canister', 'query', query);
    post(['v3'], 'subnet', 'query', query);
    for (const kind of ['canister', 'subnet'] as const) {
        post(['v2', 'v3'], kind, 'read_state', readState);
    }
}

function statusOf({ node }: Serving, version: string): Uint8Array {
    return encodeTagged({
        root_key: node.rootKey,
        replica_health_status: 'healthy',
        impl_version: `interleave ${version}`,
        certified_height: node.height
    });
}

function idOf(request: FastifyRequest): Uint8Array {
    const { id } = request.params as { readonly id: string };
    try {
        return Principal.fromText(id).toUint8Array();
    } catch (error) {
        throw new BadRequestError('The id in the URL is no principal.', error);
    }
}

function bodyOf(request: FastifyRequest): Uint8Array {
    if (!ArrayBuffer.isView(request.body)) {
        throw new BadRequestError(`Unexpected content-type, expected ${CBOR}.`);
    }
    return request.body as Uint8Array;
}

function answerError(
    error: unknown,
    { url }: FastifyRequest,
    reply: FastifyReply,
    onError: (error: unknown) => void
): void {
    const [status, text] = explain(error, url.startsWith(CONTROL) ? JSON_TYPE : CBOR);
    if (status === 500) {
        onError(error);
    }
    reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
}

function explain(error: unknown, contentType: string): [number, string] {
    if (error instanceof RequestError) {
        return [error.status, error.message];
    }
    const { code, message, statusCode } = error as { code?: unknown; message?: unknown; statusCode?: unknown };
    switch (code) {
        case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
            return [400, `Unexpected content-type, expected ${contentType}.`];
        case 'FST_ERR_CTP_BODY_TOO_LARGE':
            return [413, `The body is too large: at most ${BODY_BYTES_MAX} bytes are allowed.`];
        case 'replica/ingress-too-large':
            return [413, String(message)];
        case 'replica/internal':
            return [500, INTERNAL];
        default:
            if (String(code).startsWith('replica/')) {
                // A command that the replica does not allow now.
                return [400, String(message)];
            }
            return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
                ? [statusCode, String(message)]
                : [500, INTERNAL];
    }
}

// A view of the same memory as a plain Uint8Array, which is what the rest of the room and its libraries expect.
function bytesOf(buffer: Buffer): Uint8Array {
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
