/** stop_canister and start_canister (IC interface specification, "Stopping a canister"). */
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from '@jest/globals';
import type { Message } from '../index.ts';
import * as types from '../management/types.ts';
import { ALICE, Lab, numbers, rejection, text } from './lab.ts';
import { forward, nextOf, PROXY, target } from './proxy.ts';
import { canister, COUNTER, table } from './wat.ts';

describe('Stopping', () => {
    it('waits for open call contexts; callbacks still run; new calls are refused', () => {
        const lab = new Lab();
        const callee = lab.install(COUNTER);
        const id = lab.install(`${COUNTER} ${table(32, 'done')} (func $done (param I) (call $add (i64.const 1))
            (call $reply_counters))
            (func (export "canister_update go") (call $callee_from_arg) (call $call_inc (I.const 0) (I.const 0)))`);
        const go = lab.submit(id, 'go', callee);
        lab.next();
        const stop = lab.submitManagement('stop_canister', types.CANISTER_ID, target(id));
        expect(lab.replica.execute(stop).answeredRoot).toBe(false);
        expect(lab.status(id)['status']).toEqual({ stopping: null });
        const late = lab.submit(id, 'inc');
        lab.replica.execute(late);
        expect(rejection(lab.resultOf(late))).toMatchObject({
            errorCode: 'IC0509',
            message: `Canister ${text(id)} is not running`
        });
        lab.replica.settle();
        expect(numbers(lab.resultOf(go))).toEqual([1n, 1n]);
        expect(lab.resultOf(stop).kind).toBe('reply');
        expect(lab.status(id)['status']).toEqual({ stopped: null });
        expect(rejection(lab.query(id, 'get')).errorCode).toBe('IC0508');
        expect(rejection(lab.call(id, 'inc')).errorCode).toBe('IC0508');
    });

    it('start_canister lets it run again and rejects a stop that still waits', () => {
        const lab = new Lab();
        const id = lab.install(`${COUNTER} ${table(32, 'done')} (func $done (param I))
            (func (export "canister_update go") (call $callee_from_arg) (call $call_inc (I.const 0) (I.const 0)))`);
        lab.step(id, 'go', lab.install(COUNTER));
        const stop = lab.submitManagement('stop_canister', types.CANISTER_ID, target(id));
        lab.replica.execute(stop);
        lab.manage('start_canister', types.CANISTER_ID, target(id));
        expect(rejection(lab.resultOf(stop)).errorCode).toBe('IC0511');
        expect(lab.status(id)['status']).toEqual({ running: null });
    });

    it('without open contexts is immediate, and is undone by rollback', () => {
        const lab = new Lab();
        const id = lab.install(COUNTER);
        const mark = lab.replica.mark();
        const digest = lab.replica.digest();
        lab.manage('stop_canister', types.CANISTER_ID, target(id));
        lab.manage('stop_canister', types.CANISTER_ID, target(id));
        expect(lab.status(id)).toMatchObject({ status: { stopped: null }, version: 4n });
        lab.replica.rollback(mark);
        expect(lab.replica.digest()).toBe(digest);
    });

    it('keeps timers from running until it is started', () => {
        const lab = new Lab();
        const id = lab.install(
            '(func (export "canister_global_timer")) (func (export "canister_update set") (drop (call ' +
                '$global_timer_set (i64.const 1))))'
        );
        lab.step(id, 'set');
        lab.manage('stop_canister', types.CANISTER_ID, target(id));
        expect(lab.replica.enabled()).toEqual([]);
        lab.manage('start_canister', types.CANISTER_ID, target(id));
        expect(lab.replica.enabled().length).toBe(1);
    });

    it('a canister that waits for its own stop with a bounded call stops when that expires', () => {
        const lab = new Lab();
        const id = lab.create(undefined, { controllers: [[]] });
        const other = lab.create();
        lab.installOn(other, canister(PROXY));
        expect(id).not.toEqual(other);
        const self = lab.create(undefined, {
            controllers: [[Principal.fromUint8Array(ALICE), Principal.fromUint8Array(nextOf(other))]]
        });
        expect(self).toEqual(nextOf(other));
        lab.installOn(self, canister(PROXY));
        const stopping = lab.submit(self, 'bounded', forward('stop_canister', types.CANISTER_ID, target(self)));
        lab.replica.settle();
        expect(lab.replica.enabled()).toEqual([]);
        expect(lab.replica.quiescent()).toBe(false);
        expect(lab.replica.result(stopping)).toBeUndefined();
        // When its deadline has passed, settle expires the call, the context ends, and the canister stops.
        lab.replica.advanceTime(61_000_000_000n);
        lab.replica.settle();
        expect(rejection(lab.resultOf(stopping)).message).toBe('Call deadline has expired.');
        expect(lab.status(self)['status']).toEqual({ stopped: null });
    });

    it('is given up after 5 minutes: IC0206 for each caller; the canister stays stopping, then stops', () => {
        const lab = new Lab();
        const id = lab.install(`${COUNTER} ${table(32, 'done')} (func $done (param I) (call $reply_counters))
            (func (export "canister_update go") (call $callee_from_arg) (call $call_inc (I.const 0) (I.const 0)))`);
        lab.step(id, 'go', lab.install(COUNTER));
        const stop = (): Message => {
            const message = lab.submitManagement('stop_canister', types.CANISTER_ID, target(id));
            lab.replica.execute(message);
            return message;
        };
        const first = stop();
        lab.replica.advanceTime(200_000_000_000n);
        const second = stop();
        const mark = lab.replica.mark();
        const digest = lab.replica.digest();
        lab.replica.advanceTime(99_999_999_999n);
        expect(lab.replica.result(first)).toBeUndefined();
        lab.replica.advanceTime(1n);
        expect(rejection(lab.resultOf(first))).toMatchObject({ code: 2, errorCode: 'IC0206' });
        expect(lab.replica.result(second)).toBeUndefined();
        expect(lab.status(id)['status']).toEqual({ stopping: null });
        lab.replica.settle();
        expect(lab.resultOf(second).kind).toBe('reply');
        expect(lab.status(id)['status']).toEqual({ stopped: null });
        lab.replica.rollback(mark);
        expect(lab.replica.digest()).toBe(digest);
        expect(lab.replica.result(first)).toBeUndefined();
    });

    it('a canister that waits for its own stop is told IC0206 after 5 minutes, and then stops', () => {
        const lab = new Lab();
        const other = lab.create();
        const self = lab.create(undefined, {
            controllers: [[Principal.fromUint8Array(ALICE), Principal.fromUint8Array(nextOf(other))]]
        });
        lab.installOn(self, canister(PROXY));
        const stopping = lab.submit(self, 'go', forward('stop_canister', types.CANISTER_ID, target(self)));
        lab.replica.settle();
        expect(lab.replica.result(stopping)).toBeUndefined();
        lab.replica.advanceTime(300_000_000_000n);
        lab.replica.settle();
        expect(rejection(lab.resultOf(stopping)).message).toContain('Stop canister request timed out');
        expect(lab.status(self)['status']).toEqual({ stopped: null });
    });
});
