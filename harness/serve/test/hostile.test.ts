/** Requests that are wrong on purpose: each gets a clear text, and the server goes on. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Cbor } from '@dfinity/agent';
import fc from 'fast-check';
import { content, post, type Response } from './raw.ts';
import { serve, type Served } from './served.ts';

const MIB = 1024 * 1024;
const QUERY = '/api/v3/canister/aaaaa-aa/query';
let served: Served;

beforeAll(async () => {
    served = await serve();
});

afterAll(async () => {
    expect(await served.stop()).toBe(0);
    // Nothing of this was an error of the server.
    expect(served.stderr()).toBe('');
});

function head(major: number, argument: bigint): number[] {
    const bytes = Array.from({ length: 8 }, (_, at) => Number((argument >> BigInt(56 - 8 * at)) & 0xffn));
    return [(major << 5) | 27, ...bytes];
}

const good = Cbor.encode({ content: content('query') });

describe('bodies that are no requests', () => {
    const bodies: [string, Uint8Array, RegExp][] = [
        ['nothing', new Uint8Array(0), /./],
        ['text', new TextEncoder().encode('{"content":{}}'), /Could not parse body as CBOR/],
        ['a truncated request', good.subarray(0, good.length - 3), /CBOR: it ends too early/],
        ['a request and more', Uint8Array.from([...good, 0]), /CBOR: 1 bytes follow the value/],
        ['a blob that claims to be endless', Uint8Array.from(head(2, 2n ** 64n - 1n)), /it ends too early/],
        ['an array that claims to be huge', Uint8Array.from(head(4, 2n ** 32n)), /it ends too early/],
        ['a map that claims to be huge', Uint8Array.from(head(5, 2n ** 53n)), /it ends too early/],
        ['arrays nested a million deep', new Uint8Array(MIB).fill(0x81), /nested more than 32 deep/],
        ['tags nested a million deep', Uint8Array.from({ length: MIB }, (_, at) => [0xd9, 0xd9, 0xf7][at % 3]!), /deep/],
        ['a million items', Uint8Array.from([...head(4, BigInt(MIB)), ...new Uint8Array(MIB)]), /more than 200000 items/],
        ['an indefinite length', Uint8Array.from([0xbf, 0xff]), /indefinite lengths are not supported/],
        ['a number', Uint8Array.of(7), /The request is not a map/],
        ['an array', Uint8Array.of(0x80), /The request is not a map/],
        ['an empty map', Uint8Array.of(0xa0), /The field 'content' is missing/],
        ['a map with a number for a name', Uint8Array.of(0xa1, 0, 0), /a field name is no text/],
        ['a field that occurs twice', Uint8Array.of(0xa2, 0x61, 97, 0, 0x61, 97, 0), /the field 'a' occurs twice/],
        ['a float', Uint8Array.of(0xfb, 0, 0, 0, 0, 0, 0, 0, 0), /CBOR: an unknown kind of item/],
        ['text that is not UTF-8', Uint8Array.of(0xa1, 0x61, 0xff, 0), /not valid UTF-8/],
        ['content of wrong types', Cbor.encode({ content: { request_type: 1 } }), /'request_type' is not a text/],
        ['a null in the content', Cbor.encode({ content: { ...content('query'), x: null } }), /not used by requests/],
        ['a negative expiry', Cbor.encode({ content: { ...content('query'), ingress_expiry: -1 } }), /natural number/],
        ['a prototype', Cbor.encode({ content: JSON.parse('{"__proto__":{"request_type":"query"}}') }), /'__proto__'/],
        ['a long sender', Cbor.encode({ content: content('query', { sender: new Uint8Array(30) }) }), /principal/]
    ];
    it.each(bodies)('%s', async (_name, body, expected) => {
        const { status, text } = await post(served, QUERY, body);
        expect(status).toBe(400);
        expect(text).toMatch(expected);
    });

    it('a body over 4 MiB', async () => {
        const { status, text } = await post(served, QUERY, new Uint8Array(4 * MIB + 1));
        expect([status, text]).toStrictEqual([413, 'The body is too large: at most 4194304 bytes are allowed.\n']);
    });

    it('requests with changed bytes, thousands of them', async () => {
        const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1 });
        await fc.assert(
            fc.asyncProperty(changes, async (list) => {
                const body = Uint8Array.from(good);
                list.forEach(([at, byte]) => (body[at] = byte));
                const { status } = await post(served, QUERY, body);
                expect([200, 400]).toContain(status);
            }),
            { numRuns: 1000, seed: 1 }
        );
    });
});

describe('requests that are no requests of ours', () => {
    const type = { 'content-type': 'application/cbor' };

    it.each([
        ['without a content type', {}],
        ['with another content type', { 'content-type': 'application/json' }]
    ])('%s', async (_name, headers) => {
        const { status, text } = await post(served, QUERY, good, headers as Record<string, string>);
        expect([status, text]).toStrictEqual([400, 'Unexpected content-type, expected application/cbor.\n']);
    });

    it.each<[string, string, string]>([
        ['an unknown path', 'POST', '/api/v9/canister/aaaaa-aa/call'],
        ['another method', 'GET', QUERY],
        ['another method for status', 'DELETE', '/api/v2/status'],
        ['the control interface of stepped mode', 'POST', '/_/step'],
        ['a path that leaves the tree', 'POST', '/api/v2/../../etc/passwd']
    ])('%s', async (_name, method, path) => {
        const body = method === 'POST' ? { body: Uint8Array.from(good) } : {};
        const response = await fetch(`${served.url}${path}`, { method, headers: type, ...body });
        expect(response.status).toBe(404);
        expect(await response.text()).toContain(`Nothing is served for ${method} at this path.`);
    });

    it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', '', 'localhost:80@evil.example'])(
        'with the host name "%s"',
        async (host) => {
            const answer = await raw(`GET /api/v2/status HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
            expect(answer).toMatch(/^HTTP\/1\.1 40[03] /);
            expect(answer).not.toContain('root_key');
        }
    );

    it.each(['localhost', '127.0.0.1:4943', '[::1]', 'abc-cai.localhost:80', 'LOCALHOST'])(
        'but the host name "%s" is fine',
        async (host) => {
            const answer = await raw(`GET /api/v2/status HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
            expect(answer).toMatch(/^HTTP\/1\.1 200 /);
        }
    );

    it('that are not even HTTP', async () => {
        expect(await raw('\x16\x03\x01 hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    });

    it('that hang up in the middle', async () => {
        const socket = connect(served.port, '127.0.0.1');
        socket.write(`POST ${QUERY} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n`);
        socket.write('Content-Type: application/cbor\r\n\r\nhalf');
        await new Promise((done) => setTimeout(done, 50));
        socket.destroy();
        expect((await post(served, QUERY, good)).status).toBe(200);
    });
});

describe('many at once', () => {
    it('are all answered', async () => {
        const sent = Array.from({ length: 200 }, (): Promise<Response> => post(served, QUERY, good));
        const answers = await Promise.all(sent);
        expect(new Set(answers.map(({ status }) => status))).toStrictEqual(new Set([200]));
    });
});

/** Sends bytes and reads until the end. */
function raw(text: string): Promise<string> {
    return new Promise((done, fail) => {
        let received = '';
        const socket = connect(served.port, '127.0.0.1', () => socket.write(text, 'latin1'));
        socket.setEncoding('latin1').on('data', (data: string) => (received += data));
        socket.on('end', () => done(received)).on('error', fail);
    });
}
