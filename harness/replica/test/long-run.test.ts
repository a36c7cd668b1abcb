/** Replicas that run for days: nothing that is over may be kept alive. */
import { describe, expect, it } from '@jest/globals';
import { DuplicateLabelError } from '../index.ts';
import { ALICE, Lab, numbers, rejection } from './lab.ts';

const TICKING = `
(func (export "canister_init") (drop (call $global_timer_set (i64.const 1))))
(func (export "canister_global_timer")
    (call $add (i64.const 1))
    (drop (call $global_timer_set (i64.const 1))))
(func (export "canister_query get") (call $reply_counters))
(func (export "canister_update inc") (call $add (i64.const 1)) (call $reply_counters))`;

describe('a replica that forgets', () => {
    it('gives messages names of their own once they have too many causes', () => {
        const lab = new Lab({ lineageMax: 2 });
        const id = lab.install(TICKING);
        const paths: string[] = [];
        for (let tick = 0; tick < 6; tick++) {
            const [timer] = lab.replica.enabled();
            paths.push(timer?.path ?? '');
            lab.next();
        }
        expect(numbers(lab.query(id, 'get'))[0]).toBe(6n);
        expect(new Set(paths).size).toBe(6);
        expect(paths.slice(0, 2)).toStrictEqual(['#1/t', '#1/t/t']);
        expect(paths[2]).toMatch(/^~\d+$/);
        expect(paths[3]).toBe(`${paths[2]}/t`);
        expect(Math.max(...paths.map((path) => path.split('/').length))).toBe(3);
    });

    it('keeps the whole name by default', () => {
        const lab = new Lab();
        lab.install(TICKING);
        for (let tick = 0; tick < 6; tick++) {
            lab.next();
        }
        expect(lab.paths()).toStrictEqual(['#1/t/t/t/t/t/t/t']);
    });

    it('forgets an answered call on request, but not while a mark could bring it back', () => {
        const lab = new Lab();
        const id = lab.install(TICKING);
        const call = { sender: ALICE, canisterId: id, method: 'inc', arg: new Uint8Array(0), label: 'a' };
        const first = lab.replica.submit(call);
        lab.replica.forget(first);
        lab.replica.execute(first);
        const mark = lab.replica.mark();
        lab.replica.forget(first);
        expect(lab.replica.result(first)?.kind).toBe('reply');
        lab.replica.release(mark);
        lab.replica.forget(first);
        expect(lab.replica.result(first)).toBeUndefined();
        const again = lab.replica.submit(call);
        expect(again).not.toBe(first);
        lab.replica.execute(again);
        expect(lab.replica.result(again)?.kind).toBe('reply');
    });

    it('refuses a forgotten label that is taken again, also by a message that had it before', () => {
        const lab = new Lab();
        const id = lab.install(TICKING);
        const call = { sender: ALICE, canisterId: id, method: 'inc', arg: new Uint8Array(0), label: 'a' };
        const mark = lab.replica.mark();
        const first = lab.replica.submit({ ...call, root: 0 });
        lab.replica.rollback(mark);
        lab.replica.release(mark);
        const second = lab.replica.submit({ ...call, root: 1 });
        lab.replica.execute(second);
        lab.replica.forget(second);
        expect(lab.replica.submit({ ...call, root: 0 })).toBe(first);
        expect(() => lab.replica.submit({ ...call, root: 2 })).toThrow(DuplicateLabelError);
    });

    it('remembers no address that strangers only ask about', () => {
        const lab = new Lab();
        const id = lab.install(TICKING);
        const { index } = lab.replica.describe(lab.submit(id, 'inc')).canister;
        for (let stranger = 0; stranger < 3; stranger++) {
            const canisterId = new Uint8Array([0, 0, 0, 0, 9, 9, 9, stranger, 1, 1]);
            const call = { sender: ALICE, canisterId, method: 'inc', arg: new Uint8Array(0) };
            expect(rejection(lab.replica.query(call)).message).toContain('not found');
            expect(lab.replica.accept(call)?.kind).toBe('reject');
            expect(lab.replica.canister(canisterId)).toBeUndefined();
            expect(lab.replica.stateVersion(canisterId)).toBe(0);
        }
        expect(() => lab.replica.addressAt(index + 1)).toThrow(RangeError);
        expect(lab.replica.query({ canisterId: id, method: 'get', arg: new Uint8Array(0) }).kind).toBe('reply');
    });
});
