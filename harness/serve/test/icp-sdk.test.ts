/** The agent of the other SDK: its own implementation of certificates, signatures and Candid, unmodified. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Actor, CanisterStatus, HttpAgent } from '@icp-sdk/core/agent';
import { IDL } from '@icp-sdk/core/candid';
import { DelegationChain, DelegationIdentity, Ed25519KeyIdentity } from '@icp-sdk/core/identity';
import { Secp256k1KeyIdentity } from '@icp-sdk/core/identity/secp256k1';
import { Principal } from '@icp-sdk/core/principal';
import { COUNTING } from './counting.ts';
import { agentOf, install, serve, type Served } from './served.ts';

let served: Served;
let canisterId: Principal;

const service = IDL.Service({
    get: IDL.Func([], [IDL.Nat64], ['query']),
    inc: IDL.Func([], [IDL.Nat64], []),
    refuse: IDL.Func([], [], []),
    crash: IDL.Func([], [], [])
});

beforeAll(async () => {
    served = await serve();
    const id = await install(await agentOf(served), COUNTING);
    canisterId = Principal.fromUint8Array(id.toUint8Array());
});

afterAll(async () => {
    expect(await served.stop()).toBe(0);
    expect(served.stderr()).toBe('');
});

describe('its agent', () => {
    const owner = Ed25519KeyIdentity.generate(new Uint8Array(32).fill(4));
    const identities: [string, () => Promise<NonNullable<Parameters<typeof HttpAgent.create>[0]>['identity']>][] = [
        ['nobody', async () => undefined],
        ['an Ed25519 key', async () => owner],
        ['a secp256k1 key', async () => Secp256k1KeyIdentity.generate(new Uint8Array(32).fill(5))],
        [
            'a delegated key',
            async () => {
                const session = Ed25519KeyIdentity.generate(new Uint8Array(32).fill(6));
                const chain = await DelegationChain.create(owner, session.getPublicKey());
                return DelegationIdentity.fromDelegation(session, chain);
            }
        ]
    ];

    it.each(identities)('updates and queries as %s', async (_name, identityOf) => {
        const identity = await identityOf();
        const agent = await HttpAgent.create({
            host: served.url,
            shouldFetchRootKey: true,
            ...(identity === undefined ? {} : { identity })
        });
        const actor = Actor.createActor(() => service, { agent, canisterId });
        const before = (await actor['get']!()) as bigint;
        expect(await actor['inc']!()).toBe(before + 1n);
        expect(await actor['get']!()).toBe(before + 1n);
    });

    it('is told of rejects and traps', async () => {
        const agent = await HttpAgent.create({ host: served.url, shouldFetchRootKey: true });
        const actor = Actor.createActor(() => service, { agent, canisterId });
        await expect(actor['refuse']!()).rejects.toThrow(/Reject text: boom[\s\S]*Error code: IC0406/);
        await expect(actor['crash']!()).rejects.toThrow(/Error code: IC0503/);
    });

    it('reads state', async () => {
        const agent = await HttpAgent.create({ host: served.url, shouldFetchRootKey: true });
        const status = await CanisterStatus.request({ agent, canisterId, paths: ['time', 'module_hash', 'subnet'] });
        expect(status.get('module_hash')).toMatch(/^[0-9a-f]{64}$/);
    });
});
