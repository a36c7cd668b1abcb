/**
 * Injected faults are exactly those that the IC may do (IC interface specification, "Request rejection", "Call
 * expiry").
 */
import { describe, expect, it } from '@jest/globals';
import { IllegalFaultError } from '../index.ts';
import type { RejectCode } from '../index.ts';
import { Lab, numbers, rejection } from './lab.ts';
import { COUNTER, table } from './wat.ts';

/** "go" calls "inc" or, with a timeout, makes it a bounded-wait call; the reject code comes back as a number. */
const caller = (timeout?: number): string => `${COUNTER} ${table(32, 'reply', 'reject')}
    (func $reply (param I) (call $reply_i64 (i64.const 0)))
    (func $reject (param I) (call $reply_i64 (i64.extend_i32_u (call $msg_reject_code))))
    (func (export "canister_update go") (call $callee_from_arg) (call $add (i64.const 1))
        (call $begin (I.const 256) (I.const 3) (I.const 0) (I.const 1))
        ${timeout === undefined ? '' : `(call $call_with_best_effort_response (i32.const ${timeout}))`}
        (drop (call $call_perform)))`;

function start(
    timeout?: number,
    target = COUNTER
): { lab: Lab; id: Uint8Array; callee: Uint8Array; go: ReturnType<Lab['submit']> } {
    const lab = new Lab();
    const callee = lab.install(target);
    const id = lab.install(caller(timeout));
    const go = lab.submit(id, 'go', callee, 'a');
    lab.next();
    return { lab, id, callee, go };
}

describe('Rejecting an undelivered request', () => {
    it.each([1, 2, 3, 4, 5] as RejectCode[])('with code %i reaches the caller; the callee never runs', (code) => {
        const { lab, callee, go } = start();
        const execution = lab.replica.reject(lab.replica.enabled()[0]!, code, 'because');
        expect(execution).toMatchObject({ status: 'refused', error: { code, message: 'because' } });
        expect(lab.paths()).toEqual(['a/0/r']);
        lab.next();
        expect(numbers(lab.resultOf(go))).toEqual([BigInt(code)]);
        expect(lab.counters(callee)).toEqual([0n, 0n]);
    });

    it('is not possible with SYS_UNKNOWN, nor after it ran', () => {
        const { lab } = start();
        const [request] = lab.replica.enabled();
        expect(() => lab.replica.reject(request!, 6, 'x')).toThrow(IllegalFaultError);
        lab.next();
        expect(() => lab.replica.reject(request!, 2, 'x')).toThrow(IllegalFaultError);
        expect(() => lab.replica.reject(lab.replica.enabled()[0]!, 2, 'x')).toThrow(IllegalFaultError);
    });

    it('may hit one behind another in its queue, which stays where it is', () => {
        const lab = new Lab();
        const callee = lab.install(COUNTER);
        const id = lab.install(caller());
        lab.submit(id, 'go', callee, 'a');
        lab.submit(id, 'go', callee, 'b');
        lab.next();
        lab.next();
        const [first, second] = lab.replica.inFlight();
        lab.replica.reject(second!, 2, 'x');
        expect(lab.paths()).toEqual(['a/0', 'b/0/r']);
        lab.replica.reject(first!, 2, 'x');
        expect(lab.paths()).toEqual(['b/0/r', 'a/0/r']);
        lab.replica.settle();
        expect(lab.replica.quiescent()).toBe(true);
    });

    it('of an ingress message answers the user, with code 1 or 2 only', () => {
        const lab = new Lab();
        const id = lab.install(COUNTER);
        const message = lab.submit(id, 'inc');
        expect(() => lab.replica.reject(message, 4, 'x')).toThrow(IllegalFaultError);
        expect(lab.replica.reject(message, 2, 'busy').answeredRoot).toBe(true);
        expect(rejection(lab.resultOf(message))).toEqual({ kind: 'reject', code: 2, message: 'busy' });
        expect(lab.counters(id)).toEqual([0n, 0n]);
        expect(lab.replica.quiescent()).toBe(true);
    });
});

describe('A bounded-wait call that expires', () => {
    it('while its request is queued: SYS_UNKNOWN, and the callee never runs', () => {
        const { lab, callee, go } = start(60);
        const [request] = lab.replica.enabled();
        expect(lab.replica.expirable()).toEqual([request]);
        lab.replica.expire(request!);
        expect(lab.paths()).toEqual(['a/0/r']);
        lab.next();
        expect(numbers(lab.resultOf(go))).toEqual([6n]);
        expect(lab.counters(callee)).toEqual([0n, 0n]);
        expect(lab.replica.quiescent()).toBe(true);
    });

    it('while its request is queued: the request may still be delivered later', () => {
        const { lab, callee, go } = start(60);
        const [request] = lab.replica.enabled();
        const mark = lab.replica.mark();
        lab.replica.expire(request!, 'delivered-later');
        lab.replica.rollback(mark);
        lab.replica.settle();
        expect(numbers(lab.resultOf(go))).toEqual([0n]);
        lab.replica.rollback(mark);
        lab.replica.expire(request!, 'delivered-later');
        expect(lab.paths()).toEqual(['a/0', 'a/0/r']);
        lab.replica.execute(lab.replica.enabled()[1]!);
        expect(numbers(lab.resultOf(go))).toEqual([6n]);
        lab.next();
        // The real answer went nowhere.
        expect(lab.counters(callee)).toEqual([1n, 1n]);
        expect(lab.replica.quiescent()).toBe(true);
    });

    it('while the callee works: it goes on, its answer is dropped', () => {
        const lab = new Lab();
        const far = lab.install(COUNTER);
        const middle = lab.install(`${table(32, 'done')}
            (func $done (param I) (call $add (i64.const 1)) (call $reply_counters))
            (func (export "canister_query get") (call $reply_counters))
            (func (export "canister_update inc") (call $call_inc (I.const 0) (I.const 0)))
            (func (export "canister_update set") (call $callee_from_arg) (call $reply_counters))`);
        lab.step(middle, 'set', far);
        const id = lab.install(caller(60));
        const go = lab.submit(id, 'go', middle, 'a');
        lab.next();
        const [request] = lab.replica.enabled();
        lab.next();
        lab.replica.expire(request!);
        expect(lab.paths()).toEqual(['a/0/0', 'a/0/r']);
        lab.replica.settle();
        expect(numbers(lab.resultOf(go))).toEqual([6n]);
        expect(lab.counters(middle)).toEqual([1n, 1n]);
        expect(lab.replica.quiescent()).toBe(true);
    });

    it('while the response is undelivered: SYS_UNKNOWN in its place', () => {
        const { lab, callee, go } = start(60);
        const [request] = lab.replica.enabled();
        lab.next();
        const mark = lab.replica.mark();
        lab.replica.expire(request!);
        expect(lab.paths()).toEqual(['a/0/r']);
        expect(() => lab.replica.expire(request!)).toThrow(IllegalFaultError);
        lab.next();
        expect(numbers(lab.resultOf(go))).toEqual([6n]);
        expect(lab.counters(callee)).toEqual([1n, 1n]);
        // Rolled back, the reply is there again.
        lab.replica.rollback(mark);
        lab.next();
        expect(numbers(lab.resultOf(go))).toEqual([0n]);
        expect(lab.replica.expirable()).toEqual([]);
    });

    it('is the only kind of call that does', () => {
        const { lab } = start();
        expect(lab.replica.expirable()).toEqual([]);
        expect(() => lab.replica.expire(lab.replica.enabled()[0]!)).toThrow(IllegalFaultError);
    });

    it.each([
        [1, 1n],
        [300, 300n],
        [9999, 300n]
    ])('timeout %i s: the callee sees a deadline in %i s, in whole seconds', (timeout, seconds) => {
        const lab = new Lab({ timeNs: 10_999_999_999n });
        const callee = lab.install(
            '(func (export "canister_update inc") (i64.store (I.const 0) (call $msg_deadline)))' +
                '(func (export "canister_query get") (call $reply_i64 (i64.load (I.const 0))))'
        );
        lab.call(lab.install(caller(timeout)), 'go', callee);
        expect(numbers(lab.query(callee, 'get'))).toEqual([(10n + seconds) * 1_000_000_000n]);
    });
});
