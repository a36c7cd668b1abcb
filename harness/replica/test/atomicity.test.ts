/**
 * Message execution is atomic (IC interface specification, "Message execution"; what other in-process replicas get
 * wrong).
 */
import { describe, expect, it } from '@jest/globals';
import { Lab, numbers, rejection } from './lab.ts';
import { COUNTER, table } from './wat.ts';

/** Changes heap, global and stable memory, then does `end`. */
const CHANGE = (end: string): string => `
    (call $add (i64.const 5))
    (drop (call $stable64_grow (i64.const 1)))
    (call $stable64_write (i64.const 0) (i64.const 256) (i64.const 3))
    ${end}`;

const TRAPS = {
    unreachable: 'unreachable',
    'division by zero': '(drop (i32.div_u (i32.const 1) (i32.const 0)))',
    'out of bounds': '(drop (i32.load (i32.const 9999999)))',
    'ic0.trap': '(call $trap (I.const 336) (I.const 4))',
    'a contract violation': '(call $msg_reply) (call $msg_reply)',
    'deep recursion': '(call $deep)',
    'an endless loop': '(loop (br 0))'
};

describe('A trap rolls back everything that its execution did', () => {
    it.each(Object.entries(TRAPS))('%s: heap, globals and stable memory', (_, trap) => {
        const lab = new Lab({ limits: { steps: { message: 100_000 } } });
        const id = lab.install(`${COUNTER}
            (func $deep (call $deep) (call $add (i64.const 1)))
            (func (export "canister_query stable") (call $reply_i64 (call $stable64_size)))
            (func (export "canister_update bad") ${CHANGE(trap)})
            (func (export "canister_update idle") ${trap})`);
        const mark = lab.replica.mark();
        expect(lab.replica.execute(lab.submit(id, 'bad', undefined, 'x')).status).toBe('trapped');
        expect(lab.counters(id)).toEqual([0n, 0n]);
        expect(numbers(lab.query(id, 'stable'))).toEqual([0n]);
        // The whole subnet is as after a message that only trapped.
        const digest = lab.replica.digest();
        lab.replica.rollback(mark);
        lab.replica.execute(lab.submit(id, 'idle', undefined, 'x'));
        expect(lab.replica.digest()).toBe(digest);
    });

    it('calls that a trapped message performed never exist', () => {
        const lab = new Lab();
        const target = lab.install(COUNTER);
        const id = lab.install(`${table(32, 'done')} (func $done (param I))
            (func (export "canister_update go") (call $callee_from_arg)
                (call $call_inc (I.const 0) (I.const 0)) unreachable)`);
        const execution = lab.step(id, 'go', target);
        expect(execution.sent).toEqual([]);
        expect(lab.replica.enabled()).toEqual([]);
        expect(lab.counters(target)).toEqual([0n, 0n]);
    });

    it('a reply before the trap is revoked', () => {
        const lab = new Lab();
        const id = lab.install('(func (export "canister_update go") (call $reply_counters) unreachable)');
        expect(rejection(lab.call(id, 'go')).errorCode).toBe('IC0502');
    });

    it('certified data and the timer', () => {
        const lab = new Lab();
        const id = lab.install(`(func (export "canister_global_timer"))
            (func (export "canister_update go") (call $certified_data_set (I.const 336) (I.const 4))
                (drop (call $global_timer_set (i64.const 1))) unreachable)
            (func (export "canister_update idle") unreachable)`);
        const mark = lab.replica.mark();
        lab.replica.execute(lab.submit(id, 'go', undefined, 'x'));
        expect(lab.replica.enabled()).toEqual([]);
        expect(lab.replica.nextTimer()).toBeUndefined();
        const digest = lab.replica.digest();
        lab.replica.rollback(mark);
        lab.replica.execute(lab.submit(id, 'idle', undefined, 'x'));
        expect(lab.replica.digest()).toBe(digest);
    });
});

describe('A call commits segment by segment', () => {
    const CALLER = `${COUNTER} ${table(32, 'good', 'bad', 'fail')}
        (func $good (param I) (call $add (i64.const 10)) (call $reply_counters))
        (func $bad (param I) (call $add (i64.const 100)) (call $reply_counters))
        (func $fail (param I) (call $add (i64.const 1000)) unreachable)
        (func (export "canister_update go") (call $callee_from_arg) (call $add (i64.const 1))
            (call $call_inc (I.const 0) (I.const 1)))
        (func (export "canister_update go_trap") (call $callee_from_arg) (call $add (i64.const 1))
            (call $call_inc (I.const 2) (I.const 2)))`;

    it('each commit is visible to queries at once, and no sooner', () => {
        const lab = new Lab();
        const [a, b] = [lab.install(CALLER), lab.install(COUNTER)];
        const message = lab.submit(a, 'go', b, 'alice#1');
        const seen: unknown[] = [];
        const look = (): number => seen.push([lab.counters(a)[0], lab.counters(b)[0]]);
        look();
        expect(lab.paths()).toEqual(['alice#1']);
        lab.next();
        look();
        expect(lab.paths()).toEqual(['alice#1/0']);
        lab.next();
        look();
        expect(lab.paths()).toEqual(['alice#1/0/r']);
        lab.next();
        look();
        expect(seen).toEqual([
            [0n, 0n],
            [1n, 0n],
            [1n, 1n],
            [11n, 1n]
        ]);
        expect(numbers(lab.resultOf(message))).toEqual([11n, 11n]);
    });

    it('a trap after the await undoes the last segment only, and not the callee', () => {
        const lab = new Lab();
        const [a, b] = [lab.install(CALLER), lab.install(COUNTER)];
        expect(rejection(lab.call(a, 'go_trap', b)).code).toBe(5);
        expect(lab.counters(a)).toEqual([1n, 1n]);
        expect(lab.counters(b)).toEqual([1n, 1n]);
    });

    it('a trapped callback does not restore the state from before other calls committed', () => {
        const lab = new Lab();
        const [a, b] = [lab.install(CALLER), lab.install(COUNTER)];
        lab.step(a, 'go_trap', b);
        lab.step(a, 'inc');
        lab.next();
        lab.next();
        // 1 of the first segment and 1 of inc; a stale copy would lose the second.
        expect(lab.counters(a)).toEqual([2n, 2n]);
    });
});
