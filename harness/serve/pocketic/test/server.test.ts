/** The REST interface itself: output of canisters, what is refused, what is malformed, many clients. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IDL } from '@dfinity/candid';
import { PocketIc } from '@dfinity/pic';
import createWabt from 'wabt';
import { PRODUCTION_ROUNDS, type Rounds } from '../rounds.ts';
import { startServer, type TestServer } from './world.ts';

/** What an instance cannot have. */
const ABSENT = {
    state_dir: 'x',
    bitcoind_addr: ['127.0.0.1:1'],
    dogecoind_addr: ['127.0.0.1:1'],
    mainnet_nns_subnet_id: true
};
const CONFIG = { subnet_config_set: { application: [{}] } };
/** `shout` prints twice, the query `whisper` once; `shout` then replies. */
const WAT = `(module
    (import "ic0" "debug_print" (func $print (param i32 i32)))
    (import "ic0" "msg_reply" (func $reply))
    (import "ic0" "msg_reply_data_append" (func $append (param i32 i32)))
    (memory 1)
    (data (i32.const 0) "DIDL\\00\\00one two\\1b[2J")
    (func (export "canister_update shout")
        (call $print (i32.const 6) (i32.const 3))
        (call $print (i32.const 10) (i32.const 3))
        (call $append (i32.const 0) (i32.const 6))
        (call $reply))
    (func (export "canister_query whisper")
        (call $print (i32.const 6) (i32.const 3))
        (call $append (i32.const 0) (i32.const 6))
        (call $reply)))`;

let server: TestServer;
let wasm: Uint8Array;

beforeAll(async () => {
    const wabt = await createWabt();
    wasm = wabt.parseWat('printing.wat', WAT).toBinary({}).buffer;
    server = await startServer();
});
afterAll(async () => {
    await server.close();
    expect(server.errors).toEqual([]);
});

async function post(path: string, body: unknown): Promise<{ status: number; body: any }> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${server.url}${path}`, { method: 'POST', body: text });
    const answer = await response.text();
    return { status: response.status, body: answer === '' ? '' : JSON.parse(answer) };
}

async function instance(): Promise<number> {
    return (await post('/instances', CONFIG)).body.Created.instance_id;
}

describe('output of canisters', () => {
    it('is told in order, before the request that caused it is answered', async () => {
        const pic = await PocketIc.create(server.url);
        const factory = ({ IDL: types }: { IDL: typeof IDL }): any =>
            types.Service({ shout: types.Func([], [], []), whisper: types.Func([], [], ['query']) });
        const { actor, canisterId } = await pic.setupCanister<any>({ idlFactory: factory as never, wasm });
        await actor.shout();
        expect(server.printed).toEqual([`${canisterId}: one`, `${canisterId}: two`]);
        await actor.whisper();
        expect(server.printed).toHaveLength(3);
        await pic.tearDown();
    });
});

describe('a wait for an answer', () => {
    it('gathers what others send at once, and is not held up by who never stops asking', async () => {
        const gathering: Rounds = { ...PRODUCTION_ROUNDS, gatherMs: 40 };
        const other = await startServer({ roundsOf: () => gathering });
        const pic = await PocketIc.create(other.url);
        let isMade = false;
        const made = pic.createCanister().finally(() => (isMade = true));
        while (!isMade) await fetch(`${other.url}/status`);
        expect((await made).toText()).toMatch(/-cai$/);
        await pic.tearDown();
        await other.close();
    });
});

describe('what is not supported is said by name', () => {
    const refused = async (config: object): Promise<string> => (await post('/instances', config)).body.Error.message;

    it('in the configuration of an instance', async () => {
        const { subnet_config_set: set } = CONFIG;
        expect(await refused({ subnet_config_set: {} })).toBe('SubnetConfigSet must contain at least one subnet');
        const features = { ii: 'DefaultConfig' };
        expect(await refused({ ...CONFIG, icp_features: features })).toContain('support icp_features.ii;');
        for (const [name, value] of Object.entries(ABSENT)) {
            expect(await refused({ ...CONFIG, [name]: value })).toContain(`'${name}' of an instance`);
            const { status, body } = await post('/instances', { ...CONFIG, [name]: null });
            expect(status).toBe(201);
            await fetch(`${server.url}/instances/${body.Created.instance_id}`, { method: 'DELETE' });
        }
        const nns = { state_config: { FromPath: '/x' } };
        expect(await refused({ subnet_config_set: { ...set, nns } })).toContain('/x');
        expect(await refused({ subnet_config_set: { ...set, cloud_engine: [{}] } })).toContain('cloud engine');
        expect(await refused({ subnet_config_set: 7 })).toContain('Bad config');
    });

    it('in routes of an instance and of gateways', async () => {
        const id = await instance();
        const path = `/instances/${id}/update`;
        for (const name of ['canister_snapshot_download', 'canister_snapshot_upload', 'delete_subnet']) {
            expect(await post(`${path}/${name}`, {})).toMatchObject({ status: 400, body: { message: /does not support/ } });
        }
        const dashboard = await fetch(`${server.url}/instances/${id}/_/dashboard`);
        expect([dashboard.status, await dashboard.text()]).toEqual([400, expect.stringContaining('the dashboard')]);
        expect((await post(`${path}/tick`, { blockmakers: [{}] })).body.message).toContain('blockmakers');
        const first = { first_subnet: { subnet_id: '' } };
        expect((await post(`${path}/tick`, first)).body.message).toContain('first_subnet');
        const many = { subnet_config_set: { application: Array(101).fill({}) } };
        expect((await post('/instances', many)).body.Error.message).toContain('more than 100 subnets');
        const elsewhere = { forward_to: { PocketIcInstance: id }, ip_addr: '0.0.0.0' };
        expect(await post('/http_gateway', elsewhere)).toMatchObject({ status: 502, body: { Error: {} } });
        expect((await post('/http_gateway', { forward_to: { Replica: 'http://x' } })).status).toBe(502);
    });
});

describe('what is malformed gets a clear error, and the server goes on', () => {
    it('JSON, fields, numbers of instances, messages, blobs', async () => {
        const id = await instance();
        const at = (route: string, body: unknown): ReturnType<typeof post> => post(`/instances/${id}/${route}`, body);
        const message = (text: RegExp): object => ({ status: 400, body: { message: expect.stringMatching(text) } });
        expect(await at('update/tick', '{"a":')).toMatchObject(message(/^The body is not JSON/));
        expect(await at('read/query', {})).toMatchObject(message(/read\/query: .*sender/s));
        expect(await at('read/query', { sender: '!!' })).toMatchObject(message(/base64/));
        expect(await at('update/set_time', { nanos_since_epoch: -1 })).toMatchObject(message(/nanos_since_epoch/));
        expect(await at('update/set_time', `{"nanos_since_epoch":${2n ** 64n}}`)).toMatchObject(message(/too large/));
        expect(await at('auto_progress', { artificial_delay_ms: 2 ** 31 })).toMatchObject(message(/artificial_delay_ms/));
        const unknown = { effective_principal: 'None', message_id: 'AAAA' };
        expect(await at('update/await_ingress_message', unknown)).toMatchObject(message(/0x000000 is not known/));
        expect(await at('read/ingress_status', { raw_message_id: unknown })).toEqual({ status: 200, body: null });
        const blob = { canister_id: 'AAAA', blob_id: 'AAAA' };
        expect(await at('update/set_stable_memory', blob)).toMatchObject(message(/CanisterNotFound/));
        expect((await post('/instances/999/update/tick', {})).body.message).toContain('Instance not found');
        expect((await post('/instances/x/update/tick', {})).status).toBe(404);
        await fetch(`${server.url}/instances/${id}`, { method: 'DELETE' });
        expect((await at('update/tick', {})).body.message).toContain('Instance was deleted');
    });

    it('paths that are not there: 404 and nothing; a trailing slash changes nothing', async () => {
        const response = await fetch(`${server.url}/no/such/path`);
        expect([response.status, await response.text()]).toEqual([404, '']);
        expect((await fetch(`${server.url}/status/`)).status).toBe(200);
    });

    it('names that are not loopback, bodies that are too large, clients that hang up', async () => {
        const port = server.port;
        const raw = (text: string, hangUp = false): Promise<string> =>
            new Promise((done) => {
                const socket = connect(port, '127.0.0.1');
                let answer = '';
                socket.on('data', (bytes) => (answer += bytes.toString())).on('close', () => done(answer));
                socket.on('error', () => undefined);
                socket.write(text, () => hangUp && socket.destroy());
            });
        const head = 'POST /instances HTTP/1.1\r\nConnection: close\r\n';
        expect(await raw(`${head}Host: evil.example\r\nContent-Length: 2\r\n\r\n{}`)).toMatch(/^HTTP\/1\.1 403/);
        const large = await raw(`${head}Host: localhost\r\nContent-Length: 999999999\r\n\r\n`);
        expect(large).toMatch(/^HTTP\/1\.1 413.*too large/s);
        await raw(`${head}Host: localhost\r\nContent-Length: 500\r\n\r\n{"subnet`, true);
        expect((await fetch(`${server.url}/status`)).status).toBe(200);
    });
});

describe('many', () => {
    it('clients at once, each with an instance that is dropped again', async () => {
        const client = async (): Promise<void> => {
            const pic = await PocketIc.create(server.url);
            const canisterId = await pic.createCanister();
            await pic.installCode({ canisterId, wasm });
            await pic.tick();
            await pic.tearDown();
        };
        await Promise.all(Array.from({ length: 50 }, client));
        const list = (await (await fetch(`${server.url}/instances`)).json()) as string[];
        expect(list.filter((state) => state !== 'Deleted').length).toBeLessThan(5);
    });

    it('blobs are found by their hash, gzipped or not', async () => {
        const bytes = Uint8Array.of(1, 2, 3);
        const put = async (body: Uint8Array, headers: Record<string, string> = {}): Promise<string> =>
            (await fetch(`${server.url}/blobstore`, { method: 'POST', body: body as never, headers })).text();
        const { gzipSync } = await import('node:zlib');
        const id = await put(bytes);
        expect(await put(new Uint8Array(gzipSync(bytes)), { 'content-encoding': 'gzip' })).toBe(id);
        expect(new Uint8Array(await (await fetch(`${server.url}/blobstore/${id}`)).arrayBuffer())).toEqual(bytes);
        expect((await fetch(`${server.url}/blobstore/00`)).status).toBe(404);
        expect(await put(bytes, { 'content-encoding': 'gzip' })).toContain('not gzip');
    });
});

describe('time to live', () => {
    it('ends when nobody has asked for a while, and not before', async () => {
        let idle = 0;
        // Long enough that a busy machine does not sleep through it.
        const other = await startServer({ idleMs: 1_000, onIdle: () => idle++ });
        for (let times = 0; times < 6; times++) {
            await new Promise((done) => setTimeout(done, 200));
            await fetch(`${other.url}/status`);
        }
        expect(idle).toBe(0);
        for (let looks = 0; looks < 100 && idle === 0; looks++) await new Promise((done) => setTimeout(done, 100));
        expect(idle).toBe(1);
        await other.close();
    });

    it('may be longer than timers run', async () => {
        let idle = 0;
        const other = await startServer({ idleMs: 2_592_000_000, onIdle: () => idle++ });
        await new Promise((done) => setTimeout(done, 100));
        expect(idle).toBe(0);
        await other.close();
    });

    it('begins anew with what agents ask at a gateway, and no gateway outlives its instance', async () => {
        let idle = 0;
        const other = await startServer({ idleMs: 1_000, onIdle: () => idle++ });
        const at = async (path: string, method: string, body?: object): Promise<any> => {
            const given = body === undefined ? {} : { body: JSON.stringify(body) };
            const text = await (await fetch(`${other.url}${path}`, { method, ...given })).text();
            return text === '' ? null : JSON.parse(text);
        };
        await at('/instances', 'POST', CONFIG);
        const forward = { forward_to: { PocketIcInstance: 0 } };
        const { Created: { port } } = await at('/http_gateway', 'POST', forward);
        for (let times = 0; times < 6; times++) {
            await new Promise((done) => setTimeout(done, 200));
            await fetch(`http://127.0.0.1:${port}/api/v2/status`);
        }
        expect(idle).toBe(0);
        await Promise.all([at('/http_gateway', 'POST', forward), at('/instances/0', 'DELETE')]);
        expect(await at('/http_gateway', 'GET')).toEqual([]);
        await other.close();
    });
});
