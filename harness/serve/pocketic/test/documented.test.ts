/** What the guides of @dfinity/pic, its examples and its own tests say that a server does, and no other test of this room shows. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Actor, HttpAgent } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import { CanisterCyclesCostSchedule, PocketIc, SubnetStateType, createIdentity } from '@dfinity/pic';
import { canister } from '../../../replica/test/wat.ts';
import { instanceForEach, type TestServer } from './world.ts';

const NEW = { state: { type: SubnetStateType.New } } as const;
const HOUR_MS = 3_600_000;
const MONTH_MS = 30 * 24 * HOUR_MS;
const NS_PER_MS = 1_000_000n;
/** Says what time it is, and who asks (in Candid). */
const CLOCK = canister(`
(data (i32.const 512) "DIDL\\00\\01\\68\\01")
(func (export "canister_query now") (call $reply_i64 (call $time)))
(func (export "canister_update now_for_sure") (call $reply_i64 (call $time)))
(func (export "canister_update whoami")
    (i32.store8 (i32.const 520) (call $msg_caller_size))
    (call $msg_caller_copy (i32.const 521) (i32.const 0) (call $msg_caller_size))
    (call $reply_bytes (i32.const 512) (i32.add (i32.const 9) (call $msg_caller_size))))`);

let server: TestServer;
let pic: PocketIc;

instanceForEach((instance, its) => {
    [pic, server] = [instance, its];
});

/** A canister with the clock, on the standard subnet. */
async function clock(on = pic, cycles = 10n ** 18n): Promise<any> {
    const canisterId = await on.createCanister({ cycles });
    await on.installCode({ canisterId, wasm: CLOCK });
    return canisterId;
}

const numberIn = (bytes: Uint8Array): bigint => Buffer.from(bytes).readBigUInt64LE();

describe('time', () => {
    it('that was set is seen by queries after a tick, certified time at once', async () => {
        const canisterId = await clock();
        const now = async (): Promise<bigint> => numberIn(await pic.queryCall({ canisterId, method: 'now' }));
        const before = await now();
        const later = (await pic.getTime()) + HOUR_MS;
        await pic.setTime(later);
        expect([await pic.getTime(), await now()]).toEqual([later, before]);
        await pic.tick();
        expect(await now()).toBe(BigInt(later) * NS_PER_MS);
        await pic.advanceTime(HOUR_MS);
        expect(await now()).toBe(BigInt(later) * NS_PER_MS);
        // Updates execute in the next round.
        const updated = await pic.updateCall({ canisterId, method: 'now_for_sure' });
        expect(numberIn(updated)).toBe(BigInt(later + HOUR_MS) * NS_PER_MS);
        expect(await now()).toBe(BigInt(later + HOUR_MS) * NS_PER_MS);
        await pic.setCertifiedTime(new Date(later + 2 * HOUR_MS));
        expect(await now()).toBe(BigInt(later + 2 * HOUR_MS) * NS_PER_MS);
        await pic.advanceCertifiedTime(HOUR_MS);
        expect(await now()).toBe(BigInt(later + 3 * HOUR_MS) * NS_PER_MS);
        await pic.advanceCertifiedTime(0);
        await pic.advanceTime(0);
        expect(await now()).toBe(BigInt(later + 3 * HOUR_MS) * NS_PER_MS);
    });
});

describe('costSchedule', () => {
    it.each([
        ['Normal', undefined, false],
        ['Free', CanisterCyclesCostSchedule.Free, true]
    ])('%s: what a month costs', async (_name, costSchedule, isFree) => {
        const subnet = costSchedule === undefined ? NEW : { ...NEW, costSchedule };
        const on = await PocketIc.create(server.url, { application: [subnet] });
        const canisterId = await clock(on);
        await on.updateCall({ canisterId, method: 'now_for_sure' });
        const before = BigInt(await on.getCyclesBalance(canisterId));
        await on.advanceTime(MONTH_MS);
        await on.tick(5);
        const spent = before - BigInt(await on.getCyclesBalance(canisterId));
        expect([spent === 0n, before === 10n ** 18n]).toEqual([isFree, isFree]);
        await on.tearDown();
    });
});

describe('canisters', () => {
    it('of more than 2 MB are installed, reinstalled and upgraded in chunks, with the hash of the whole', async () => {
        const sender = createIdentity('controller').getPrincipal();
        const wasm = padded(CLOCK, 2_500_000);
        const canisterId = await pic.createCanister({ sender, controllers: [sender] });
        const hash = new Uint8Array(createHash('sha256').update(wasm).digest());
        const upgradeModeOptions = { skip_pre_upgrade: [], wasm_memory_persistence: [{ replace: null }] } as never;
        for (const install of [
            () => pic.installCode({ canisterId, wasm, sender }),
            () => pic.reinstallCode({ canisterId, wasm, sender }),
            () => pic.upgradeCanister({ canisterId, wasm, sender, upgradeModeOptions })
        ]) {
            await install();
            const { status, moduleHash } = await pic.canisterStatus({ canisterId, sender });
            expect(status).toEqual({ running: null });
            expect(new Uint8Array(moduleHash!)).toEqual(hash);
        }
    });

    it('have all settings that there are', async () => {
        const [sender, other] = ['a', 'b'].map((name) => createIdentity(name).getPrincipal());
        const canisterId = await pic.createCanister({ sender: sender!, controllers: [sender!] });
        const settings = {
            controllers: [sender!, other!],
            logVisibility: { public: null },
            wasmMemoryThreshold: 4_000_000n,
            environmentVariables: [{ name: 'BAZ', value: 'qux' }, { name: 'FOO', value: 'bar' }],
            snapshotVisibility: { controllers: null },
            logMemoryLimit: 4_096n
        };
        await pic.updateCanisterSettings({ canisterId, sender: sender!, ...settings } as never);
        const { settings: shown } = await pic.canisterStatus({ canisterId, sender: sender! });
        expect(shown.controllers.map(String).sort()).toEqual([sender, other].map(String).sort());
        const { controllers: _others, snapshotVisibility: _snapshots, logMemoryLimit: _limit, ...rest } = settings;
        expect(shown).toMatchObject(rest);
    });

    it('that are not there are on no subnet', async () => {
        const nobody = (await clock()) as Awaited<ReturnType<PocketIc['createCanister']>>;
        const other = await PocketIc.create(server.url);
        expect(await other.getCanisterSubnetId(nobody)).toBeNull();
        expect(await pic.getCanisterSubnetId(nobody)).not.toBeNull();
        await other.tearDown();
    });
});

describe('live mode', () => {
    it('serves agents of several users at localhost, and no pages of canisters', async () => {
        const canisterId = await clock();
        const port = await pic.makeLive();
        const agent = await HttpAgent.create({ host: `http://localhost:${port}`, shouldFetchRootKey: true });
        const service = IDL.Service({ whoami: IDL.Func([], [IDL.Principal], []) });
        const actor = Actor.createActor<any>(() => service, { agent, canisterId: canisterId.toText() });
        for (const name of ['alice', 'bob']) {
            const identity = createIdentity(name);
            agent.replaceIdentity(identity as never);
            expect(String(await actor.whoami())).toBe(identity.getPrincipal().toText());
        }
        const page = await fetch(`http://localhost:${port}/index.html?canisterId=${canisterId.toText()}`);
        expect([page.status, await page.text()]).toEqual([404, expect.stringContaining('Nothing is served for GET')]);
        await pic.stopLive();
    });
});

/** The same module with a custom section at its end that makes it so long. */
function padded(wasm: Uint8Array, length: number): Uint8Array {
    const HEAD = 6;
    const size = length - wasm.length - HEAD;
    const section = new Uint8Array(HEAD + size);
    // LEB128 in five bytes: all but the last say that one more comes.
    for (let at = 1; at < HEAD; at++) section[at] = ((size >>> (7 * (at - 1))) & 127) | (at < HEAD - 1 ? 128 : 0);
    section.set([1, 0x70], HEAD);
    for (let at = HEAD + 2; at < section.length; at++) section[at] = (at * 137) & 0xff;
    return Uint8Array.from([...wasm, ...section]);
}
