/** The backend against Interleave's own PocketIC server: real HTTP, the real client library. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { IDL } from '@dfinity/candid';
import createWabt from 'wabt';
import type { Replica } from '../../../replica/index.ts';
import type { LiveBackend, LiveDeployment } from '../../live.ts';
import { createOnPocketIc } from '../pocketic.ts';
import { rejectIn } from '../rejects.ts';
import { startServer } from './server.ts';
import type { TestServer } from './server.ts';

/** `reply`, `fail`, `silent` (asks for random bytes, a round each time, for ever) and the query `get`. */
const WAT = `(module
    (import "ic0" "msg_reply" (func $reply))
    (import "ic0" "msg_reject" (func $reject (param i32 i32)))
    (import "ic0" "msg_reply_data_append" (func $append (param i32 i32)))
    (import "ic0" "call_new" (func $call (param i32 i32 i32 i32 i32 i32 i32 i32)))
    (import "ic0" "call_data_append" (func $arg (param i32 i32)))
    (import "ic0" "call_perform" (func $perform (result i32)))
    (memory 1)
    (table funcref (elem $again))
    (data (i32.const 0) "raw_rand")
    (data (i32.const 16) "no. Reject code: SysFatal. Error code: x. Certified: true")
    (data (i32.const 120) "DIDL\\00\\00")
    (data (i32.const 100) "DIDL\\00\\01\\7d")
    (global $count (mut i32) (i32.const 0))
    (func $again (param i32)
        (call $call (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 8)
            (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
        (call $arg (i32.const 120) (i32.const 6))
        (drop (call $perform)))
    (func (export "canister_update silent") (call $again (i32.const 0)))
    (func (export "canister_update reply")
        (global.set $count (i32.add (global.get $count) (i32.const 1)))
        (call $append (i32.const 100) (i32.const 7))
        (i32.store8 (i32.const 110) (global.get $count))
        (call $append (i32.const 110) (i32.const 1))
        (call $reply))
    (func (export "canister_update fail") (call $reject (i32.const 16) (i32.const 57)))
    (func (export "canister_query get")
        (call $append (i32.const 100) (i32.const 7))
        (i32.store8 (i32.const 110) (global.get $count))
        (call $append (i32.const 110) (i32.const 1))
        (call $reply)))`;

const ROLES = [{ role: 'a', name: 'a_wat' }, { role: 'b', name: 'b_wat' }];
const NOTHING = new Uint8Array(IDL.encode([], []));
const wabt = await createWabt();
const WASM = wabt.parseWat('a.wat', WAT).toBinary({}).buffer;

function call(canister: string, method: string, label = 'alice#1') {
    return { actor: 'alice', label, canister, method, arg: NOTHING };
}

function deployment(role: string, wasm: Uint8Array = WASM): LiveDeployment {
    return { role, name: `${role}_wat`, wasm, service: IDL.Service({}), initArg: () => NOTHING };
}

async function count(backend: LiveBackend, role: string): Promise<unknown> {
    const result = await backend.query(role, 'get', NOTHING);
    return result.kind === 'reply' ? IDL.decode([IDL.Nat], result.reply)[0] : result;
}

/** Requests of the client library to a server that is gone keep the process alive until then. */
const REQUEST_MS = 5_000;

function create(roles = ROLES) {
    return createOnPocketIc(server.url, roles, REQUEST_MS);
}

/** The replica behind the first instance. */
function replica(): Replica {
    return server.replica(0);
}

let server: TestServer;
let backend: LiveBackend;

beforeEach(async () => {
    server = await startServer();
    backend = (await create()).backend([deployment('a'), deployment('b')]);
    await backend.renew('clean');
});
afterEach(() => server.close());

/** Routes of the instance since `from`, those that ask for the status of messages left out. */
function routesSince(from: number): string[] {
    const routes = server.requests.slice(from).map(each => each.replace(/^\w+ \/instances\/0\/\w+\//, ''));
    return routes.filter(each => !['ingress_status', 'set_time'].includes(each));
}

describe('rounds', () => {
    it('are run when everybody waits: calls for the same round are handed in before it, in their order', async () => {
        const from = server.requests.length;
        const sent = async (delay: number, role: string): Promise<number> => {
            await backend.wait(delay);
            const { kind } = await backend.submit(call(role, 'reply'));
            expect(kind).toBe('reply');
            return backend.now();
        };
        const start = backend.now();
        const answered = await Promise.all([sent(2, 'a'), sent(0, 'b'), sent(0, 'a'), sent(2, 'b')]);
        expect(answered.map(at => at - start)).toEqual([3, 1, 1, 3]);
        const submits = ['submit_ingress_message', 'submit_ingress_message', 'tick'];
        expect(routesSince(from)).toEqual([...submits, 'tick', ...submits]);
        expect(await Promise.all([count(backend, 'a'), count(backend, 'b')])).toEqual([2n, 2n]);
    });

    it('stand still while nobody waits', async () => {
        const from = server.requests.length;
        await count(backend, 'a');
        await new Promise(done => setTimeout(done, 50));
        expect(routesSince(from)).toEqual(['query']);
    });

    it('each take a second of the canisters', async () => {
        const before = replica().time();
        await backend.wait(3);
        expect(Number((replica().time() - before) / 1_000_000n)).toBe(3000);
    });
});

describe('outcomes', () => {
    it('a rejection by the canister keeps its text, whatever it says', async () => {
        expect(await backend.submit(call('a', 'fail'))).toEqual({
            kind: 'reject',
            code: 4,
            message: 'no. Reject code: SysFatal. Error code: x. Certified: true',
            errorCode: expect.any(String)
        });
    });

    it('a call that is turned away before consensus is told from one that failed', async () => {
        const empty = (await create()).backend([deployment('a'), deployment('b')]);
        expect(await empty.submit(call('a', 'reply'))).toMatchObject({ kind: 'refused', code: 5 });
        expect(await backend.submit(call('a', 'missing'))).toMatchObject({ kind: 'reject', code: 5 });
        expect(await backend.query('a', 'missing', NOTHING)).toMatchObject({ kind: 'reject', code: 5 });
    });

    it('a call that is never answered becomes unknown, and nothing of it reaches the next attempt', async () => {
        const silence = { kind: 'unknown', reason: 'no answer within 300 rounds' };
        expect(await backend.submit(call('a', 'silent'))).toEqual(silence);
        await backend.submit(call('b', 'reply'));
        await backend.renew('left-over');
        expect(await count(backend, 'b')).toBe(0n);
        expect(replica().inFlight()).toEqual([]);
        expect(await backend.submit(call('a', 'reply'))).toMatchObject({ kind: 'reply' });
    });

    it('names and numbers are understood, other sentences are none', () => {
        const said = (code: string): Error =>
            new Error(`Canister call failed: two\nlines. Reject code: ${code}. Error code: IC0503. Certified: true`);
        const reject = { code: 5, message: 'two\nlines', errorCode: 'IC0503' };
        expect([rejectIn(said('CanisterError')), rejectIn(said('5'))]).toEqual([reject, reject]);
        expect([rejectIn(said('Other')), rejectIn(said('0')), rejectIn(new Error('fetch failed')), rejectIn(undefined)])
            .toEqual([undefined, undefined, undefined, undefined]);
    });
});

describe('trouble', () => {
    it('a module that is refused names its role', async () => {
        const created = await create(ROLES.slice(0, 1));
        const broken = created.backend([deployment('a', Uint8Array.of(1, 2, 3))]);
        await expect(broken.renew('clean')).rejects.toMatchObject({ code: 'DEPLOYMENT_FAILED', role: 'a' });
        await created.discard();
        expect(server.states()).toEqual(['Available', 'Deleted']);
    });

    it('closing deletes the instance; when the server is gone, a line says so', async () => {
        expect(await backend.close()).toEqual([]);
        expect(server.states()).toEqual(['Deleted']);
        await server.close();
        expect(await backend.close()).toEqual([expect.stringContaining('was not deleted')]);
    });

    it('a server that goes away ends every wait with an error that says so', async () => {
        const waits = Promise.allSettled([backend.wait(1000), backend.submit(call('a', 'silent'))]);
        await new Promise(done => setTimeout(done, 50));
        await server.close();
        const reason = { code: 'POCKETIC_LOST', message: expect.stringContaining('was lost while') };
        const lost = { status: 'rejected', reason };
        expect(await waits).toMatchObject([lost, lost]);
    });

    it('nobody there, and somebody else', async () => {
        await expect(createOnPocketIc('http://127.0.0.1:1', ROLES)).rejects.toMatchObject({ code: 'POCKETIC_NOT_RUNNING' });
        const other = createServer((_request, response) => response.writeHead(404).end('no such page'));
        await new Promise<void>(done => other.listen(0, '127.0.0.1', done));
        const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
        await expect(createOnPocketIc(url, ROLES)).rejects.toMatchObject({
            code: 'POCKETIC_NOT_A_SERVER',
            message: `what answers at ${url} is no PocketIC server: it answers /status with HTTP 404`
        });
        other.close();
    });

    it('what the server says against a request is passed on', async () => {
        replica().advanceTime(10_000_000_000n);
        await expect(backend.wait(1)).rejects.toMatchObject({
            code: 'POCKETIC_REFUSED',
            message: expect.stringContaining('SettingTimeIntoPast')
        });
    });
});
