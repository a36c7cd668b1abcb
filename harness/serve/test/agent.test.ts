/** Unmodified agents with default settings, that is with every verification on, against a server in another process. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Actor, CanisterStatus, HttpAgent, type ActorSubclass } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import { Ed25519KeyIdentity } from '@dfinity/identity';
import type { Principal } from '@dfinity/principal';
import { COUNTING, countingService } from './counting.ts';
import { agentOf, install, serve, type Served } from './served.ts';

let served: Served;
let agent: HttpAgent;
let canisterId: Principal;
let actor: ActorSubclass;

beforeAll(async () => {
    served = await serve();
    agent = await agentOf(served, Ed25519KeyIdentity.generate());
    canisterId = await install(agent, COUNTING);
    actor = Actor.createActor(() => countingService, { agent, canisterId });
});

afterAll(async () => {
    expect(await served.stop()).toBe(0);
    expect(served.stderr()).toBe('');
});

describe('an agent with default settings', () => {
    it('reads the status and the root key', async () => {
        const status = await agent.status();
        expect(Uint8Array.from(status['root_key'] as unknown as Uint8Array)).toStrictEqual(served.rootKey);
        expect(served.rootKey).toHaveLength(133);
        expect(status['replica_health_status']).toBe('healthy');
    });

    it('updates and queries', async () => {
        expect(await actor['inc']!()).toBe(1n);
        expect(await actor['inc']!()).toBe(2n);
        expect(await actor['get']!()).toBe(2n);
    });

    it('is told why a call was rejected', async () => {
        await expect(actor['refuse']!()).rejects.toThrow(/Reject code: 4[\s\S]*Reject text: boom[\s\S]*Error code: IC0406/);
    });

    it('is told that a call trapped', async () => {
        await expect(actor['crash']!()).rejects.toThrow(/Reject code: 5[\s\S]*called `ic0.trap` with message: 'boom'[\s\S]*Error code: IC0503/);
        expect(await actor['get']!()).toBe(2n);
    });

    it('is refused a method that does not exist, in updates and queries', async () => {
        const missing = Actor.createActor(
            () => IDL.Service({ none: IDL.Func([], [], []), nothing: IDL.Func([], [], ['query']) }),
            { agent, canisterId }
        );
        await expect(missing['none']!()).rejects.toThrow(/IC0536/);
        await expect(missing['nothing']!()).rejects.toThrow(/IC0536/);
    });

    it('reads the state of a canister', async () => {
        const paths = ['time', 'controllers', 'module_hash'] as const;
        const status = await CanisterStatus.request({ agent, canisterId, paths: [...paths] });
        const [owner] = status.get('controllers') as Principal[];
        expect(owner?.toText()).toBe((await agent.getPrincipal()).toText());
        expect(status.get('module_hash')).toMatch(/^[0-9a-f]{64}$/);
        expect(Math.abs(Number(status.get('time') as Date) - Date.now())).toBeLessThan(60_000);
    });

    it('calls without being known', async () => {
        const anonymous = Actor.createActor(() => countingService, { agent: await agentOf(served), canisterId });
        expect(await anonymous['inc']!()).toBe(3n);
    });
});

it('does not pass for another subnet', async () => {
    const other = await serve('--seed', 'other');
    try {
        const trusting = HttpAgent.createSync({ host: served.url, rootKey: other.rootKey });
        const stranger = Actor.createActor(() => countingService, { agent: trusting, canisterId });
        await expect(stranger['inc']!()).rejects.toThrow(/Invalid signature|Signature verification failed/);
        await expect(stranger['get']!()).rejects.toThrow(/signature|certificate/i);
    } finally {
        await other.stop();
    }
});
