/** Motoko's timers (ic-semantics 3.11): repeating, once, called off, awaiting, trapping, and gone after an upgrade. */
import { beforeAll, expect, it, jest } from '@jest/globals';
import { inBothMemories, realistic } from './world.ts';
import type { Modules } from './world.ts';

jest.setTimeout(300_000);

let modules: Modules;
beforeAll(async () => {
    modules = await realistic('clock_motoko');
});
const clock = (): { clock: [string] } => ({ clock: ['clock_motoko'] });

it('runs jobs when they are due, in order, each for itself', () => {
    inBothMemories(modules, clock, world => {
        const tell = (method: string, ...args: unknown[]): any => world.call('alice', 'clock', method, ...args);
        tell('begin', 2n);
        tell('remind', 3n, 'tea');
        tell('remindSlowly', 3n, 'coffee');
        tell('remindBadly', 3n);
        const id = tell('remind', 3n, 'forgotten');
        tell('remind', 3n, 'cake');
        tell('forget', id);
        world.pass(6);
        tell('stop');
        world.pass(4);
        const log: string[] = world.query('clock', 'log');
        expect(log.filter(each => each.startsWith('tick'))).toEqual(['tick@2', 'tick@4', 'tick@6']);
        expect([...log.filter(each => !each.startsWith('tick'))].sort()).toEqual([
            'cake@3', 'coffee begins@3', 'coffee ends@3', 'tea@3'
        ]);
        expect(world.replica.nextTimer()).toBeUndefined();
    });
});

it('forgets timers at an upgrade', () => {
    inBothMemories(modules, clock, world => {
        world.call('alice', 'clock', 'begin', 2n);
        world.call('alice', 'clock', 'remind', 5n, 'tea');
        world.pass(3);
        expect(world.install('clock', 'clock_motoko', 'upgrade, keeping the heap')).toBeUndefined();
        world.pass(7);
        expect(world.query('clock', 'log')).toEqual(['tick@2', 'upgraded@4']);
    });
});
