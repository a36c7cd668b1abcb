/**
 * Work that the host does for a canister is metered like the canister's own, as on the IC, where each System API function
 * costs instructions: a loop around one ends at the limit, soon and without filling the machine's memory.
 */
import { describe, expect, it } from '@jest/globals';
import { Journal } from '../journal.ts';
import { Lab, numbers, rejection } from './lab.ts';
import { COUNTER } from './wat.ts';

const STEPS = 1_000_000;

/** Runs `body` for ever, on 1 MiB of stable memory; returns what the step did. */
function runaway(body: string): ReturnType<Lab['step']> {
    const lab = new Lab({ limits: { steps: { message: STEPS } } });
    const id = lab.install(`${COUNTER} (func (export "canister_update go")
        (drop (call $stable64_grow (i64.const 16))) (loop $l ${body} (br $l)))`);
    const digest = lab.replica.digest();
    const mark = lab.replica.mark();
    const execution = lab.step(id, 'go');
    lab.replica.rollback(mark);
    expect(lab.replica.digest()).toBe(digest);
    return execution;
}

/** `body`, and a trap instead when it comes by more often. */
function atMost(times: number, body: string): string {
    return `(i64.store (I.const 8) (i64.add (i64.load (I.const 8)) (i64.const 1)))
        (if (i64.gt_u (i64.load (I.const 8)) (i64.const ${times})) (then unreachable)) ${body}`;
}

const BEGIN = '(call $begin (I.const 256) (I.const 3) (I.const 0) (I.const 0))';

describe('A loop for ever around a System API function', () => {
    it.each([
        // 32 steps each: 1,000,000 steps pay for 31,250.
        ['time', '(drop (call $time))', 15_000, 33_000],
        [
            'msg_reply_data_append of nothing',
            '(call $msg_reply_data_append (I.const 0) (I.const 0))',
            15_000,
            33_000
        ],
        // These cost this machine more, and a thousand steps of its own patience.
        ['call_new', BEGIN, 900, 1_100],
        [
            'global_timer_set',
            '(global.set $g (i64.add (global.get $g) (i64.const 1))) (drop (call $global_timer_set (global.get $g)))',
            900,
            1_100
        ]
    ])('%s ends after as many calls as the limit pays for', (_name, body, few, many) => {
        expect(runaway(atMost(many, body)).error?.errorCode).toBe('IC0522');
        expect(runaway(atMost(few, body)).error?.errorCode).toBe('IC0502');
    });

    it('is charged for the bytes that it moves, as memory.copy is', () => {
        const cases = [
            '(call $stable64_write (i64.const 0) (i64.const 0) (i64.const 65536))',
            '(call $stable64_read (i64.const 0) (i64.const 0) (i64.const 65536))',
            '(call $debug_print (I.const 0) (I.const 65536))',
            '(call $msg_reply_data_append (I.const 0) (I.const 29))'
        ];
        const rounds = cases.map((body) => runaway(atMost(2_000, body)).error?.errorCode);
        // 2,000 rounds of 64 KiB are over a million steps, 2,000 short ones are not.
        expect(rounds).toEqual(['IC0522', 'IC0522', 'IC0522', 'IC0502']);
    });

    it('debug_print of nothing prints a bounded number of lines', () => {
        const lab = new Lab({ limits: { logBytesMax: 100 } });
        const body = `(local $i i32) (loop $l (call $debug_print (I.const 0) (I.const 0))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $l (i32.lt_u (local.get $i) (i32.const 5000))))`;
        const { prints } = lab.step(lab.install(`(func (export "canister_update go") ${body})`), 'go');
        expect(prints).toHaveLength(101);
        expect(prints.at(-1)).toContain('a limit of this tool');
    });

    it.each(['unit', 'instructions'] as const)('a flood of lines ends soon, counted in %ss', (metering) => {
        const lab = new Lab({ metering, limits: { logBytesMax: 100, steps: { message: STEPS } } });
        const body = '(loop $l (call $debug_print (I.const 336) (I.const 4)) (br $l))';
        const { error, prints, steps } = lab.step(lab.install(`(func (export "canister_update go") ${body})`), 'go');
        expect(error?.errorCode).toBe('IC0522');
        expect(prints).toHaveLength(21);
        // 20 lines are shown, 250 more are for the log; without the flood's price there would be 10,000 and more.
        expect(steps).toBeLessThan(metering === 'unit' ? 12_000 : 40_000);
    });

    it.each([
        ['grown by nothing', '(drop (call $stable64_grow (i64.const 0)))', 1_000],
        ['asked for its balance', '(call $canister_cycle_balance128 (I.const 64))', 1_000],
        ['written to', '(call $stable64_write (i64.const 0) (i64.const 0) (i64.const 65536))', 130]
    ])('a canister that is %s for ever ends before it takes this machine minutes', (_name, body, most) => {
        const times = `(i64.store (I.const 0) (i64.add (i64.load (I.const 0)) (i64.const 1))) ${body}
            (call $debug_print (I.const 0) (I.const 1))`;
        const { error, prints } = runaway(times);
        expect(error?.errorCode).toBe('IC0522');
        expect(prints.length).toBeGreaterThan(most / 2);
        expect(prints.length).toBeLessThanOrEqual(most);
    });

    it('performance_counter counts what the host did', () => {
        const lab = new Lab({ metering: 'unit' });
        const id = lab.install(`(func (export "canister_query q") (local $before i64)
            (local.set $before (call $performance_counter (i32.const 0)))
            (call $debug_print (I.const 0) (I.const 6400))
            (call $reply_i64 (i64.sub (call $performance_counter (i32.const 0)) (local.get $before))))`);
        // Two calls of 32 steps, and 6,400 bytes of 64 a step.
        expect(numbers(lab.query(id, 'q'))).toEqual([164n]);
    });
});

describe('Appending byte by byte', () => {
    it('gives the same message as appending at once', () => {
        const lab = new Lab();
        const id = lab.install(`(func (export "canister_query q") (local $i i32) (loop $l
            (i32.store (I.const 64) (local.get $i)) (call $msg_reply_data_append (I.const 64) (I.const 1))
            (call $msg_reply_data_append (I.const 64) (I.const 0))
            (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $l (i32.lt_u (local.get $i) (i32.const 3000))))
            (call $msg_reply))`);
        const result = lab.query(id, 'q');
        expect(result).toEqual({ kind: 'reply', reply: Uint8Array.from({ length: 3000 }, (_, at) => at % 256) });
    });

    it('beyond the limit of a reply traps, and nothing was replied', () => {
        const lab = new Lab({ limits: { replyBytesMax: 5 } });
        const id = lab.install(`(func (export "canister_update go") (loop $l
            (call $msg_reply_data_append (I.const 64) (I.const 1)) (br $l)))`);
        expect(rejection(lab.call(id, 'go')).message).toContain('application payload size (6) cannot be larger than 5');
    });
});

describe('The journal', () => {
    it('records a property that is set again and again once a savepoint, and undoes to each savepoint', () => {
        const journal = new Journal();
        const target = { a: 0, b: 0, c: 0 };
        const points = [1, 2, 3].map((value) => {
            const position = journal.savepoint();
            for (let at = 0; at < 1000; at++) {
                journal.set(target, 'a', value * 1000 + at);
                journal.set(target, 'b', value * 1000 + at);
                journal.set(target, 'c', value * 1000 + at);
            }
            return { position, value: value === 1 ? 0 : value * 1000 - 1 };
        });
        expect(journal.length).toBe(9);
        for (const { position, value } of points.toReversed()) {
            journal.undoTo(position);
            expect(target).toEqual({ a: value, b: value, c: value });
            // What is set after an undo is undone to there as well.
            journal.set(target, 'a', -1);
            journal.undoTo(position);
            expect(target.a).toBe(value);
        }
    });
});
