/** Canisters on a real server, deployed and called through unmodified agents. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IDL } from '@dfinity/candid';
import { HttpAgent } from '@dfinity/agent';
import type { Identity } from '@dfinity/agent';
import { canister } from '../../../replica/test/wat.ts';
import { startServer } from '../../../serve/index.ts';
import type { Server } from '../../../serve/index.ts';
import { COUNTING, countingService } from '../../../serve/test/counting.ts';
import type { LiveBackend } from '../../live.ts';
import { connect } from '../connect.ts';
import type { Connection } from '../connect.ts';
import { packModule } from '../module.ts';
import { createCanisters, networkBackend } from '../network.ts';

const NOTHING = IDL.encode([], []);
const CLOCK = {
    now: () => performance.now(),
    sleep: (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms))
};
/** Accepts no ingress message: `canister_inspect_message` never calls `accept_message`. */
const SHY = canister(`
(func (export "canister_inspect_message"))
(func (export "canister_update inc") (call $msg_reply))
`);

let server: Server;
let connection: Connection;

async function start(port = 0, seed = 'network test'): Promise<Server> {
    const clockNs = (): bigint => BigInt(Date.now()) * 1_000_000n;
    const onEvent = (): void => undefined;
    const mode = { kind: 'live', roundMs: 20, hold: true } as const;
    return startServer({ clockNs, port, seed, version: 'test', mode, onEvent });
}

beforeAll(async () => {
    server = await start();
    connection = await connect({ url: server.url });
});
afterAll(() => server.close());

async function deploy(wasm: Uint8Array, by = connection): Promise<LiveBackend> {
    const role = { role: 'counter', name: 'counter_custom' };
    const ids = await createCanisters(by, [role]);
    const deployment = { ...role, wasm, service: countingService, initArg: () => NOTHING };
    const backend = networkBackend(by, [deployment], ids, CLOCK);
    await backend.renew('clean');
    return backend;
}

function call(method: string, actor = 'alice'): Parameters<LiveBackend['submit']>[0] {
    return { actor, label: `${actor}#1`, canister: 'counter', method, arg: NOTHING };
}

function number(bytes: Uint8Array): unknown {
    return IDL.decode([IDL.Nat64], bytes)[0];
}

/** The module with a custom section of bytes that do not compress; its size is a LEB128 number of four bytes. */
function withSection(wasm: Uint8Array, size: number): Uint8Array {
    const body = Buffer.concat([Uint8Array.of(1, 0x78), randomBytes(size)]);
    const length = [0, 7, 14, 21].map(shift => ((body.length >> shift) & 0x7f) | (shift < 21 ? 0x80 : 0));
    return new Uint8Array(Buffer.concat([wasm, Uint8Array.of(0, ...length), body]));
}

async function count(backend: LiveBackend): Promise<unknown> {
    const result = await backend.query('counter', 'get', NOTHING);
    return result.kind === 'reply' ? number(result.reply) : result;
}

describe('a canister on the network', () => {
    let backend: LiveBackend;
    beforeAll(async () => {
        backend = await deploy(COUNTING);
    });

    it('answers calls of several actors, and queries', async () => {
        const outcomes = await Promise.all(['alice', 'bob', 'carol'].map(actor => backend.submit(call('inc', actor))));
        const numbers = outcomes.map(outcome => (outcome.kind === 'reply' ? number(outcome.reply) : outcome));
        expect(new Set(numbers)).toEqual(new Set([1n, 2n, 3n]));
        expect(await count(backend)).toBe(3n);
    });

    it('is called replicated where its method is a query: the answer is certified', async () => {
        expect(await backend.submit(call('get'))).toMatchObject({ kind: 'reply' });
    });

    it.each([
        ['refuse', 4, 'boom'],
        ['crash', 5, 'boom'],
        ['silent', 5, 'did not reply to the call']
    ])('rejects: %s', async (method, code, text) => {
        const outcome = await backend.submit(call(method));
        expect(outcome).toMatchObject({ kind: 'reject', code, message: expect.stringContaining(text) });
    });

    it('forgets everything when it is renewed, also after lost calls', async () => {
        await backend.submit(call('inc'));
        await backend.renew('clean');
        expect(await count(backend)).toBe(0n);
        await backend.submit(call('inc'));
        await backend.renew('left-over');
        expect(await count(backend)).toBe(0n);
        expect(await backend.submit(call('inc'))).toMatchObject({ kind: 'reply' });
    });

    it('keeps its id, and is gone when the backend is closed', async () => {
        const other = await deploy(COUNTING);
        expect(other.principalOf('counter')).not.toBe(backend.principalOf('counter'));
        expect(await other.close()).toEqual([]);
        expect(await other.query('counter', 'get', NOTHING)).toMatchObject({ kind: 'reject', code: 3 });
        expect(await other.close()).toEqual([expect.stringMatching(/^canister .* \(role counter\) was not deleted: /)]);
    });
});

it('tells a call that was refused before consensus from one that was rejected', async () => {
    const backend = await deploy(SHY);
    expect(await backend.submit(call('inc'))).toMatchObject({ kind: 'refused', code: 4 });
});

it('names role and reason when a module is refused', async () => {
    const wasm = Uint8Array.of(0, 0x61, 0x73, 0x6d);
    await expect(deploy(wasm)).rejects.toMatchObject({
        code: 'DEPLOYMENT_FAILED',
        message: expect.stringMatching(/^installation of canister "counter_custom" \(role "counter"\) failed: IC0505: /)
    });
});

describe('a module', () => {
    /** COUNTING with a custom section of random bytes, which do not compress. */
    const large = withSection(COUNTING, 2_400_000);

    it('is compressed, and cut where one message is too small', () => {
        expect(packModule(COUNTING)).toMatchObject({ chunks: [], hash: { length: 32 } });
        const { bytes, chunks } = packModule(large);
        expect([...bytes.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
        expect(chunks.map(({ length }) => length)).toEqual([1 << 20, 1 << 20, bytes.length - (2 << 20)]);
    });

    it('that is too large for one message is installed from chunks, again and again', async () => {
        const backend = await deploy(large);
        await backend.submit(call('inc'));
        expect(await count(backend)).toBe(1n);
        await backend.renew('clean');
        expect(await count(backend)).toBe(0n);
    });
});

describe('a server', () => {
    it('that signs with another key than expected is not believed', async () => {
        const stranger = await start(0, 'another seed');
        const { rootKey } = stranger;
        await stranger.close();
        expect([...rootKey]).not.toEqual([...connection.rootKey]);
        // As on a network that is not on this machine: nobody asked the server for its key.
        const { url } = connection;
        const agentOf = (identity: Identity): HttpAgent => HttpAgent.createSync({ host: url, identity, rootKey });
        const creation = createCanisters({ url, rootKey, agentOf }, [{ role: 'counter', name: 'counter_custom' }]);
        await expect(creation).rejects.toMatchObject({ code: 'NETWORK_ROOT_KEY' });
    });

    it('that goes away makes calls unknown, and queries an error that says so', async () => {
        const mortal = await start();
        const backend = await deploy(COUNTING, await connect({ url: mortal.url }));
        await mortal.close();
        expect(await backend.submit(call('inc'))).toMatchObject({
            kind: 'unknown',
            reason: expect.stringContaining('ECONNREFUSED')
        });
        await expect(backend.query('counter', 'get', NOTHING)).rejects.toMatchObject({
            code: 'NETWORK_LOST',
            message: expect.stringMatching(/^the replica at .* went away while asking counter\.get: connect ECONNREFUSED/)
        });
    });
});
