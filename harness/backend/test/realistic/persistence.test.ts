/**
 * Motoko canisters that keep their state over upgrades (ic-semantics 3.8): on the heap (enhanced orthogonal persistence), through
 * stable variables and hooks (the classical way), and in regions of stable memory.
 */
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { inBothMemories, principalOf, realistic } from './world.ts';
import type { Mode, Modules } from './world.ts';

jest.setTimeout(300_000);

/** What dfx asks for, by the kind of persistence; a module of the one kind declares it, and without this it is refused. */
const KINDS: readonly (readonly [kind: string, suffix: string, mode: Mode])[] = [
    ['enhanced', '', 'upgrade, keeping the heap'],
    ['classical', '_classical', 'upgrade']
];

let modules: Modules;
beforeAll(async () => {
    modules = await realistic(
        ...KINDS.flatMap(([, suffix]) => [`notes_1${suffix}`, `notes_2${suffix}`]),
        ...['notes_incompatible', 'hooks_classical', 'log_motoko', 'log_classical']
    );
});

describe.each(KINDS)('Motoko with %s persistence', (kind, suffix, mode) => {
    it('keeps maps and variables over upgrades, and converts them for a new version', () => {
        const notes = (): { notes: [string] } => ({ notes: [`notes_1${suffix}`] });
        inBothMemories(modules, notes, world => {
            const read = (id: bigint): unknown => world.call('alice', 'notes', 'read', id);
            for (const text of ['one', 'two', 'three']) world.call('alice', 'notes', 'write', text);
            expect([read(1n), read(9n)]).toEqual([['two'], []]);
            expect(world.query('notes', 'count')).toEqual({ notes: 3n, reads: 2n });
            // The same version: transient variables start anew.
            expect(world.install('notes', `notes_1${suffix}`, mode)).toBeUndefined();
            expect(world.query('notes', 'count')).toEqual({ notes: 3n, reads: 0n });
            expect(world.install('notes', `notes_2${suffix}`, mode)).toBeUndefined();
            expect(world.query('notes', 'count')).toEqual({ notes: 3n, reads: 0n, upgraded: 1n });
            expect(world.call('bob', 'notes', 'write', 'four')).toBe(3n);
            expect(world.query('notes', 'find', 2n)).toEqual([{ text: 'three', size: 5n, author: [] }]);
            const four = { text: 'four', size: 4n, author: [principalOf('bob')] };
            expect(world.query('notes', 'find', 3n)).toEqual([four]);
            // Its migration takes notes of the first version. Types of a heap have to agree exactly; what was packed as
            // Candid may have more fields, which are lost: that check is left to the tool that upgrades.
            const again = world.install('notes', `notes_2${suffix}`, mode);
            const [code, upgraded, author] = kind === 'enhanced' ? [5, 1n, [principalOf('bob')]] : [undefined, 2n, []];
            expect(again?.code).toBe(code);
            expect(world.query('notes', 'count')).toEqual({ notes: 4n, reads: 0n, upgraded });
            expect(world.query('notes', 'find', 3n)).toEqual([{ ...four, author }]);
            expect(world.install('notes', `notes_2${suffix}`, 'reinstall')).toBeUndefined();
            expect(world.query('notes', 'count')).toEqual({ notes: 0n, reads: 0n, upgraded: 0n });
        });
    });

    it('keeps what is in regions, and takes a failed message back with its pages', () => {
        const name = suffix === '' ? 'log_motoko' : 'log_classical';
        inBothMemories(modules, () => ({ log: [name] }), world => {
            const append = (text: string): unknown => world.call('alice', 'log', 'append', text);
            const long = 'x'.repeat(150_000);
            expect([append('first'), append(long), append('third')]).toEqual([0n, 1n, 2n]);
            const usage = world.query('log', 'usage');
            expect(usage).toMatchObject({ pages: BigUint64Array.of(3n, 1n), used: 150_010n });
            expect(new Set(usage.ids).size).toBe(2);
            const { version } = world.replica.canister(world.idOf('log').toUint8Array())!;
            expect(world.rejected('alice', 'log', 'fail', 200_000n).errorCode).toBe('IC0503');
            expect(world.replica.canister(world.idOf('log').toUint8Array())!.version).toBe(version);
            expect(world.query('log', 'usage')).toEqual(usage);
            expect(world.install('log', name, mode)).toBeUndefined();
            expect(world.query('log', 'usage')).toEqual(usage);
            expect(append('fourth')).toBe(3n);
            const texts = [0n, 1n, 2n, 3n, 4n].map(entry => world.query('log', 'get', entry));
            expect(texts).toEqual([['first'], [long], ['third'], ['fourth'], []]);
            expect(world.install('log', name, 'reinstall')).toBeUndefined();
            expect(world.query('log', 'get', 0n)).toEqual([]);
        });
    });
});

it('refuses to drop the heap of a module that lives on it, and an upgrade that cannot take the state', () => {
    inBothMemories(modules, () => ({ notes: ['notes_1'] }), world => {
        world.call('alice', 'notes', 'write', 'one');
        const dropped = world.install('notes', 'notes_1', 'upgrade');
        expect(dropped?.errorCode).toBe('IC0504');
        expect(dropped?.message).toContain('wasm_memory_persistence');
        const wrong = world.install('notes', 'notes_incompatible', 'upgrade, keeping the heap');
        expect(wrong?.message).toMatch(/incompatible/i);
        expect(world.call('alice', 'notes', 'read', 0n)).toEqual(['one']);
    });
});

it('packs and unpacks in upgrade hooks, and stays as it was when a hook traps', () => {
    inBothMemories(modules, () => ({ words: ['hooks_classical'] }), world => {
        const upgrade = (mode: Mode = 'upgrade'): unknown => world.install('words', 'hooks_classical', mode);
        for (const word of ['b', 'a', 'b']) world.call('alice', 'words', 'count', word);
        expect(upgrade()).toBeUndefined();
        const all = [['a', 1n], ['b', 2n]];
        expect([world.query('words', 'all'), world.query('words', 'kept')]).toEqual([all, 0n]);
        world.call('alice', 'words', 'refuseUpgrades');
        expect(upgrade()).toMatchObject({ code: 5, errorCode: 'IC0503' });
        expect(world.call('alice', 'words', 'count', 'b')).toBe(3n);
    });
    inBothMemories(modules, () => ({ words: ['hooks_classical'] }), world => {
        world.call('alice', 'words', 'count', 'lost');
        world.call('alice', 'words', 'refuseUpgrades');
        // The way out of a hook that traps: nothing is packed, and so everything is forgotten.
        expect(world.install('words', 'hooks_classical', 'upgrade, skipping pre_upgrade')).toBeUndefined();
        expect(world.query('words', 'all')).toEqual([]);
    });
});
