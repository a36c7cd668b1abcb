/** Time and the global timer (IC interface specification, "System time", "Global timer"). */
import { describe, expect, it } from '@jest/globals';
import { INITIAL_TIME_NS, TimeMovesBackError } from '../index.ts';
import { Lab, numbers } from './lab.ts';
import { COUNTER } from './wat.ts';

const SECOND = 1_000_000_000n;

/** "set": arms the timer at the 8-byte argument, replies the previous value. The handler does `body`. */
const timer = (body: string): string => `${COUNTER}
    (func (export "canister_query now") (call $reply_i64 (call $time)))
    (func (export "canister_update set") (call $msg_arg_data_copy (I.const 64) (I.const 0) (I.const 8))
        (call $reply_i64 (call $global_timer_set (i64.load (I.const 64)))))
    (func (export "canister_global_timer") ${body})`;

function at(ns: bigint): Uint8Array {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, ns, true);
    return bytes;
}

describe('Time', () => {
    it('moves only when told to', () => {
        const lab = new Lab();
        const id = lab.install(timer(''));
        for (let step = 0; step < 3; step++) {
            lab.step(id, 'inc');
            expect(numbers(lab.query(id, 'now'))).toEqual([INITIAL_TIME_NS]);
        }
        lab.replica.advanceTime(SECOND);
        expect(numbers(lab.query(id, 'now'))).toEqual([INITIAL_TIME_NS + SECOND]);
        expect(() => lab.replica.advanceTime(-1n)).toThrow(TimeMovesBackError);
    });
});

describe('The global timer', () => {
    it('is enabled when it is due and runs once', () => {
        const lab = new Lab();
        const id = lab.install(timer('(call $add (i64.const 1))'));
        const due = INITIAL_TIME_NS + 5n * SECOND;
        expect(numbers(lab.call(id, 'set', at(due)))).toEqual([0n]);
        expect(lab.replica.enabled()).toEqual([]);
        expect(lab.replica.nextTimer()).toBe(due);
        lab.replica.advanceTime(4n * SECOND);
        expect(lab.replica.enabled()).toEqual([]);
        lab.replica.advanceTime(SECOND);
        expect(lab.replica.enabled().map(({ kind, path }) => [kind, path])).toEqual([['timer', '#2/t']]);
        expect(lab.next().status).toBe('committed');
        expect(lab.counters(id)).toEqual([1n, 1n]);
        expect(lab.replica.nextTimer()).toBeUndefined();
        expect(lab.replica.quiescent()).toBe(true);
    });

    it('in the past is due at once; 0 disarms; the previous value is returned', () => {
        const lab = new Lab();
        const id = lab.install(timer(''));
        lab.step(id, 'set', at(1n));
        expect(lab.paths()).toEqual(['#2/t']);
        expect(numbers(lab.call(id, 'get'))).toEqual([0n, 0n]);
        lab.step(id, 'set', at(7n));
        const last = lab.submit(id, 'set', at(0n));
        lab.replica.execute(last);
        expect(numbers(lab.resultOf(last))).toEqual([7n]);
        expect(lab.replica.enabled()).toEqual([]);
    });

    it('is disarmed before the handler runs: a trap does not re-arm it', () => {
        const lab = new Lab();
        const id = lab.install(timer('(call $add (i64.const 1)) unreachable'));
        lab.step(id, 'set', at(1n));
        const execution = lab.next();
        expect(execution).toMatchObject({ kind: 'timer', status: 'trapped', answeredRoot: false });
        expect(lab.counters(id)).toEqual([0n, 0n]);
        expect(lab.replica.quiescent()).toBe(true);
    });

    it('armed by its own handler is a new message, named after it', () => {
        const lab = new Lab();
        const id = lab.install(
            timer('(call $add (i64.const 1)) (drop (call $global_timer_set (i64.add (call $time) (i64.const 5))))')
        );
        lab.step(id, 'set', at(1n));
        lab.next();
        lab.replica.advanceTime(5n);
        expect(lab.paths()).toEqual(['#2/t/t']);
        lab.next();
        expect(lab.counters(id)).toEqual([2n, 2n]);
    });

    it('runs with the management canister as caller and cannot reply', () => {
        const lab = new Lab();
        const id = lab.install(timer('(call $add (i64.extend_i32_u (call $msg_caller_size))) (call $msg_reply)'));
        lab.step(id, 'set', at(1n));
        expect(lab.next().error?.message).toContain('"ic0_msg_reply" cannot be executed in global timer mode');
    });

    it('of a module without a handler never runs', () => {
        const lab = new Lab();
        const id = lab.install(
            `${COUNTER} (func (export "canister_update go") (drop (call $global_timer_set (i64.const 1))))`
        );
        lab.step(id, 'go');
        expect(lab.replica.enabled()).toEqual([]);
        expect(lab.replica.quiescent()).toBe(true);
    });

    it('comes back with rollback, armed or due', () => {
        const lab = new Lab();
        const id = lab.install(timer(''));
        lab.step(id, 'set', at(INITIAL_TIME_NS + SECOND));
        const mark = lab.replica.mark();
        const digest = lab.replica.digest();
        lab.replica.advanceTime(2n * SECOND);
        lab.next();
        lab.replica.rollback(mark);
        expect(lab.replica.digest()).toBe(digest);
        expect(lab.replica.nextTimer()).toBe(INITIAL_TIME_NS + SECOND);
    });

    it('of two canisters: the earliest is next', () => {
        const lab = new Lab();
        const [x, y] = [lab.install(timer('')), lab.install(timer(''))];
        lab.step(x, 'set', at(INITIAL_TIME_NS + 9n));
        lab.step(y, 'set', at(INITIAL_TIME_NS + 3n));
        expect(lab.replica.nextTimer()).toBe(INITIAL_TIME_NS + 3n);
    });
});
