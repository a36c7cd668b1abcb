/** Faults that strike canisters and the clock, undone like every step. */
import { describe, expect, it } from '@jest/globals';
import { IllegalFaultError } from '../index.ts';
import { ALICE, Lab, numbers, rejection, text } from './lab.ts';
import { CALLEE, CALLER_INDEX, control, start } from './struck.ts';
import { COUNTER } from './wat.ts';

const NONE = new Uint8Array();

describe('A canister that is stopped for a while (specification, "Stopping a canister")', () => {
    it('refuses calls until the start that is enabled with it', () => {
        const started = start();
        const { lab, callee, go, undo } = started;
        const stop = control(started, { act: 'stop' }, CALLEE);
        expect(stop.path).toBe(`stop#1@${text(callee)}`);
        expect(lab.replica.faults.strike(stop).status).toBe('committed');
        expect(lab.paths()).toEqual(['a', `start#1@${text(callee)}`]);
        expect(lab.replica.faults.controlOf({ control: { act: 'stop' }, canister: CALLEE })).toBe(undefined);
        lab.replica.execute(go);
        expect(lab.replica.execute(lab.replica.enabled()[1]!)).toMatchObject({ error: { errorCode: 'IC0508' } });
        lab.next();
        expect(control(started, { act: 'stop' }, CALLEE).path).toBe(`stop#2@${text(callee)}`);
        lab.replica.settle();
        expect(numbers(lab.resultOf(go))).toEqual([5n]);
        undo();
        expect(control(started, { act: 'stop' }, CALLEE)).toBe(stop);
    });

    it('is stopping while it waits; observing it goes on', () => {
        const started = start();
        const { lab, id } = started;
        lab.next();
        lab.replica.faults.strike(control(started, { act: 'stop' }, CALLER_INDEX));
        expect(lab.replica.canister(id)?.status).toBe('stopping');
        const observation = { canisterId: id, method: 'get', arg: NONE };
        expect(numbers(lab.replica.observe(observation))).toEqual([1n, 1n]);
        lab.next();
        lab.replica.execute(lab.replica.enabled().find(({ kind }) => kind === 'response')!);
        expect(lab.replica.canister(id)?.status).toBe('stopped');
    });
});

describe('A canister without cycles', () => {
    it('refuses calls with IC0207 until it is topped up', () => {
        const started = start('standard');
        const { lab, callee, go, undo } = started;
        const before = lab.replica.canister(callee)!.cycles;
        lab.replica.faults.strike(control(started, { act: 'freeze' }, CALLEE));
        lab.replica.execute(go);
        const request = lab.replica.enabled().find(({ kind }) => kind === 'request')!;
        expect(lab.replica.faults.mayTrap(request)).toBe(false);
        const refused = { status: 'refused', error: { code: 2, errorCode: 'IC0207' } };
        expect(lab.replica.execute(request)).toMatchObject(refused);
        lab.next();
        expect(lab.replica.canister(callee)!.cycles).toBe(before);
        undo();
    });

    it('loses what came in as well, and is topped up twice', () => {
        const started = start('standard');
        const { lab, id, go, undo } = started;
        lab.replica.execute(go);
        const paths = (): string[] => lab.paths().filter((each) => each.startsWith('top-up'));
        lab.replica.faults.strike(control(started, { act: 'freeze' }, CALLER_INDEX));
        lab.replica.reject(lab.replica.enabled()[0]!, 2, 'x');
        lab.replica.execute(lab.replica.enabled().find(({ kind }) => kind === 'response')!);
        // What the callback did not use came back.
        lab.replica.faults.strike(control(started, { act: 'freeze' }, CALLER_INDEX));
        expect(paths()).toEqual([`top-up#1@${text(id)}`, `top-up#2@${text(id)}`]);
        lab.replica.settle();
        expect(paths()).toEqual([]);
        undo();
    });

    it('cannot call: call_perform fails', () => {
        const started = start('standard');
        const { lab, id, go } = started;
        lab.next();
        lab.replica.faults.strike(control(started, { act: 'freeze' }, CALLER_INDEX));
        lab.replica.settle();
        expect(numbers(lab.resultOf(go))).toEqual([0n]);
        expect(lab.counters(id)).toEqual([11n, 11n]);
    });

    it('is nothing that happens where nothing costs anything', () => {
        const { lab } = start('free');
        expect(lab.replica.faults.controlOf({ control: { act: 'freeze' }, canister: CALLEE })).toBe(undefined);
    });
});

describe('A canister that is uninstalled (specification, "Code uninstallation")', () => {
    it('rejects who waits for it, and is still observed as it was', () => {
        const started = start();
        const { lab, id, go, undo } = started;
        lab.next();
        const uninstall = control(started, { act: 'uninstall', by: ALICE }, CALLER_INDEX);
        expect(lab.replica.faults.strike(uninstall).status).toBe('committed');
        expect(rejection(lab.resultOf(go))).toMatchObject({ code: 4, message: 'Canister has been uninstalled.' });
        expect(rejection(lab.query(id, 'get')).errorCode).toBe('IC0537');
        const observation = { canisterId: id, method: 'get', arg: NONE };
        expect(numbers(lab.replica.observe(observation))).toEqual([1n, 1n]);
        expect(rejection(lab.query(id, 'get')).errorCode).toBe('IC0537');
        const upgrade = { control: { act: 'upgrade', by: ALICE, arg: NONE }, canister: CALLER_INDEX } as const;
        expect(lab.replica.faults.controlOf(upgrade)).toBe(undefined);
        lab.replica.settle();
        undo();
    });
});

describe('A canister that is upgraded between two segments (specification, "Canister upgrades")', () => {
    it('loses its heap, and the open callback runs in the new instance', () => {
        const started = start();
        const { lab, id, go, undo } = started;
        lab.next();
        const upgrade = control(started, { act: 'upgrade', by: ALICE, arg: NONE }, CALLER_INDEX);
        expect(lab.replica.faults.strike(upgrade)).toMatchObject({ status: 'committed' });
        expect(lab.counters(id)).toEqual([0n, 0n]);
        lab.replica.settle();
        expect(numbers(lab.resultOf(go))).toEqual([0n]);
        expect(lab.counters(id)).toEqual([10n, 10n]);
        undo();
    });

    it('changes nothing when a hook traps', () => {
        const lab = new Lab();
        const id = lab.install(`${COUNTER} (func (export "canister_pre_upgrade") (unreachable))`);
        const mark = lab.replica.mark();
        lab.step(id, 'inc');
        const order = { control: { act: 'upgrade', by: ALICE, arg: NONE }, canister: 0 } as const;
        const execution = lab.replica.faults.strike(lab.replica.faults.controlOf(order)!);
        expect(execution).toMatchObject({ status: 'refused', error: { errorCode: 'IC0502' } });
        expect(lab.counters(id)).toEqual([1n, 1n]);
        lab.replica.rollback(mark);
        expect(lab.counters(id)).toEqual([0n, 0n]);
    });
});

describe('A snapshot that is loaded between two segments (specification, "load_canister_snapshot")', () => {
    const take = { act: 'take-snapshot', by: ALICE } as const;

    it('forgets what it did since, and the open callback runs', () => {
        const started = start();
        const { lab, id, callee, go, undo } = started;
        expect(lab.replica.faults.strike(control(started, take, CALLER_INDEX)).status).toBe('committed');
        lab.replica.execute(go);
        lab.replica.execute(lab.replica.enabled().find(({ kind }) => kind === 'request')!);
        expect(lab.counters(id)).toEqual([1n, 1n]);
        const load = lab.replica.enabled().find(({ kind }) => kind === 'control')!;
        expect(load.path).toBe(`load-snapshot#1@${text(id)}`);
        expect(() => lab.replica.faults.strike(load)).toThrow(IllegalFaultError);
        expect(lab.replica.execute(load).status).toBe('committed');
        expect(lab.counters(id)).toEqual([0n, 0n]);
        lab.replica.settle();
        expect(lab.counters(id)).toEqual([10n, 10n]);
        expect(lab.counters(callee)).toEqual([1n, 1n]);
        undo();
    });

    it('cannot pay for it: nothing happens, and nothing has to follow', () => {
        const started = start('standard');
        const { lab, undo } = started;
        lab.replica.faults.strike(control(started, { act: 'freeze' }, CALLER_INDEX));
        const before = lab.replica.enabled().length;
        const taken = lab.replica.faults.strike(control(started, take, CALLER_INDEX));
        expect(taken).toMatchObject({ status: 'refused', error: { errorCode: 'IC0207' } });
        expect(lab.replica.enabled()).toHaveLength(before);
        undo();
    });

    it('is one of two that were taken: each is loaded once, in any order', () => {
        const started = start();
        const { lab, id, undo } = started;
        lab.replica.faults.strike(control(started, take, CALLER_INDEX));
        lab.step(id, 'inc');
        lab.replica.faults.strike(control(started, take, CALLER_INDEX));
        const [first, second] = lab.replica.enabled().filter(({ kind }) => kind === 'control');
        expect([first!.path, second!.path].map((each) => each.split('@')[0])).toEqual([
            'load-snapshot#1', 'load-snapshot#2'
        ]);
        lab.step(id, 'inc');
        lab.replica.execute(second!);
        expect(lab.counters(id)).toEqual([1n, 1n]);
        lab.replica.execute(first!);
        expect(lab.counters(id)).toEqual([0n, 0n]);
        undo();
    });

    it('is uninstalled meanwhile, and has its code again', () => {
        const started = start();
        const { lab, id } = started;
        lab.step(id, 'inc');
        lab.replica.faults.strike(control(started, take, CALLER_INDEX));
        lab.replica.faults.strike(control(started, { act: 'uninstall', by: ALICE }, CALLER_INDEX));
        lab.replica.execute(lab.replica.enabled().find(({ kind }) => kind === 'control')!);
        expect(lab.counters(id)).toEqual([1n, 1n]);
    });
});

describe('Time', () => {
    it('passes when a fault says so, and is undone', () => {
        const started = start();
        const { lab, undo } = started;
        const before = lab.replica.time();
        const clock = control(started, { act: 'clock', ns: 5_000_000_000n }, -1);
        expect(clock.path).toBe('clock#1+5s');
        lab.replica.faults.strike(clock);
        expect(lab.replica.time()).toBe(before + 5_000_000_000n);
        const toTimer = { control: { act: 'clock', ns: undefined }, canister: -1 } as const;
        expect(lab.replica.faults.controlOf(toTimer)).toBe(undefined);
        undo();
        expect(lab.replica.time()).toBe(before);
    });
});
