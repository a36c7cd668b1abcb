/** What can be wrong with the other side of a connection, each against a real server (or none) on this machine. */
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { encode } from '@dfinity/cbor';
import { connect } from '../connect.ts';
import { endpointOf } from '../endpoint.ts';
import { createCanisters } from '../network.ts';
import { connectionReason, networkFailure, outcomeOfFailure } from '../failures.ts';

let server: Server | undefined;

async function serve(answer: RequestListener): Promise<string> {
    server = createServer(answer);
    await new Promise<void>(done => server!.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
});

const KEY = Uint8Array.from({ length: 133 }, (_each, index) => index);
const status: RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/cbor' }).end(encode({ root_key: KEY }));
};

describe('a URL', () => {
    it.each(['http://127.0.0.1:4943', 'http://localhost:8000', 'https://[::1]:1', 'http://x.localhost', 'http://127.9.9.9'])(
        '%s is on this machine',
        url => expect(endpointOf(url, false)).toEqual({ url: new URL(url).origin, local: true })
    );

    it.each(['https://icp-api.io', 'http://10.0.0.1:4943', 'http://127.0.0.1.example.org', 'http://localhost.example.org'])(
        '%s is not, and is refused unless that is meant',
        url => {
            expect(() => endpointOf(url, false)).toThrow('is not on this machine');
            expect(endpointOf(url, true)).toEqual({ url: new URL(url).origin, local: false });
        }
    );

    it.each([
        ['4943', 'it cannot be read as one'],
        ['ftp://127.0.0.1', 'it is not http or https'],
        ['http://127.0.0.1:1/api/v2', 'it has more than host and port (/api/v2)'],
        ['http://me:secret@127.0.0.1:1', 'it holds a user name or password']
    ])('%s is none', (url, problem) => expect(() => endpointOf(url, false)).toThrow(problem));
});

describe('a connection', () => {
    it('asks a local network for its root key', async () => {
        const url = await serve(status);
        const connection = await connect({ url });
        expect(connection.url).toBe(url);
        expect([...connection.rootKey]).toEqual([...KEY]);
    });

    it('does not believe the key that a remote network states', async () => {
        // A name of this machine that is not a loopback one; what listens there is the server above.
        const { port } = new URL(await serve(status));
        const { rootKey } = await connect({ url: `http://0.0.0.0:${port}`, allowRemote: true });
        expect([...rootKey]).not.toEqual([...KEY]);
    });

    it('says that nothing listens', async () => {
        const url = await serve(status);
        await new Promise(done => server!.close(done));
        await expect(connect({ url })).rejects.toMatchObject({
            code: 'NETWORK_NOT_RUNNING',
            message: expect.stringMatching(/^no replica answers at http:\/\/127\.0\.0\.1:\d+: connect ECONNREFUSED 127/),
            fix: expect.stringContaining('npm run serve')
        });
    });

    it.each<[string, RequestListener, string]>([
        ['no status', (_request, response) => response.writeHead(404).end('no such page'), 'with HTTP 404'],
        ['a page', (_request, response) => response.end('<html>welcome</html>'), 'its status is not CBOR'],
        ['no key', (_request, response) => response.end(encode({ replica_health_status: 'healthy' })), 'no root key']
    ])('says that what answers is no replica: %s', async (_what, answer, reason) => {
        await expect(connect({ url: await serve(answer) })).rejects.toMatchObject({
            code: 'NETWORK_NOT_A_REPLICA',
            message: expect.stringContaining(reason)
        });
    });

    it('follows no redirect: it could lead to a network that is not on this machine', async () => {
        const asked: (string | undefined)[] = [];
        const url = await serve((request, response) => {
            asked.push(request.url);
            response.writeHead(307, { location: '/elsewhere' }).end();
        });
        await expect(connect({ url })).rejects.toMatchObject({
            code: 'NETWORK_NOT_A_REPLICA',
            message: expect.stringContaining('with HTTP 307')
        });
        expect(asked).toEqual(['/api/v2/status']);
    });

    it('follows none later either', async () => {
        const asked = new Set<string | undefined>();
        const url = await serve((request, response) => {
            asked.add(request.url);
            if (request.url === '/api/v2/status') status(request, response);
            else response.writeHead(307, { location: '/elsewhere' }).end();
        });
        const creation = createCanisters(await connect({ url }), [{ role: 'vault', name: 'vault_motoko' }]);
        await expect(creation).rejects.toMatchObject({ code: 'NETWORK_REQUEST_REFUSED' });
        expect([...asked]).not.toContain('/elsewhere');
    });

    it('ends when it is told to, also requests that are under way', async () => {
        const stop = new AbortController();
        const url = await serve((request, response) => {
            if (request.url === '/api/v2/status') status(request, response);
            else stop.abort(new Error('enough'));
        });
        const connection = await connect({ url, signal: stop.signal });
        const creation = createCanisters(connection, [{ role: 'vault', name: 'vault_motoko' }]);
        await expect(creation).rejects.toMatchObject({
            code: 'NETWORK_LOST',
            message: expect.stringContaining('enough')
        });
    });

    it('says that the server closes the connection', async () => {
        const url = await serve(request => request.socket.destroy());
        await expect(connect({ url })).rejects.toMatchObject({ code: 'NETWORK_NOT_RUNNING' });
    });

    it('says that the replica does not offer the calls that the agent makes', async () => {
        const url = await serve((request, response) => {
            if (request.url === '/api/v2/status') status(request, response);
            else response.writeHead(404).end('unknown route');
        });
        const creation = createCanisters(await connect({ url }), [{ role: 'vault', name: 'vault_motoko' }]);
        await expect(creation).rejects.toMatchObject({
            code: 'NETWORK_API_VERSION',
            message: `the replica at ${url} does not know what the agent asked for: HTTP 404: unknown route`
        });
    });

    it('refuses a root key that the local network does not have', async () => {
        const url = await serve(status);
        await expect(connect({ url, rootKey: KEY.slice(0, 132) })).rejects.toMatchObject({ code: 'NETWORK_ROOT_KEY' });
    });
});

describe('a failure of the agent', () => {
    const doing = { url: 'http://127.0.0.1:1', what: 'calling vault.withdraw' };
    const failure = (kind: string, code: object): unknown =>
        Object.assign(new Error('text\nmore'), { cause: { kind, code } });

    it.each([
        ['CertifiedRejectErrorCode', { kind: 'reject', code: 5, message: 'it trapped', errorCode: 'IC0503' }],
        ['UncertifiedRejectUpdateErrorCode', { kind: 'refused', code: 5, message: 'it trapped', errorCode: 'IC0503' }]
    ])('%s is an answer', (name, outcome) => {
        const code = { name, rejectCode: 5, rejectMessage: 'it trapped', rejectErrorCode: 'IC0503' };
        expect(outcomeOfFailure(failure('Reject', code), doing)).toEqual(outcome);
    });

    it('that says nothing about the message is an unknown outcome', () => {
        const lost = new TypeError('fetch failed', { cause: new Error('other side closed') });
        expect(outcomeOfFailure(failure('Transport', { name: 'HttpFetchErrorCode', error: lost }), doing)).toEqual({
            kind: 'unknown',
            reason: 'other side closed'
        });
        expect(outcomeOfFailure(failure('Protocol', { name: 'TimeoutWaitingForResponseErrorCode' }), doing)).toEqual({
            kind: 'unknown',
            reason: 'text'
        });
        const busy = failure('Protocol', { name: 'HttpErrorCode', status: 503, bodyText: 'busy' });
        expect(outcomeOfFailure(busy, doing)).toEqual({ kind: 'unknown', reason: 'HTTP 503: busy' });
    });

    it.each([
        ['Trust', { name: 'CertificateVerificationErrorCode' }, 'NETWORK_ROOT_KEY'],
        ['Trust', { name: 'QuerySignatureVerificationFailedErrorCode' }, 'NETWORK_ROOT_KEY'],
        ['Protocol', { name: 'HttpErrorCode', status: 404, bodyText: 'no route' }, 'NETWORK_API_VERSION'],
        ['Protocol', { name: 'HttpErrorCode', status: 400, bodyText: 'bad expiry' }, 'NETWORK_REQUEST_REFUSED']
    ])('%s %j ends the run', (kind, code, expected) => {
        const thrown = failure(kind, code);
        expect(() => outcomeOfFailure(thrown, doing)).toThrow(expect.objectContaining({ code: expected }));
    });

    it('while asking means that the replica went away', () => {
        const code = { name: 'HttpFetchErrorCode', error: new Error('connect ECONNREFUSED') };
        expect(networkFailure(failure('Transport', code), doing)).toMatchObject({
            code: 'NETWORK_LOST',
            message: 'the replica at http://127.0.0.1:1 went away while calling vault.withdraw: connect ECONNREFUSED'
        });
    });

    it('of another kind is a bug, and stays what it is', () => {
        const bug = new TypeError('x is undefined');
        expect(() => outcomeOfFailure(bug, doing)).toThrow(bug);
        expect(networkFailure(bug, doing)).toBe(bug);
    });

    it('names the innermost reason, also of several attempts', () => {
        const several = new AggregateError([new Error('connect ECONNREFUSED ::1:1')], '');
        expect(connectionReason(new TypeError('fetch failed', { cause: several }))).toBe('connect ECONNREFUSED ::1:1');
    });
});
