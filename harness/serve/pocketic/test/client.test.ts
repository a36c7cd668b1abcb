/** The unmodified client library against the server: its documented usage, with compiled Motoko and Azle canisters. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Actor, HttpAgent } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import { PocketIc, SubnetStateType, createIdentity } from '@dfinity/pic';
import { compiled, counter, encoded, instanceForEach, ledger, outcall, vault, type TestServer } from './world.ts';

const NEW = { state: { type: SubnetStateType.New } } as const;
const { Principal: Motoko } = IDL;

let server: TestServer;
let wasm: Readonly<Record<string, Uint8Array>>;
let pic: PocketIc;

beforeAll(async () => {
    wasm = await compiled('counter_motoko', 'counter_azle', 'vault_motoko', 'ledger_motoko', 'outcall_motoko');
});
instanceForEach((instance, its) => {
    [pic, server] = [instance, its];
});

describe('canisters', () => {
    it.each(['motoko', 'azle'])('are created, installed, called, upgraded and reinstalled: %s', async (language) => {
        const code = wasm[`counter_${language}`]!;
        const { actor, canisterId } = await pic.setupCanister<any>({ idlFactory: counter, wasm: code });
        await actor.increment();
        expect(await actor.get_x()).toBe(1n);
        // Motoko keeps its variables; Azle's are lost, because the canister has no stable ones.
        const upgradeModeOptions = { skip_pre_upgrade: [], wasm_memory_persistence: [{ keep: null }] } as never;
        await pic.upgradeCanister({ canisterId, wasm: code, ...(language === 'motoko' ? { upgradeModeOptions } : {}) });
        expect(await actor.get_x()).toBe(language === 'motoko' ? 1n : 0n);
        await pic.reinstallCode({ canisterId, wasm: code });
        expect(await actor.get_x()).toBe(0n);
        await pic.stopCanister({ canisterId });
        await expect(actor.increment()).rejects.toThrow(
            /Canister .* is stopped.*Reject code: CanisterError\. Error code: CanisterStopped/s
        );
        await pic.startCanister({ canisterId });
        await actor.increment();
        expect(await actor.get_x()).toBe(1n);
    });

    it('have cycles, controllers, settings, a status and stable memory', async () => {
        const { Principal } = await import('@dfinity/principal');
        const alice = createIdentity('alice').getPrincipal();
        const canisterId = await pic.createCanister({ cycles: 5_000_000_000_000n, controllers: [alice] });
        // The client makes bigints of what is beyond 2^53.
        expect(await pic.getCyclesBalance(canisterId)).toBe(5_000_000_000_000);
        expect(await pic.addCycles(canisterId, 9_007_199_254_740_991 as never)).toBe(9_012_199_254_740_991n);
        expect((await pic.getControllers(canisterId)).map(String)).toEqual([String(alice)]);
        await pic.updateCanisterSettings({ canisterId, sender: alice, freezingThreshold: 77n });
        const status = await pic.canisterStatus({ canisterId, sender: alice });
        expect(status.settings.freezingThreshold).toBe(77n);
        await expect(pic.updateCanisterSettings({ canisterId, freezingThreshold: 1n })).rejects.toThrow(
            'CanisterInvalidController'
        );
        const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at % 251);
        await pic.setStableMemory(canisterId, bytes);
        const stable = new Uint8Array(await pic.getStableMemory(canisterId));
        expect(stable.length).toBe(131_072);
        expect(stable.slice(0, 100_000)).toEqual(bytes);
        const nowhere = Principal.fromText('aaaaa-aa');
        await expect(pic.addCycles(nowhere as never, 1 as never)).rejects.toThrow('CanisterNotFound(aaaaa-aa)');
    });

    it('deferred actors submit now and execute later, in one round', async () => {
        const { vaultId, ledgerId } = await bank();
        const deferred = pic.createDeferredActor(vault, vaultId) as any;
        const calls = [await deferred.withdraw_guarded(60n), await deferred.withdraw_guarded(60n)];
        const [first, second] = await Promise.all(calls.map((call: () => Promise<boolean>) => call()));
        expect([first, second]).toEqual([true, false]);
        expect(await (pic.createActor(ledger, ledgerId) as any).paid()).toBe(60n);
    });
});

describe('time', () => {
    it('stands still, ticks by a nanosecond, and is set forward only', async () => {
        const start = await pic.getTime();
        expect(start).toBe(1_620_328_630_000);
        await pic.tick(3);
        await pic.advanceTime(60_000);
        await pic.tick();
        expect(await pic.getTime()).toBe(start + 60_000);
        await pic.setCertifiedTime(start + 120_000);
        await expect(pic.setTime(start)).rejects.toThrow('SettingTimeIntoPast((');
    });
});

describe('subnets', () => {
    it('are those that were asked for, with ids and ranges of their own', async () => {
        const asked = { nns: NEW, fiduciary: NEW, application: [NEW, NEW], system: [NEW] };
        const big = await PocketIc.create(server.url, asked);
        const kinds = (await big.getTopology()).map(({ type }) => type);
        expect(kinds).toEqual(['NNS', 'Fiduciary', 'System', 'Application', 'Application']);
        const [first, second] = await big.getApplicationSubnets();
        const on = async (targetSubnetId: any) => big.createCanister({ targetSubnetId });
        const [a, b, c] = [await on(first!.id), await on(second!.id), await on((await big.getNnsSubnet())!.id)];
        const hosts = await Promise.all([a, b, c].map((id) => big.getCanisterSubnetId(id)));
        expect(hosts.map(String)).toEqual([first!.id, second!.id, (await big.getNnsSubnet())!.id].map(String));
        const specified = (await big.getNnsSubnet())!.canisterRanges[0]!.start;
        expect(String(await big.createCanister({ targetCanisterId: specified }))).toBe('rwlgt-iiaaa-aaaaa-aaaaa-cai');
        await expect(big.createCanister({ targetCanisterId: specified })).rejects.toThrow('CanisterIdAlreadyExists');
        const next = (await big.getSystemSubnets())[0]!;
        await big.createCanister({ targetCanisterId: next.canisterRanges[0]!.start });
        expect(await big.getCanisterSubnetId(await on(next.id))).toEqual(next.id);
        expect((await big.getPubKey((await big.getNnsSubnet())!.id)).length).toBe(133);
        await big.tearDown();
    });

    it('a specified id of the mainnet brings the subnet that hosts it', async () => {
        const { Principal } = await import('@dfinity/principal');
        const created = async (text: string): Promise<string> =>
            String(await pic.createCanister({ targetCanisterId: Principal.fromText(text) as never }));
        expect(await created('sv3dd-oaaaa-aaaar-qacoa-cai')).toBe('sv3dd-oaaaa-aaaar-qacoa-cai');
        expect((await pic.getTopology()).map(({ type }) => type)).toEqual(['Application', 'Fiduciary']);
        // PocketIC has these only where they are asked for.
        await expect(created('ryjl3-tyaaa-aaaaa-aaaba-cai')).rejects.toThrow("the mainnet's NNS subnet");
        const beyond = Principal.fromUint8Array(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 1, 1)).toText();
        await expect(created(beyond)).rejects.toThrow('it is not a mainnet canister ID');
    });
});

describe('HTTP outcalls', () => {
    it('wait until a test answers them', async () => {
        const { canisterId } = await pic.setupCanister<any>({ idlFactory: outcall, wasm: wasm['outcall_motoko']! });
        const deferred = pic.createDeferredActor(outcall, canisterId) as any;
        const answer: () => Promise<string> = await deferred.foo();
        await pic.tick(2);
        const [pending, ...others] = await pic.getPendingHttpsOutcalls();
        expect(others).toEqual([]);
        const { requestId, subnetId, url } = pending!;
        expect(url).toMatch(/^https:/);
        const response = { type: 'success', statusCode: 201, headers: [], body: new Uint8Array() } as never;
        await expect(
            pic.mockPendingHttpsOutcall({ requestId, subnetId, response, additionalResponses: [response] })
        ).rejects.toThrow('InvalidMockCanisterHttpResponses((2, 13))');
        await pic.mockPendingHttpsOutcall({ requestId, subnetId, response });
        expect(await answer()).toBe('201');
        expect(await pic.getPendingHttpsOutcalls()).toEqual([]);
        await expect(pic.mockPendingHttpsOutcall({ requestId, subnetId, response })).rejects.toThrow(
            `InvalidCanisterHttpRequestId((${String(subnetId)}, ${requestId}))`
        );
    });
});

describe('live mode', () => {
    it('serves agents at a port of its own, and stops', async () => {
        const { canisterId } = await pic.setupCanister<any>({ idlFactory: counter, wasm: wasm['counter_motoko']! });
        const port = await pic.makeLive();
        const agent = await HttpAgent.create({ host: `http://127.0.0.1:${port}`, shouldFetchRootKey: true });
        const actor = Actor.createActor<any>(counter, { agent, canisterId: canisterId.toText() });
        await actor.increment();
        expect(await actor.get_x()).toBe(1n);
        expect(Math.abs(Date.now() - (await pic.getTime()))).toBeLessThan(60_000);
        await pic.stopLive();
        await expect(fetch(`http://127.0.0.1:${port}/api/v2/status`)).rejects.toThrow('fetch failed');
    });
});

async function bank(): Promise<{ vaultId: any; ledgerId: any }> {
    const treasury = encoded([IDL.Int], [1_000_000n]);
    const paying = await pic.setupCanister<any>({ idlFactory: ledger, wasm: wasm['ledger_motoko']!, arg: treasury });
    const arg = encoded([Motoko, IDL.Int], [paying.canisterId, 100n]);
    const made = await pic.setupCanister<any>({ idlFactory: vault, wasm: wasm['vault_motoko']!, arg });
    return { vaultId: made.canisterId, ledgerId: paying.canisterId };
}
