/** Motoko's actor classes: canisters that create, fill, feed, upgrade, empty and delete canisters. */
import { beforeAll, expect, it, jest } from '@jest/globals';
import { inBothMemories, realistic } from './world.ts';
import type { Modules, World } from './world.ts';

jest.setTimeout(300_000);
const T = 1_000_000_000_000n;

let modules: Modules;
beforeAll(async () => {
    modules = await realistic('factory_motoko', 'bucket_motoko');
});
const factory = (): { factory: [string] } => ({ factory: ['factory_motoko'] });
const tell = (world: World, method: string, ...args: unknown[]): any => world.call('alice', 'factory', method, ...args);

it('creates canisters with cycles, and changes what is in them', () => {
    inBothMemories(modules, factory, world => {
        const before = world.query('factory', 'balance');
        const id = tell(world, 'open', 2n, 2n * T);
        expect(before - world.query('factory', 'balance')).toBeGreaterThan(2n * T);
        world.meet('bucket', id, 'bucket_motoko');
        const put = (key: string): unknown => tell(world, 'put', 0n, key, `value of ${key}`);
        expect([put('a'), put('b'), put('c')]).toEqual([true, true, false]);
        const info = world.query('bucket', 'info');
        expect(info).toMatchObject({ name: 'bucket 0', limit: 2n, size: 2n, factory: world.idOf('factory') });
        // Creation costs 500e9 on a 13-node subnet; installation and storage a little.
        expect(info.cycles).toBeLessThanOrEqual(2n * T - 500_000_000_000n);
        expect(info.cycles).toBeGreaterThan(T);
        expect(world.rejected('alice', 'bucket', 'put', 'd', 'x').errorCode).toBe('IC0503');
        tell(world, 'enlarge', 0n, 3n);
        expect(put('c')).toBe(true);
        expect(world.query('bucket', 'info')).toMatchObject({ name: 'bucket 0', limit: 3n, size: 3n });
        tell(world, 'empty', 0n, 1n);
        expect(world.query('bucket', 'info')).toMatchObject({ name: 'emptied', limit: 1n, size: 0n });
        expect(world.query('bucket', 'get', 'a')).toEqual([]);
        const fed = world.query('bucket', 'info').cycles;
        expect(tell(world, 'feed', 0n, T)).toEqual([T, 0n]);
        expect(world.query('bucket', 'info').cycles).toBeGreaterThan(fed + T - T / 100n);
    });
});

it('installs on an id of its own, learns of failures, deletes', () => {
    inBothMemories(modules, factory, world => {
        const id = tell(world, 'openOn', 5n, T);
        world.meet('bucket', id, 'bucket_motoko');
        expect(world.query('bucket', 'info')).toMatchObject({ name: 'on 5', limit: 5n });
        expect(tell(world, 'put', 0n, 'k', 'v')).toBe(true);
        const other = tell(world, 'open', 1n, T);
        expect(other.toText()).not.toBe(id.toText());
        // Too few cycles for the creation: the management canister says no. More than there are: nothing is sent at all.
        expect(world.rejected('alice', 'factory', 'open', 1n, 1_000n).message).toContain('cycles');
        expect(tell(world, 'overspend')).toContain('#');
        expect(tell(world, 'close', 0n)).toBe('#stopped, then #destination_invalid');
        expect(world.replica.canister(id.toUint8Array())).toBeUndefined();
        expect(world.replica.canisterIds()).toHaveLength(2);
    });
});
