/** Requests that are meant to hurt: each gets a clear error, others are answered meanwhile, and nothing of it stays. */
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Blobs } from '../blobs.ts';
import { startServer, type TestServer } from './world.ts';

const MEGABYTE = 1024 * 1024;
const HEAD = 'POST /instances HTTP/1.1\r\nHost: localhost\r\n';
const CONFIG = JSON.stringify({ subnet_config_set: { application: [{}] } });

let server: TestServer;
beforeAll(async () => {
    server = await startServer();
    await post('/instances', CONFIG);
});
afterAll(async () => {
    await server.close();
    expect(server.errors).toEqual([]);
});

async function post(path: string, body: string | Uint8Array, headers = {}): Promise<{ status: number; text: string }> {
    const response = await fetch(`${server.url}${path}`, { method: 'POST', body: body as never, headers });
    return { status: response.status, text: await response.text() };
}

describe('JSON', () => {
    it.each([
        ['nested too deep', '{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000), /not JSON: Maximum call stack/],
        ['cut off', '['.repeat(100_000), /not JSON: Unexpected end/],
        ['with a number of many digits', `{"nanos_since_epoch":${'9'.repeat(50_000)}}`, /time ends at/],
        ['with a number beyond all', '{"nanos_since_epoch":1e400}', /nanos_since_epoch/],
        ['with a number below zero', '{"nanos_since_epoch":-1}', /Too small/],
        ['with a number in text', '{"nanos_since_epoch":"1620328630000000009n"}', /nanos_since_epoch/],
        ['that is none', '\u0000', /not JSON/]
    ])('%s', async (_what, body, message) => {
        const { status, text } = await post('/instances/0/update/set_time', body);
        expect({ status, message: JSON.parse(text).message }).toEqual({
            status: 400,
            message: expect.stringMatching(message)
        });
    });
});

describe('HTTP', () => {
    it.each([
        ['another protocol', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000', 400],
        ['chunks that are none', `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400],
        ['two lengths', `${HEAD}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
        ['a path that is none', 'GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400],
        ['a path without end', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431]
    ])('%s', async (_what, text, status) => {
        expect(await answerTo(server.port, text)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
        expect((await fetch(`${server.url}/status`)).status).toBe(200);
    });

    it('an encoding that is not known is refused by name', async () => {
        const { status, text } = await post('/blobstore', 'x', { 'content-encoding': 'br' });
        expect({ status, text }).toEqual({ status: 400, text: expect.stringContaining("the encoding 'br'") });
    });
});

describe('blobs', () => {
    it('that unpack to far more than was sent let others run meanwhile', async () => {
        const megabytes = 48;
        let isStored = false;
        const stored = new Blobs().put(gzipSync(new Uint8Array(megabytes * MEGABYTE)), 'gzip');
        void stored.then(() => (isStored = true));
        let turns = 0;
        for (; !isStored; turns++) await new Promise((done) => setImmediate(done));
        expect(await stored).toMatch(/^[0-9a-f]{64}$/);
        expect(turns).toBeGreaterThan(megabytes);
    });

    it('that unpack to more than is kept are refused, and the next one is not', async () => {
        const blobs = new Blobs(4 * MEGABYTE);
        const bomb = blobs.put(gzipSync(new Uint8Array(64 * MEGABYTE)), 'gzip');
        const plain = blobs.put(new Uint8Array(5 * MEGABYTE), 'identity');
        const next = blobs.put(gzipSync(Uint8Array.of(7)), 'gzip');
        const tooLarge = { code: 'serve/pocketic', message: expect.stringMatching(/too large: at most 4194304 bytes/) };
        await expect(bomb).rejects.toMatchObject(tooLarge);
        await expect(plain).rejects.toMatchObject(tooLarge);
        expect(blobs.get(Buffer.from(await next, 'hex'))).toEqual(Uint8Array.of(7));
    });
});

describe('closing', () => {
    it('answers what has come, cuts off what stopped in the middle, and takes no more', async () => {
        let asked = 0;
        const other = await startServer({ onRequest: () => asked++ });
        const url = `${other.url}/blobstore`;
        // Unpacked in many turns, yet long before the second that a closing server waits: also on a busy machine.
        const body = gzipSync(new Uint8Array(4 * MEGABYTE));
        const answered = fetch(url, { method: 'POST', body: body as never, headers: { 'content-encoding': 'gzip' } });
        const half = answerTo(other.port, `${HEAD}Content-Length: 99\r\n\r\n{`);
        while (asked < 2) await new Promise((done) => setTimeout(done, 5));
        await other.close();
        expect((await answered).status).toBe(200);
        expect(await half).toBe('');
        await expect(fetch(`${other.url}/status`)).rejects.toThrow('fetch failed');
        expect(other.errors).toEqual([]);
    });
});

/** What comes back until the server hangs up. */
function answerTo(port: number, text: string): Promise<string> {
    return new Promise((done) => {
        const socket = connect(port, '127.0.0.1');
        let answer = '';
        socket.on('data', (bytes) => (answer += bytes.toString())).on('close', () => done(answer));
        socket.on('error', () => undefined);
        socket.write(text, 'latin1');
    });
}
