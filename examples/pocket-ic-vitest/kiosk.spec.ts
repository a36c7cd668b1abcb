/**
 * An ordinary Vitest suite for PocketIC, of a canister in Azle: guards, timers, upgrades.
 *
 * Module: npm run build -- kiosk_azle --project canisters/realistic --out ../../.interleave/wasm
 */
import { type Actor, PocketIc, createIdentity } from '@dfinity/pic';
import { IDL } from '@icp-sdk/core/candid';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { wasmOf } from './wasm.ts';

interface Item {
    name: string;
    price: bigint;
    kind: { Drink: null } | { Snack: { grams: number } };
    tags: string[];
    ratio: number;
}
interface Kiosk {
    whose(): Promise<string>;
    log(): Promise<string[]>;
    offer(item: Item): Promise<number>;
    find(name: string): Promise<[] | [Item]>;
    internal(): Promise<undefined>;
    remind(seconds: number, what: string): Promise<bigint>;
}

const idlFactory: Parameters<PocketIc['createActor']>[0] = ({ IDL: types }) => {
    const Kind = types.Variant({ Drink: types.Null, Snack: types.Record({ grams: types.Nat32 }) });
    const Item = types.Record({
        name: types.Text,
        price: types.Nat,
        kind: Kind,
        tags: types.Vec(types.Text),
        ratio: types.Float64
    });
    return types.Service({
        whose: types.Func([], [types.Text], ['query']),
        log: types.Func([], [types.Vec(types.Text)], ['query']),
        offer: types.Func([Item], [types.Nat32], []),
        find: types.Func([types.Text], [types.Opt(Item)], ['query']),
        internal: types.Func([], [], []),
        remind: types.Func([types.Nat32, types.Text], [types.Nat64], [])
    });
};
const water: Item = { name: 'water', price: 2n, kind: { Drink: null }, tags: ['cold'], ratio: 0.5 };

describe('a kiosk', () => {
    const owner = createIdentity('owner');
    const wasm = wasmOf('kiosk_azle');
    let pic: PocketIc;
    let kiosk: Actor<Kiosk>;
    let canisterId: Awaited<ReturnType<PocketIc['createCanister']>>;

    beforeEach(async () => {
        pic = await PocketIc.create(inject('PIC_URL'));
        ({ actor: kiosk, canisterId } = await pic.setupCanister<Kiosk>({
            idlFactory,
            wasm,
            arg: IDL.encode([IDL.Text], ['Ada']),
            sender: owner.getPrincipal()
        }));
    });

    afterEach(() => pic.tearDown());

    it('lets its owner alone offer something', async () => {
        await expect(kiosk.offer(water)).rejects.toThrow(/is no controller/);
        await expect(kiosk.internal()).rejects.toThrow(/rejected the message/);
        kiosk.setIdentity(owner);
        expect(await kiosk.offer(water)).toBe(1);
        expect(await kiosk.find('water')).toEqual([water]);
        expect(await kiosk.find('wine')).toEqual([]);
    });

    it('reminds when it is time, and not before', async () => {
        await pic.tick(2);
        expect(await kiosk.log()).toEqual(['opened@0']);
        await kiosk.remind(60, 'rent');
        await pic.advanceTime(59_000);
        await pic.tick(3);
        expect(await kiosk.log()).toEqual(['opened@0']);
        await pic.advanceTime(1_000);
        await pic.tick(3);
        expect(await kiosk.log()).toEqual(['opened@0', 'rent begins@60', 'internal by itself@60', 'rent ends@60']);
    });

    it('has another owner after an upgrade', async () => {
        const sender = owner.getPrincipal();
        await pic.upgradeCanister({ canisterId, wasm, arg: IDL.encode([IDL.Text], ['Grace']), sender });
        expect(await kiosk.whose()).toBe('Grace after an upgrade');
    });
});
