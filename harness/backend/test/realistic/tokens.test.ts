/** Tokens with maps: mo:core maps and lists on Motoko's heap, StableBTreeMaps in Azle's stable memory; both over an upgrade. */
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DEPLOYER } from '../../deploy.ts';
import { inBothMemories, principalOf, realistic } from './world.ts';
import type { Modules, Roles, World } from './world.ts';

jest.setTimeout(300_000);

const LANGUAGES = ['motoko', 'azle'] as const;
/** Azle's heap is made anew; Motoko's stays, which the installer has to agree to. */
const UPGRADE = { motoko: 'upgrade, keeping the heap', azle: 'upgrade' } as const;

let modules: Modules;
beforeAll(async () => {
    modules = await realistic('token_motoko', 'token_azle');
});

function token(language: keyof typeof UPGRADE): () => Roles {
    return () => ({ token: [`token_${language}`, () => ['first']] });
}

const MINTED = { alice: 100n, bob: 200n, carol: 300n, dave: 400n };
const move = (world: World, from: string, to: string, amount: bigint): unknown =>
    world.call(from, 'token', 'move', principalOf(to), amount);

describe.each(LANGUAGES)('a token with maps in %s', language => {
    it('keeps its holders in order and its history, also over an upgrade', () => {
        inBothMemories(modules, token(language), world => {
            Object.entries(MINTED).forEach(([name, amount]) => {
                world.call(DEPLOYER, 'token', 'mint', principalOf(name), amount);
            });
            expect(world.rejected('alice', 'token', 'mint', principalOf('alice'), 1n).code).toBe(5);
            expect(move(world, 'dave', 'alice', 250n)).toEqual({ ok: null });
            expect(move(world, 'bob', 'carol', 200n)).toEqual({ ok: null });
            expect(move(world, 'bob', 'carol', 1n)).toEqual({ err: 'balance 0' });
            world.call(DEPLOYER, 'token', 'freeze', principalOf('carol'), 'lost keys');
            const check = () => {
                const top = [[principalOf('carol'), 500n], [principalOf('alice'), 350n]];
                expect(world.query('token', 'top', 2n)).toEqual(top);
                expect([world.query('token', 'supply'), world.query('token', 'size')]).toEqual([1_000n, 3n]);
                expect(move(world, 'carol', 'bob', 1n)).toEqual({ err: 'frozen: lost keys' });
                expect(world.query('token', 'events', 3n, 2n)).toEqual([
                    { mint: [principalOf('dave'), 400n] },
                    { move: { from: principalOf('dave'), to: principalOf('alice'), amount: 250n } }
                ]);
            };
            check();
            expect(world.install('token', `token_${language}`, UPGRADE[language], 'second')).toBeUndefined();
            check();
            expect(world.install('token', `token_${language}`, 'reinstall', 'anew')).toBeUndefined();
            expect([world.query('token', 'supply'), world.query('token', 'size')]).toEqual([0n, 0n]);
        });
    });

    it('grows over many nodes of its map, and shrinks again', () => {
        inBothMemories(modules, token(language), world => {
            const many = Array.from({ length: 40 }, (_, index) => principalOf(`holder ${index}`));
            many.forEach((to, index) => world.call(DEPLOYER, 'token', 'mint', to, BigInt(index + 1)));
            expect([world.query('token', 'size'), world.query('token', 'supply')]).toEqual([40n, 820n]);
            const mark = world.replica.mark();
            const digest = world.replica.digest();
            many.forEach((_, index) => move(world, `holder ${index}`, 'alice', BigInt(index + 1)));
            expect(world.query('token', 'top', 5n)).toEqual([[principalOf('alice'), 820n]]);
            world.replica.rollback(mark);
            expect(world.replica.digest()).toBe(digest);
            expect(world.query('token', 'size')).toBe(40n);
        });
    });

    it('runs upgrade hooks, and takes back what an upgrade did whose hook fails', () => {
        inBothMemories(modules, token(language), world => {
            const upgrade = (reason: string) =>
                world.install('token', `token_${language}`, UPGRADE[language], reason);
            world.call(DEPLOYER, 'token', 'mint', principalOf('alice'), 5n);
            move(world, 'alice', 'bob', 2n);
            expect(upgrade('second')).toBeUndefined();
            const log = ['init: first', 'before: 1 moves', 'after: second'];
            expect(world.query('token', 'log')).toEqual(log);
            move(world, 'alice', 'bob', 1n);
            expect(upgrade('refuse')).toMatchObject({ code: 5, errorCode: 'IC0503' });
            expect([world.query('token', 'log'), world.query('token', 'supply')]).toEqual([log, 5n]);
            // What lives on the heap only is there still, too.
            expect(upgrade('third')).toBeUndefined();
            expect(world.query('token', 'log')).toEqual([...log, 'before: 1 moves', 'after: third']);
        });
    });
});

it('installs new code without asking the old, when told to skip its hook', () => {
    inBothMemories(modules, token('azle'), world => {
        const mode = 'upgrade, skipping pre_upgrade';
        expect(world.install('token', 'token_azle', mode, 'second')).toBeUndefined();
        expect(world.query('token', 'log')).toEqual(['init: first', 'after: second']);
    });
});
