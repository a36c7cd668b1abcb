/** Azle's own idioms: guards, hooks, timers, heartbeats, cycles, calls, manual replies, recursive and optional Candid types. */
import { beforeAll, expect, it, jest } from '@jest/globals';
import { DEPLOYER } from '../../deploy.ts';
import { inBothMemories, principalOf, realistic } from './world.ts';
import type { Modules } from './world.ts';

jest.setTimeout(300_000);
const T = 1_000_000_000_000n;

let modules: Modules;
beforeAll(async () => {
    modules = await realistic('kiosk_azle');
});

type Kiosk = [name: string, init: () => string[]];
const kiosk: Kiosk = ['kiosk_azle', () => ['Ada']];
const one = (): { kiosk: Kiosk } => ({ kiosk });
const two = (): { kiosk: Kiosk; other: Kiosk } => ({ kiosk, other: kiosk });

it('guards methods, inspects ingress, and speaks Candid in full', () => {
    inBothMemories(modules, one, world => {
        const kind = { Snack: { grams: 250 } };
        const item = { name: 'nuts', price: 1n << 70n, kind, tags: ['dry', 'ü'], ratio: 0.1 };
        expect(world.call(DEPLOYER, 'kiosk', 'offer', item)).toBe(1);
        expect(world.call(DEPLOYER, 'kiosk', 'offer', { ...item, name: 'key', kind: { Other: ['brass'] } })).toBe(2);
        const guarded = world.rejected('alice', 'kiosk', 'offer', item);
        expect(guarded.message).toContain(`${principalOf('alice').toText()} is no controller`);
        expect([world.query('kiosk', 'find', 'nuts'), world.query('kiosk', 'find', 'soup')]).toEqual([[item], []]);
        expect(world.query('kiosk', 'find', 'key')[0].kind).toEqual({ Other: ['brass'] });
        const leaf = (value: bigint) => ({ Leaf: value });
        const tree = { Node: [{ Node: [leaf(1n), leaf(-5n)] }, leaf(1n << 64n)] };
        expect(world.query('kiosk', 'sum', tree)).toBe((1n << 64n) - 4n);
        // Queries keep nothing.
        expect([world.query('kiosk', 'forgotten'), world.query('kiosk', 'forgotten')]).toEqual([3, 3]);
        expect(world.rejected('alice', 'kiosk', 'internal').errorCode).toBe('IC0406');
        const large = { ...item, tags: ['x'.repeat(10_000)] };
        expect(world.rejected(DEPLOYER, 'kiosk', 'offer', large).errorCode).toBe('IC0406');
        world.call('alice', 'kiosk', 'throughItself');
        expect(world.query('kiosk', 'log')).toEqual(['opened@0', 'internal by itself@0']);
        expect(world.call('alice', 'kiosk', 'byHand', true)).toBe('by hand');
        expect(world.rejected('alice', 'kiosk', 'byHand', false)).toMatchObject({ code: 4, message: 'not today' });
    });
});

it('undoes what a failing method did, and tells its caller', () => {
    inBothMemories(modules, two, world => {
        expect(world.rejected('alice', 'kiosk', 'failing', 'trap')).toMatchObject({ code: 5, errorCode: 'IC0503' });
        expect(world.rejected('alice', 'kiosk', 'failing', 'throw').message).toContain('thrown on purpose');
        expect(world.query('kiosk', 'whose')).toBe('Ada');
        const tryOut = (method: string): unknown => world.call('alice', 'kiosk', 'tryOut', world.idOf('other'), method);
        expect([tryOut('failing'), tryOut('nothing')]).toEqual(['CallRejected 5', 'CallRejected 5']);
        expect(world.query('other', 'whose')).toBe('Ada');
        world.replica.settle();
    });
});

it('sends, takes and gives back cycles, and creates canisters', () => {
    inBothMemories(modules, two, world => {
        const send = (cycles: bigint, most: bigint): unknown =>
            world.call('alice', 'kiosk', 'send', world.idOf('other'), cycles, most);
        const balance = (role: string): bigint => world.replica.canister(world.idOf(role).toUint8Array())!.cycles;
        const before = balance('other');
        expect(send(3n * T, T)).toEqual({ taken: T, refunded: 2n * T, spent: T });
        expect(balance('other') - before).toBe(T);
        expect(send(0n, T)).toEqual({ taken: 0n, refunded: 0n, spent: 0n });
        const id = world.call('alice', 'kiosk', 'create', 2n * T);
        const created = world.replica.canister(id.toUint8Array())!;
        expect(created).toMatchObject({ cycles: 2n * T, status: 'running' });
        const controllers = created.controllers.map(bytes => bytes.join()).sort();
        const expected = [principalOf('alice'), world.idOf('kiosk')].map(each => each.toUint8Array().join()).sort();
        expect(controllers).toEqual(expected);
    }, { fees: 'free' });
});

it('runs timers and heartbeats; an upgrade starts the program anew', () => {
    inBothMemories(modules, one, world => {
        const tell = (method: string, ...args: unknown[]): any => world.call('alice', 'kiosk', method, ...args);
        const ticking = tell('tick', 2);
        tell('remind', 3, 'tea');
        world.pass(5);
        tell('forget', ticking);
        world.pass(3);
        expect(world.replica.nextTimer()).toBeUndefined();
        const log = ['opened@0', 'tick@2', 'tea begins@3', 'internal by itself@3', 'tea ends@3', 'tick@4'];
        expect(world.query('kiosk', 'log')).toEqual(log);
        expect(world.query('kiosk', 'beatsSeen')).toBe(0);
        for (let round = 0; round < 3; round += 1) world.replica.executeRound();
        expect(world.query('kiosk', 'beatsSeen')).toBe(3);
        tell('tick', 1);
        expect(world.install('kiosk', 'kiosk_azle', 'upgrade', 'Grace')).toBeUndefined();
        world.pass(5);
        // The heap and its timers are gone; post_upgrade ran instead of init.
        expect([world.query('kiosk', 'log'), world.query('kiosk', 'whose')]).toEqual([[], 'Grace after an upgrade']);
    });
});

// Azle 0.33 drops the closure of a timer that fires once while its interpreter is busy, and the closure wants the interpreter
// to clean up after itself (set_timer.rs of its template); those of intervals do not.
it('shows that Azle traps when a method calls off a timer that fires once, and that nothing of it stays', () => {
    inBothMemories(modules, one, world => {
        const id = world.call('alice', 'kiosk', 'remind', 3, 'tea');
        expect(world.rejected('alice', 'kiosk', 'forget', id).message).toContain('already borrowed');
        world.pass(4);
        expect(world.query('kiosk', 'log')).toEqual(['opened@0', 'tea begins@3', 'internal by itself@3', 'tea ends@3']);
    });
});
