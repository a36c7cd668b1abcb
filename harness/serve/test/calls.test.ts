/** Calls and state as the interface specification has them, request by request. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Cbor, Certificate, LookupPathStatus, requestIdOf, type HttpAgent } from '@dfinity/agent';
import { Ed25519KeyIdentity } from '@dfinity/identity';
import { Principal } from '@dfinity/principal';
import { canister } from '../../replica/test/wat.ts';
import { COUNTING } from './counting.ts';
import { content, post, signed, type Content, type Response } from './raw.ts';
import { agentOf, install, serve, type Served } from './served.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const owner = Ed25519KeyIdentity.generate(new Uint8Array(32).fill(1));
const stranger = Ed25519KeyIdentity.generate(new Uint8Array(32).fill(2));
let served: Served;
let agent: HttpAgent;
let canisterId: Principal;
let other: Principal;

beforeAll(async () => {
    served = await serve();
    agent = await agentOf(served, owner);
    canisterId = await install(agent, COUNTING);
    // Accepts ingress for `yes` only.
    other = await install(
        agent,
        canister(`
            (func (export "canister_inspect_message")
                (if (i32.eq (call $msg_method_name_size) (i32.const 3)) (then (call $accept_message))))
            (func (export "canister_update yes") (call $reply_counters))
            (func (export "canister_update no") (call $reply_counters))`)
    );
});

afterAll(async () => {
    expect(await served.stop()).toBe(0);
    expect(served.stderr()).toBe('');
});

function call(fields: Content, version = 'v4', target: string = canisterId.toText()): Promise<Response> {
    const full = content('call', { canister_id: canisterId.toUint8Array(), method_name: 'inc', ...fields });
    return post(served, `/api/${version}/canister/${target}/call`, { content: full });
}

async function readState(paths: Uint8Array[][], who?: Ed25519KeyIdentity, target?: string): Promise<Response> {
    const fields = content('read_state', { paths });
    const envelope =
        who === undefined
            ? { content: fields }
            : await signed(who, { ...fields, sender: who.getPrincipal().toUint8Array() });
    return post(served, `/api/v3/canister/${target ?? canisterId.toText()}/read_state`, envelope);
}

/** Verifies, as agents do. */
function certificateOf(value: Record<string, any>): Promise<Certificate> {
    return Certificate.create({
        certificate: value['certificate'],
        rootKey: served.rootKey,
        canisterId
    });
}

function valueAt(certificate: Certificate, ...path: (string | Uint8Array)[]): Uint8Array | undefined {
    const found = certificate.lookup_path(path);
    return found.status === LookupPathStatus.Found ? found.value : undefined;
}

describe.each(['v3', 'v4'])('a synchronous call (%s)', (version) => {
    it('is answered with a certificate', async () => {
        const fields = content('call', {
            canister_id: canisterId.toUint8Array(),
            method_name: 'inc',
            nonce: utf8(version)
        });
        const { status, value } = await call(fields, version);
        expect([status, value['status']]).toStrictEqual([200, 'replied']);
        const certificate = await certificateOf(value);
        const id = requestIdOf(fields);
        expect(valueAt(certificate, 'request_status', id, 'status')).toStrictEqual(utf8('replied'));
        const reply = valueAt(certificate, 'request_status', id, 'reply');
        expect(reply?.slice(0, 7)).toStrictEqual(utf8('DIDL\x00\x01\x78'));
    });

    it('that is rejected is answered with a certificate too', async () => {
        const fields = content('call', { canister_id: canisterId.toUint8Array(), method_name: 'refuse' });
        const { value } = await call({ ...fields, nonce: utf8(version) }, version);
        expect(value['status']).toBe('replied');
        const certificate = await certificateOf(value);
        const id = requestIdOf({ ...fields, nonce: utf8(version) });
        const at = (label: string) => valueAt(certificate, 'request_status', id, label);
        expect(at('status')).toStrictEqual(utf8('rejected'));
        expect(at('reject_code')).toStrictEqual(Uint8Array.of(4));
        expect(at('reject_message')).toStrictEqual(utf8('boom'));
        expect(at('error_code')).toStrictEqual(utf8('IC0406'));
    });

    it('that is not accepted is rejected without a certificate', async () => {
        const fields = { canister_id: other.toUint8Array(), method_name: 'no' };
        const { status, value } = await call(fields, version, other.toText());
        expect(status).toBe(200);
        expect(value).toMatchObject({ status: 'non_replicated_rejection', reject_code: 4, error_code: 'IC0406' });
        const accepted = await call({ ...fields, method_name: 'yes' }, version, other.toText());
        expect(accepted.value['status']).toBe('replied');
    });
});

describe('an asynchronous call (v2)', () => {
    it('is answered with nothing, and polled', async () => {
        const nonce = utf8('2');
        const fields = content('call', { canister_id: canisterId.toUint8Array(), method_name: 'inc', nonce });
        const { status, value, text } = await call(fields, 'v2');
        expect([status, value, text]).toStrictEqual([202, {}, '']);
        const id = requestIdOf(fields);
        for (;;) {
            const state = await readState([[utf8('request_status'), id]]);
            const certificate = await certificateOf(state.value);
            const now = new TextDecoder().decode(valueAt(certificate, 'request_status', id, 'status'));
            if (now === 'replied') {
                return;
            }
            expect(['received', 'processing']).toContain(now);
        }
    });

    it('that is not accepted has a reject code and no status', async () => {
        const { status, value } = await call(
            { canister_id: other.toUint8Array(), method_name: 'no' },
            'v2',
            other.toText()
        );
        expect(status).toBe(200);
        expect(value['reject_code']).toBe(4);
        expect(value['status']).toBeUndefined();
    });
});

it('the same request twice executes once', async () => {
    const fields = content('call', { canister_id: canisterId.toUint8Array(), method_name: 'inc', nonce: utf8('same') });
    const [first, second] = await Promise.all([call(fields), call(fields, 'v3')]);
    const third = await call(fields);
    const id = requestIdOf(fields);
    const replies = await Promise.all(
        [first, second, third].map(async ({ value }) =>
            valueAt(await certificateOf(value), 'request_status', id, 'reply')
        )
    );
    expect(replies[1]).toStrictEqual(replies[0]);
    expect(replies[2]).toStrictEqual(replies[0]);
});

describe('effective canister ids', () => {
    it('have to be those of the call', async () => {
        const { status, text } = await call({}, 'v4', other.toText());
        expect(status).toBe(400);
        expect(text).toContain(`Specified CanisterId ${canisterId.toText()} does not match`);
    });

    it('of management calls are those of their argument', async () => {
        const arg = Uint8Array.from([
            ...utf8('DIDL\x01\x6c\x01'),
            ...[0xb3, 0xc4, 0xb1, 0xf2, 0x04, 0x68, 0x01, 0x00, 0x01, 0x0a],
            ...canisterId.toUint8Array()
        ]);
        const fields = { canister_id: new Uint8Array(0), method_name: 'canister_status', arg };
        expect((await call(fields, 'v4', other.toText())).text).toContain('does not match');
        expect((await call(fields, 'v4')).status).toBe(200);
    });

    it('that are no principals are refused', async () => {
        const { status, text } = await call({}, 'v4', 'not-a-principal');
        expect([status, text]).toStrictEqual([400, 'The id in the URL is no principal.\n']);
    });
});

describe('reading state', () => {
    // Of ids in between the agent compares single bytes, not strings of them, and cannot tell either way.
    it.each([0, 255])('proves that a request is not known (32 times %i)', async (byte) => {
        const unknown = new Uint8Array(32).fill(byte);
        const { value } = await readState([[utf8('request_status'), unknown]]);
        const certificate = await certificateOf(value);
        const { status } = certificate.lookup_path(['request_status', unknown, 'status']);
        expect(status).toBe(LookupPathStatus.Absent);
    });

    it('shows a request to its sender only', async () => {
        const fields = content('call', {
            canister_id: canisterId.toUint8Array(),
            method_name: 'inc',
            sender: owner.getPrincipal().toUint8Array()
        });
        await post(served, `/api/v4/canister/${canisterId.toText()}/call`, await signed(owner, fields));
        const path = [utf8('request_status'), requestIdOf(fields)];
        const mine = await readState([path], owner);
        expect(valueAt(await certificateOf(mine.value), 'request_status', path[1]!, 'status')).toBeDefined();
        expect((await readState([path], stranger)).status).toBe(403);
        expect((await readState([path])).status).toBe(403);
        expect((await readState([path], owner, other.toText())).status).toBe(403);
    });

    it('shows the subnet, its node and its ranges', async () => {
        const { value } = await readState([[utf8('subnet')]]);
        const certificate = await certificateOf(value);
        const subnet = Principal.selfAuthenticating(served.rootKey).toUint8Array();
        expect(valueAt(certificate, 'subnet', subnet, 'public_key')).toStrictEqual(served.rootKey);
        const [[first, last]] = Cbor.decode<[[Uint8Array, Uint8Array]]>(
            valueAt(certificate, 'subnet', subnet, 'canister_ranges')!
        );
        expect(Principal.fromUint8Array(first).ltEq(canisterId)).toBe(true);
        expect(Principal.fromUint8Array(last).gtEq(canisterId)).toBe(true);
    });

    it('shows the sharded ranges at the subnet’s own endpoint only', async () => {
        const subnet = Principal.selfAuthenticating(served.rootKey);
        const paths = [[utf8('canister_ranges'), subnet.toUint8Array()]];
        const fields = content('read_state', { paths });
        const url = `/api/v3/subnet/${subnet.toText()}/read_state`;
        const { status, value } = await post(served, url, { content: fields });
        expect(status).toBe(200);
        const certificate = await certificateOf(value);
        const shard = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
        expect(valueAt(certificate, 'canister_ranges', subnet.toUint8Array(), shard)).toBeDefined();
        expect((await readState(paths)).status).toBe(403);
    });

    it.each<[string, () => Uint8Array[][]]>([
        ['certified data', () => [[utf8('canister'), canisterId.toUint8Array(), utf8('certified_data')]]],
        ['whole canisters', () => [[utf8('canister'), canisterId.toUint8Array()]]],
        ['everything', () => [[]]],
        ['other canisters', () => [[utf8('canister'), other.toUint8Array(), utf8('controllers')]]],
        ['all requests', () => [[utf8('request_status')]]],
        ['two requests', () => [1, 2].map((byte) => [utf8('request_status'), new Uint8Array(32).fill(byte)])],
        ['what does not exist', () => [[utf8('secrets')]]],
        ['too many paths', () => Array.from({ length: 1001 }, () => [utf8('time')])],
        ['paths that are too deep', () => [Array.from({ length: 128 }, () => utf8('time'))]]
    ])('does not show %s', async (_name, paths) => {
        const { status, text } = await readState(paths());
        expect([400, 403]).toContain(status);
        expect(text).not.toBe('');
    });
});
