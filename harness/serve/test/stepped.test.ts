/** Stepped mode: commands decide what executes and when. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Actor, Certificate, requestIdOf, type CallRequest, type HttpAgent } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import { HTTP_REQUEST, HTTP_REQUEST_RESULT } from '../../replica/management/outcalls-request.ts';
import { forward, PROXY } from '../../replica/test/proxy.ts';
import { canister } from '../../replica/test/wat.ts';
import { COUNTING, countingService } from './counting.ts';
import { content, post } from './raw.ts';
import { agentOf, install, serve, type Served } from './served.ts';

interface State {
    readonly timeNs: string;
    readonly quiescent: boolean;
    readonly outcalls: readonly { readonly path: string; readonly url: string }[];
    readonly enabled: readonly { readonly path: string; readonly method: string; readonly kind: string }[];
}

let served: Served;
let agent: HttpAgent;
let canisterId: Principal;

beforeAll(async () => {
    served = await serve('--stepped');
    agent = await agentOf(served);
    const installing = install(agent, COUNTING);
    await runWhile(installing);
    canisterId = await installing;
});

afterAll(async () => {
    expect(await served.stop()).toBe(0);
    expect(served.stderr()).toBe('');
});

async function state(): Promise<State> {
    return (await (await fetch(`${served.url}/_/state`)).json()) as State;
}

async function command(name: string, body: object): Promise<{ status: number; body: any; text: string }> {
    const headers = { 'content-type': 'application/json' };
    const sent = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${served.url}/_/${name}`, sent);
    const text = await response.text();
    return { status: response.status, body: response.ok ? JSON.parse(text) : undefined, text };
}

/** Rounds until the promise settles. */
async function runWhile(promise: Promise<unknown>): Promise<void> {
    let settled = false;
    const watched = promise.finally(() => (settled = true));
    while (!settled) {
        expect((await command('round', {})).status).toBe(200);
    }
    await watched;
}

/** Waits until so many messages are enabled. */
async function enabled(count: number): Promise<State> {
    for (;;) {
        const now = await state();
        if (now.enabled.length >= count) {
            return now;
        }
    }
}

describe('a stepped server', () => {
    it('executes the message it is told to, in any order, and answers who waits', async () => {
        const actor = Actor.createActor(() => countingService, { agent, canisterId });
        const first = actor['inc']!();
        await enabled(1);
        const second = actor['print']!();
        const { enabled: messages, quiescent } = await enabled(2);
        expect(quiescent).toBe(false);
        expect(messages.map(({ method, kind }) => [method, kind])).toStrictEqual([
            ['inc', 'ingress'],
            ['print', 'ingress']
        ]);
        const step = await command('step', { path: messages[1]!.path });
        expect(step.body).toMatchObject({ status: 'committed', kind: 'ingress', answered: true, prints: ['boom'] });
        expect(await second).toBe(0n);
        await command('step', { path: messages[0]!.path });
        expect(await first).toBe(1n);
        expect((await state()).quiescent).toBe(true);
        expect(served.events).toContainEqual({ event: 'log', canister: canisterId.toText(), line: 'boom' });
    });

    it('moves time on command only', async () => {
        const before = BigInt((await state()).timeNs);
        expect((await command('time', { advanceNs: '1000000000' })).body).toStrictEqual({
            timeNs: String(before + 1_000_000_000n)
        });
        expect(BigInt((await state()).timeNs)).toBe(before + 1_000_000_000n);
    });

    it('rejects a message for the system', async () => {
        const call = content('call', { canister_id: canisterId.toUint8Array(), method_name: 'inc' });
        const answer = post(served, `/api/v3/canister/${canisterId.toText()}/call`, { content: call });
        const [message] = (await enabled(1)).enabled;
        const body = { path: message!.path, code: 2, message: 'out of luck' };
        expect((await command('reject', body)).body).toMatchObject({ status: 'refused' });
        const { status, value } = await answer;
        expect([status, value['status']]).toStrictEqual([200, 'replied']);
    });

    it('answers the HTTP outcall of a canister with what it is told', async () => {
        const installing = install(agent, canister(PROXY));
        await runWhile(installing);
        const proxy = await installing;
        const request = {
            url: 'https://example.com/price',
            method: { get: null },
            headers: [],
            body: [],
            transform: [],
            max_response_bytes: [],
            is_replicated: []
        };
        const arg = forward('http_request', HTTP_REQUEST, request);
        const call = content('call', { canister_id: proxy.toUint8Array(), method_name: 'pay', arg });
        const answer = post(served, `/api/v3/canister/${proxy.toText()}/call`, { content: call });
        await enabled(1);
        await command('settle', {});
        const [asked] = (await state()).outcalls;
        expect(asked).toMatchObject({ url: 'https://example.com/price', method: 'GET', bodyHex: '' });
        expect((await command('outcall', { path: asked!.path, status: 99 })).status).toBe(400);
        const told = await command('outcall', { path: asked!.path, status: 200, bodyHex: '6f6b' });
        expect(told.body.path).toBe(`${asked!.path}/o`);
        await command('settle', {});
        const certificate = await Certificate.create({
            certificate: (await answer).value['certificate'],
            rootKey: served.rootKey,
            canisterId: proxy
        });
        const path = ['request_status', requestIdOf(call as unknown as CallRequest), 'reply'];
        const found = certificate.lookup_path(path) as { readonly value: Uint8Array };
        const [response] = IDL.decode([HTTP_REQUEST_RESULT], found.value);
        expect(response).toMatchObject({ status: 200n, body: Uint8Array.from([0x6f, 0x6b]) });
    });

    it('refuses commands that make no sense, and goes on', async () => {
        const results = [
            await command('step', { path: 'nobody#1' }),
            await command('step', {}),
            await command('time', { advanceNs: '-1' }),
            await command('time', { advanceNs: String(2n ** 64n) }),
            await command('expire', { path: 'nobody#1' }),
            await command('jump', {})
        ];
        expect(results.map(({ status }) => status)).toStrictEqual([400, 400, 400, 400, 400, 404]);
        expect(results[0]!.text).toContain("The message 'nobody#1' may not execute now; GET /_/state lists them.");
        const simple = { 'content-type': 'text/plain' };
        const plain = await post(served, '/_/round', new TextEncoder().encode('{}'), simple);
        const expected = 'Unexpected content-type, expected application/json.\n';
        expect([plain.status, plain.text]).toStrictEqual([400, expected]);
        expect((await command('settle', {})).body).toStrictEqual({ executed: 0 });
    });
});

it('a live server has no control interface', async () => {
    const live = await serve();
    try {
        const response = await fetch(`${live.url}/_/state`);
        expect(response.status).toBe(404);
        expect(await response.text()).toBe('Nothing is served for GET at this path.\n');
    } finally {
        await live.stop();
    }
});
