/** What else the unmodified client offers, so that each of its methods is called by some test of this room. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { IDL } from '@dfinity/candid';
import { PocketIc, PocketIcServer, SubnetStateType, createIdentity } from '@dfinity/pic';
import { COUNTING } from '../../test/counting.ts';
import { compiled, counter, encoded, instanceForEach, ledger, vault, type TestServer } from './world.ts';

const NEW = { state: { type: SubnetStateType.New } } as const;
/** Milliseconds between two readings of the clock in one test. */
const NEAR = 60_000;

let server: TestServer;
let wasm: Readonly<Record<string, Uint8Array>>;
let pic: PocketIc;

beforeAll(async () => {
    wasm = await compiled('counter_motoko', 'vault_motoko', 'ledger_motoko');
});
instanceForEach((instance, its) => {
    [pic, server] = [instance, its];
});

describe('calls', () => {
    it('are made by whoever an actor is told to be', async () => {
        const { canisterId: ledgerId, actor: paying } = await pic.setupCanister<any>({
            idlFactory: paidTo,
            wasm: wasm['ledger_motoko']!,
            arg: encoded([IDL.Int], [1_000n])
        });
        const { actor } = await pic.setupCanister<any>({
            idlFactory: vault,
            wasm: wasm['vault_motoko']!,
            arg: encoded([IDL.Principal, IDL.Int], [ledgerId, 100n])
        });
        const [alice, bob] = [createIdentity('alice'), createIdentity('bob')];
        actor.setIdentity(alice);
        await actor.withdraw_guarded(10n);
        actor.setPrincipal(bob.getPrincipal());
        await actor.withdraw_guarded(20n);
        const paid = [alice, bob].map((each) => paying.paid_to(each.getPrincipal().toText()));
        expect(await Promise.all(paid)).toEqual([10n, 20n]);
        expect(await (pic.createActor(ledger, ledgerId) as any).paid()).toBe(30n);
    });

    it('tell canisters what is said of a user (senderInfo)', async () => {
        const canisterId = await pic.createCanister();
        await pic.installCode({ canisterId, wasm: COUNTING });
        const senderInfo = { info: Uint8Array.of(1, 2, 3), signer: canisterId };
        const told = Uint8Array.from([1, 2, 3, ...canisterId.toUint8Array()]);
        expect(await pic.queryCall({ canisterId, method: 'about', senderInfo })).toEqual(told);
        expect(await pic.updateCall({ canisterId, method: 'about', senderInfo })).toEqual(told);
        expect(await pic.updateCall({ canisterId, method: 'about' })).toEqual(new Uint8Array(0));
    });

    it('are made without an interface, in bytes', async () => {
        const canisterId = await pic.createCanister();
        await pic.installCode({ canisterId, wasm: wasm['counter_motoko']! });
        const none = encoded([], []);
        expect(await pic.updateCall({ canisterId, method: 'increment', arg: none })).toEqual(none);
        expect(await pic.queryCall({ canisterId, method: 'get_x', arg: none })).toEqual(encoded([IDL.Nat], [1n]));
        await expect(pic.updateCall({ canisterId, method: 'nothing', arg: none })).rejects.toThrow(
            /has no update method 'nothing'.*Error code: CanisterMethodNotFound/s
        );
        // Whoever is told the interface calls a query as an update when it is declared so.
        expect(await pic.updateCall({ canisterId, method: 'get_x', arg: none })).toEqual(encoded([IDL.Nat], [1n]));
        const counted = pic.createActor<any>(counter, canisterId);
        expect(await counted.get_x()).toBe(1n);
    });
});

describe('time', () => {
    it('is brought to that of the machine, certified or not', async () => {
        await pic.resetTime();
        expect(Math.abs((await pic.getTime()) - Date.now())).toBeLessThan(NEAR);
        await pic.advanceCertifiedTime(3_600_000);
        expect(Math.abs((await pic.getTime()) - Date.now() - 3_600_000)).toBeLessThan(NEAR);
        await expect(pic.resetCertifiedTime()).rejects.toThrow('SettingTimeIntoPast((');
        const other = await PocketIc.create(server.url);
        await other.resetCertifiedTime();
        expect(Math.abs((await other.getTime()) - Date.now())).toBeLessThan(NEAR);
        await other.tearDown();
    });
});

describe('subnets', () => {
    it('are found by what they are for', async () => {
        const big = await PocketIc.create(server.url, { sns: NEW, ii: NEW, bitcoin: NEW, fiduciary: NEW });
        const found = [
            await big.getSnsSubnet(),
            await big.getInternetIdentitySubnet(),
            await big.getBitcoinSubnet(),
            await big.getFiduciarySubnet()
        ];
        expect(found.map((each) => [each?.type, each?.size])).toEqual([
            ['SNS', 34], ['II', 34], ['Bitcoin', 13], ['Fiduciary', 34]
        ]);
        expect(await big.getNnsSubnet()).toBeUndefined();
        const [application] = await big.getApplicationSubnets();
        const standard = await big.getDefaultEffectiveCanisterId();
        expect(application!.canisterRanges.map(({ start }) => start.toText())).toContain(standard.toText());
        expect((await big.createCanister()).toText()).toBe(standard.toText());
        await big.tearDown();
    });
});

describe('the client', () => {
    it('has no method that no test calls', () => {
        const { dirname } = import.meta;
        const cli = join(dirname, '../../../cli/test/pocket-ic.test.ts');
        const files = readdirSync(dirname).map((name) => join(dirname, name));
        const texts = [...files, cli].map((file) => readFileSync(file, 'utf8')).join('\n');
        // Chunks are what modules of more than 2 MB are installed in: those of Azle.
        const internal = ['constructor', 'installCodeChunked'];
        const methods = [PocketIc, PocketIcServer].flatMap((type) => [
            ...Object.getOwnPropertyNames(type.prototype).filter((name) => !internal.includes(name)),
            ...['create', 'start'].filter((name) => name in type)
        ]);
        expect(methods.length).toBeGreaterThan(40);
        expect(methods.filter((name) => !new RegExp(`\\.${name}(<any>)?\\(`).test(texts))).toEqual([]);
    });
});

function paidTo({ IDL: types }: { readonly IDL: any }): any {
    return types.Service({ paid_to: types.Func([types.Text], [types.Int], ['query']) });
}
