/**
 * Which messages may execute (IC interface specification, "Ordering guarantees"; production's scheduler for `settle`).
 */
import { describe, expect, it } from '@jest/globals';
import { ANONYMOUS, NotEnabledError, NotSettledError, DuplicateLabelError } from '../index.ts';
import { Lab, numbers } from './lab.ts';
import { COUNTER, table } from './wat.ts';

const CALLS = (times: number): string =>
    `(call $callee_from_arg) ${'(call $call_inc (I.const 0) (I.const 0))'.repeat(times)}`;
const CALLER = (times: number): string => `${COUNTER} ${table(32, 'done')}
    (func $done (param I) (call $add (i64.const 1)))
    (func (export "canister_update go") ${CALLS(times)} (call $reply_counters))
    (func (export "canister_update slow") (call $callee_from_arg)
        (call $begin (I.const 288) (I.const 4) (I.const 0) (I.const 0)) (drop (call $call_perform)))`;

describe('Enabled messages', () => {
    it('are every ingress message, in any order', () => {
        const lab = new Lab();
        const id = lab.install(COUNTER);
        const messages = ['a', 'b', 'c'].map((label) => lab.submit(id, 'inc', undefined, label));
        expect(lab.paths()).toEqual(['a', 'b', 'c']);
        lab.replica.execute(messages[1]!);
        expect(lab.paths()).toEqual(['a', 'c']);
    });

    it('are of the requests of one pair only the oldest', () => {
        const lab = new Lab();
        const target = lab.install(COUNTER);
        const id = lab.install(CALLER(3));
        lab.submit(id, 'go', target, 'a');
        const { sent } = lab.next();
        expect(sent.map(({ path }) => path)).toEqual(['a/0', 'a/1', 'a/2']);
        expect(lab.paths()).toEqual(['a/0']);
        expect(() => lab.replica.execute(sent[1]!)).toThrow(NotEnabledError);
        expect(lab.replica.inFlight().map(({ path }) => path)).toEqual(['a/0', 'a/1', 'a/2']);
        lab.next();
        expect(lab.paths()).toEqual(['a/1', 'a/0/r']);
    });

    it('are requests of different pairs, unordered', () => {
        const lab = new Lab();
        const target = lab.install(COUNTER);
        const [x, y] = [lab.install(CALLER(2)), lab.install(CALLER(2))];
        lab.submit(x, 'go', target, 'x');
        lab.submit(y, 'go', target, 'y');
        lab.next();
        lab.next();
        expect(lab.paths()).toEqual(['x/0', 'y/0']);
    });

    it('are responses in any order, also against requests of the same pair', () => {
        const lab = new Lab();
        const target = lab.install(COUNTER);
        const id = lab.install(CALLER(3));
        lab.submit(id, 'go', target, 'a');
        lab.next();
        lab.next();
        lab.next();
        expect(lab.paths()).toEqual(['a/2', 'a/0/r', 'a/1/r']);
        lab.replica.execute(lab.replica.enabled()[2]!);
        expect(lab.paths()).toEqual(['a/2', 'a/0/r']);
    });

    it('make calls of a canister to itself real messages', () => {
        const lab = new Lab();
        const id = lab.install(CALLER(2));
        lab.submit(id, 'go', id, 'a');
        lab.next();
        expect(lab.paths()).toEqual(['a/0']);
        expect(lab.counters(id)).toEqual([0n, 0n]);
        lab.replica.settle();
        // Two calls of inc and two callbacks.
        expect(lab.counters(id)).toEqual([4n, 4n]);
    });

    it('never execute twice', () => {
        const lab = new Lab();
        const message = lab.submit(lab.install(COUNTER), 'inc');
        lab.replica.execute(message);
        expect(() => lab.replica.execute(message)).toThrow(NotEnabledError);
    });
});

describe('The number of legal schedules of n concurrent calls that each make one call', () => {
    it.each([
        [1, 1],
        [2, 14],
        [3, 636]
    ])('%i calls: %i', (calls, schedules) => {
        const lab = new Lab();
        const target = lab.install(COUNTER);
        const id = lab.install(`${COUNTER} ${table(32, 'done')}
            (func $done (param I) (call $reply_counters))
            (func (export "canister_update go") (call $callee_from_arg) (call $call_inc (I.const 0) (I.const 0)))`);
        for (let at = 1; at <= calls; at++) {
            lab.submit(id, 'go', target, `alice#${at}`);
        }
        expect(countSchedules(lab)).toBe(schedules);
    });
});

function countSchedules({ replica }: Lab): number {
    if (replica.enabled().length === 0) {
        expect(replica.quiescent()).toBe(true);
        return 1;
    }
    let total = 0;
    const mark = replica.mark();
    for (const message of [...replica.enabled()]) {
        replica.execute(message);
        total += countSchedules({ replica } as Lab);
        replica.rollback(mark);
    }
    replica.release(mark);
    return total;
}

describe('Queues', () => {
    it('hold 500 calls to one callee; call_perform then returns 2 and nothing is sent', () => {
        const lab = new Lab();
        const target = lab.install(COUNTER);
        const id = lab.install(`${table(32, 'done')} (func $done (param I))
            (func (export "canister_update go") (local $i i32) (local $refused i64)
                (call $callee_from_arg)
                (loop $again
                    (call $begin (I.const 256) (I.const 3) (I.const 0) (I.const 0))
                    (if (i32.eq (call $call_perform) (i32.const 2))
                        (then (local.set $refused (i64.add (local.get $refused) (i64.const 1)))))
                    (local.set $i (i32.add (local.get $i) (i32.const 1)))
                    (br_if $again (i32.lt_u (local.get $i) (i32.const 503))))
                (call $reply_i64 (local.get $refused)))`);
        const message = lab.submit(id, 'go', target);
        expect(lab.next().sent.length).toBe(500);
        expect(numbers(lab.resultOf(message))).toEqual([3n]);
        // Slots stay taken while responses are undelivered.
        lab.next();
        const second = lab.submit(id, 'go', target);
        expect(lab.replica.execute(second).sent.length).toBe(0);
        // One delivered response frees one slot.
        lab.replica.execute(lab.replica.enabled().find(({ kind }) => kind === 'response')!);
        expect(lab.replica.execute(lab.submit(id, 'go', target)).sent.length).toBe(1);
    });

    it('are separate for each callee', () => {
        const lab = new Lab({ limits: { queueMax: 1 } });
        const [b, c] = [lab.install(COUNTER), lab.install(COUNTER)];
        const id = lab.install(CALLER(2));
        expect(lab.step(id, 'go', b).sent.length).toBe(1);
        expect(lab.step(id, 'go', c).sent.length).toBe(1);
    });
});

describe('Causal identity', () => {
    it('gives a message the same object in every schedule', () => {
        const lab = new Lab();
        const target = lab.install(COUNTER);
        const id = lab.install(CALLER(1));
        const root = lab.replica.mark();
        const first = [lab.submit(id, 'go', target, 'a'), lab.submit(id, 'go', target, 'b')];
        lab.replica.execute(first[0]!);
        const [, request] = lab.replica.enabled();
        lab.replica.rollback(root);
        const second = [lab.submit(id, 'go', target, 'a'), lab.submit(id, 'go', target, 'b')];
        expect(second).toEqual(first);
        lab.replica.execute(second[1]!);
        lab.replica.execute(second[0]!);
        expect(lab.replica.inFlight()).toContain(request);
        expect(lab.paths()).toEqual(['b/0']);
    });

    it('describes messages', () => {
        const lab = new Lab();
        const target = lab.install(COUNTER);
        const id = lab.install(CALLER(1));
        lab.replica.submit({ sender: ANONYMOUS, canisterId: id, method: 'go', arg: target, label: 'a', root: 3 });
        const [ingress] = lab.replica.enabled();
        expect(lab.replica.describe(ingress!)).toMatchObject({
            path: 'a',
            kind: 'ingress',
            sender: ANONYMOUS,
            method: 'go',
            data: target
        });
        lab.next();
        const [request] = lab.replica.enabled();
        expect(lab.replica.describe(request!)).toMatchObject({
            path: 'a/0',
            method: 'inc',
            sender: id,
            bestEffort: false
        });
        expect(request).toMatchObject({ root: 3, canister: 0 });
        lab.next();
        const [response] = lab.replica.enabled();
        expect(lab.replica.describe(response!)).toMatchObject({ path: 'a/0/r', method: 'inc', sender: target });
        expect(response).toMatchObject({ root: 3, canister: 1 });
    });

    it('refuses a label that is taken, until it is rolled back', () => {
        const lab = new Lab();
        const id = lab.install(COUNTER);
        const mark = lab.replica.mark();
        lab.submit(id, 'inc', undefined, 'a');
        expect(() => lab.submit(id, 'get', undefined, 'a')).toThrow(DuplicateLabelError);
        lab.replica.rollback(mark);
        expect(lab.submit(id, 'inc', undefined, 'a').path).toBe('a');
    });
});

describe('settle', () => {
    it('runs whole rounds: all ingress first, then the messages that it sent, canister by canister', () => {
        const lab = new Lab();
        // test(): i0 := i; i1 := await foo(); i2 := await foo(); foo is a self-call that returns ++i.
        const id = lab.install(`${table(32, 'first', 'second')}
            (func $self (call $canister_self_copy (I.const 128) (I.const 0) (I.const 10)))
            (func $first (param $i0 I) (call $msg_arg_data_copy (I.const 64) (I.const 0) (I.const 8))
                (call $call_new (I.const 128) (I.const 10) (I.const 256) (I.const 3)
                    (I.const 1) (i32.load (I.const 64)) (I.const 1) (I.const 0)) (drop (call $call_perform)))
            (func $second (param $i1 I) (call $msg_arg_data_copy (I.const 72) (I.const 0) (I.const 8))
                (i64.store (I.const 64) (i64.extend_i32_u (local.get $i1)))
                (call $reply_bytes (I.const 64) (I.const 16)))
            (func (export "canister_update inc") (call $add (i64.const 1)) (call $reply_i64 (i64.load (I.const 0))))
            (func (export "canister_update test") (call $self)
                (call $call_inc (I.const 0) (I.const 0)))`);
        const calls = Array.from({ length: 30 }, (_, at) => lab.submit(id, 'test', undefined, `c${at}`));
        lab.replica.settle();
        expect(calls.map((call) => numbers(lab.resultOf(call)))).toEqual(
            calls.map((_, at) => [BigInt(at + 1), BigInt(30 + at + 1)])
        );
    });

    it('gives up on canisters that call for ever', () => {
        const lab = new Lab();
        const id = lab.install(`${table(32, 'again')}
            (func $again (param I) (call $call_inc (I.const 0) (I.const 0)))
            (func (export "canister_update inc") (call $reply_counters))
            (func (export "canister_update go") (call $callee_from_arg) (call $call_inc (I.const 0) (I.const 0)))`);
        lab.submit(id, 'go', id);
        expect(() => lab.replica.settle(100)).toThrow(NotSettledError);
    });
});
