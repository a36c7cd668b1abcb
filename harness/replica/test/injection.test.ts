/**
 * Faults that strike executions and responses: they are what the IC does on such an occasion, offered only where it could happen, and
 * undone like every step.
 */
import { describe, expect, it } from '@jest/globals';
import { IllegalFaultError } from '../index.ts';
import { Lab, numbers, rejection } from './lab.ts';
import { CALLEE, CALLER_INDEX, start } from './struck.ts';
import { COUNTER, table } from './wat.ts';

describe('A trap that is injected (IC interface specification, "Message execution")', () => {
    it('in the callee undoes the callee and is CANISTER_ERROR for the caller', () => {
        const { lab, id, callee, go, undo } = start();
        lab.next();
        const request = lab.replica.enabled()[0]!;
        expect(lab.replica.faults.trap(request)).toMatchObject({ status: 'trapped', error: { errorCode: 'IC0503' } });
        expect(lab.counters(callee)).toEqual([0n, 0n]);
        lab.next();
        expect(numbers(lab.resultOf(go))).toEqual([5n]);
        expect(lab.counters(id)).toEqual([21n, 21n]);
        undo();
    });

    it('in a callback keeps what the callee did and the segment before, and runs the cleanup', () => {
        const { lab, id, callee, go, undo } = start();
        lab.next();
        lab.next();
        const response = lab.replica.enabled()[0]!;
        expect(lab.replica.faults.trap(response)).toMatchObject({ status: 'trapped', cleanup: 'ran' });
        expect(lab.counters(callee)).toEqual([1n, 1n]);
        expect(lab.counters(id)).toEqual([101n, 101n]);
        const { errorCode, message } = rejection(lab.resultOf(go));
        expect(errorCode).toBe('IC0503');
        expect(message).toContain("'injected: a declared fault makes this execution fail'");
        expect(lab.replica.quiescent()).toBe(true);
        undo();
    });

    it('in the cleanup too: nothing of either is left, and the caller is told both', () => {
        const { lab, id, go, undo } = start();
        lab.next();
        expect(lab.replica.faults.mayTrap(lab.replica.enabled()[0]!, 'start-and-cleanup')).toBe(false);
        lab.next();
        const response = lab.replica.enabled()[0]!;
        expect(lab.replica.faults.trap(response, 'start-and-cleanup')).toMatchObject({ cleanup: 'trapped' });
        expect(lab.counters(id)).toEqual([1n, 1n]);
        expect(rejection(lab.resultOf(go)).message).toMatch(/injected:[^]*call_on_cleanup also failed:[^]*injected:/);
        expect(lab.replica.quiescent()).toBe(true);
        undo();
    });

    it('in a reject callback runs the cleanup as well', () => {
        const { lab, id, undo } = start();
        lab.next();
        lab.replica.reject(lab.replica.enabled()[0]!, 2, 'x');
        expect(lab.replica.faults.trap(lab.replica.enabled()[0]!)).toMatchObject({ status: 'trapped', cleanup: 'ran' });
        expect(lab.counters(id)).toEqual([101n, 101n]);
        undo();
    });

    it('in a method that a user called is the answer', () => {
        const { lab, id, go, undo } = start();
        expect(lab.replica.faults.trap(go)).toMatchObject({ status: 'trapped', sent: [], answeredRoot: true });
        expect(rejection(lab.resultOf(go))).toMatchObject({ code: 5, errorCode: 'IC0503' });
        expect(lab.counters(id)).toEqual([0n, 0n]);
        undo();
    });

    it('strikes the method, not its inspection, and only what inspection lets in', () => {
        const lab = new Lab();
        const inspected = `${COUNTER} (func (export "canister_inspect_message")
            (call $debug_print (I.const 0) (I.const 1)) (if (i64.eqz (global.get $g)) (then (call $accept_message))))`;
        const id = lab.install(inspected);
        const [one, two] = [lab.submit(id, 'inc'), lab.submit(id, 'inc')];
        const { prints } = lab.replica.execute(lab.submit(id, 'get'));
        expect(lab.replica.faults.mayTrap(one)).toBe(true);
        expect(prints).toHaveLength(1);
        expect(lab.replica.faults.trap(one, 'end')).toMatchObject({ error: { errorCode: 'IC0522' } });
        lab.step(id, 'inc');
        expect(lab.replica.faults.mayTrap(two)).toBe(false);
    });

    it('is for what runs something', () => {
        const { lab } = start();
        const { faults } = lab.replica;
        lab.next();
        const request = lab.replica.enabled()[0]!;
        expect(faults.mayTrap(request)).toBe(true);
        lab.replica.reject(request, 2, 'x');
        expect(faults.mayTrap(request)).toBe(false);
        expect(() => faults.trap(request)).toThrow(IllegalFaultError);
    });
});

describe('Instructions that are used up at the end of an execution (IC0522)', () => {
    /** "work" prints and adds 1, then traps by itself when its argument is not empty. */
    const WORKER = `${COUNTER} (func (export "canister_update work")
        (call $debug_print (I.const 0) (I.const 1)) (call $add (i64.const 1))
        (if (i32.eqz (call $has_arg)) (then (call $reply_i64 (i64.const 0))) (else (unreachable))))
        (func $has_arg (result i32) (i32.ne (i32.const 0) (call $msg_arg_data_size)))`;

    it.each([[''], ['x']])('undo its work, and what it printed is seen (argument "%s")', (arg) => {
        const lab = new Lab();
        const id = lab.install(WORKER);
        const work = lab.submit(id, 'work', new TextEncoder().encode(arg));
        const done = lab.replica.faults.trap(work, 'end');
        expect(done).toMatchObject({ status: 'trapped', error: { code: 5, errorCode: 'IC0522' } });
        expect(done.prints).toHaveLength(1);
        expect(done.steps).toBeGreaterThan(0);
        expect(done.error!.message).toMatch(/exceeded the limit of 40000000000 instructions[^]*injected: a declared fault/);
        expect(lab.counters(id)).toEqual([0n, 0n]);
    });

    it('in a callback leave its reserve to the cleanup', () => {
        const { lab, id, undo } = start();
        lab.next();
        lab.next();
        const done = lab.replica.faults.trap(lab.replica.enabled()[0]!, 'end');
        expect(done).toMatchObject({ cleanup: 'ran', error: { errorCode: 'IC0522' } });
        expect(lab.counters(id)).toEqual([101n, 101n]);
        undo();
    });
});

describe('A task that traps', () => {
    const TASKS = `${COUNTER} (func (export "canister_update arm")
            (drop (call $global_timer_set (i64.const 1))) (call $reply_i64 (i64.const 0)))
        (func (export "canister_global_timer") (call $add (i64.const 7)) (drop (call $global_timer_set (i64.const 1))))
        (func (export "canister_heartbeat") (call $add (i64.const 5)))`;

    it('a timer is not set any more, whatever its handler would have done (specification, "Global timer")', () => {
        const lab = new Lab();
        const id = lab.install(TASKS);
        lab.step(id, 'arm');
        const mark = lab.replica.mark();
        for (const at of ['start', 'end'] as const) {
            const timer = lab.replica.enabled()[0]!;
            expect(timer.kind).toBe('timer');
            expect(lab.replica.faults.mayTrap(timer, 'start-and-cleanup')).toBe(false);
            expect(lab.replica.faults.trap(timer, at).status).toBe('trapped');
            expect(lab.counters(id)).toEqual([0n, 0n]);
            expect(lab.replica.enabled()).toEqual([]);
            lab.replica.rollback(mark);
        }
        lab.next();
        expect(lab.counters(id)).toEqual([7n, 7n]);
        expect(lab.replica.enabled()).toHaveLength(1);
    });

    it('a heartbeat has happened, and changed nothing', () => {
        const lab = new Lab();
        const id = lab.install(TASKS);
        const [beat] = lab.replica.heartbeats();
        expect(lab.replica.faults.trap(beat!).status).toBe('trapped');
        expect(lab.counters(id)).toEqual([0n, 0n]);
        expect(lab.replica.faults.mayTrap(beat!)).toBe(false);
        const [next] = lab.replica.heartbeats();
        expect(next).not.toBe(beat);
        lab.replica.execute(next!);
        expect(lab.counters(id)).toEqual([5n, 5n]);
    });

    it('is none when the canister cannot pay for it', () => {
        const lab = new Lab({ fees: 'standard' });
        const id = lab.install(TASKS);
        lab.step(id, 'arm');
        lab.replica.faults.strike(lab.replica.faults.controlOf({ control: { act: 'freeze' }, canister: 0 })!);
        const [timer] = lab.replica.enabled();
        expect(lab.replica.faults.mayTrap(timer!)).toBe(false);
        expect(lab.replica.faults.mayTrap(lab.replica.heartbeats()[0]!)).toBe(false);
    });
});

describe('A full queue (specification, "Inter-canister method calls")', () => {
    it('makes call_perform fail in the middle of the execution, which goes on', () => {
        const { lab, id, callee, go, undo } = start();
        const { faults } = lab.replica;
        expect(faults.wouldCall(go, { canister: CALLEE, method: 'inc' })).toBe(true);
        expect(faults.wouldCall(go, { method: 'other' })).toBe(false);
        expect(faults.wouldCall(go, { canister: CALLER_INDEX })).toBe(false);
        expect(() => faults.executeWithFullQueue(go, { method: 'other' })).toThrow(IllegalFaultError);
        expect(lab.counters(id)).toEqual([0n, 0n]);
        expect(faults.executeWithFullQueue(go, {})).toMatchObject({ status: 'committed', sent: [] });
        expect(numbers(lab.resultOf(go))).toEqual([9n]);
        expect(lab.counters(id)).toEqual([1001n, 1001n]);
        expect(lab.counters(callee)).toEqual([0n, 0n]);
        undo();
    });
});

/** "two" calls "inc" twice and replies how many of the calls were refused at once. */
const TWO = `${COUNTER} ${table(32, 'ignore')} (func $ignore (param I))
    (func $one (result i64) (call $begin (I.const 256) (I.const 3) (I.const 0) (I.const 0))
        (i64.extend_i32_u (call $call_perform)))
    (func (export "canister_update two") (call $callee_from_arg)
        (call $reply_i64 (i64.add (call $one) (call $one))))`;

describe('A queue that has room for some calls', () => {
    it('refuses those after them', () => {
        const lab = new Lab();
        const callee = lab.install(COUNTER);
        const id = lab.install(TWO);
        const two = lab.submit(id, 'two', callee);
        const { faults } = lab.replica;
        expect(faults.wouldCall(two, { room: 1 })).toBe(true);
        expect(faults.wouldCall(two, { room: 2 })).toBe(false);
        const mark = lab.replica.mark();
        expect(faults.executeWithFullQueue(two, { room: 1 }).sent).toHaveLength(1);
        expect(numbers(lab.resultOf(two))).toEqual([2n]);
        lab.replica.rollback(mark);
        expect(faults.executeWithFullQueue(two, {}).sent).toHaveLength(0);
        expect(numbers(lab.resultOf(two))).toEqual([4n]);
    });
});

describe('An ingress message that nobody inspects (specification, "Ingress message inspection")', () => {
    it('runs although inspection refuses it now', () => {
        const lab = new Lab();
        const id = lab.install(`${COUNTER} (func (export "canister_inspect_message")
            (if (i64.eqz (global.get $g)) (then (call $accept_message))))`);
        const { faults } = lab.replica;
        const [one, two] = [lab.submit(id, 'inc'), lab.submit(id, 'inc')];
        expect(faults.mayPass(one)).toBe(false);
        expect(() => faults.executeUninspected(one)).toThrow(IllegalFaultError);
        lab.replica.execute(one);
        expect(faults.mayPass(two)).toBe(true);
        expect(faults.executeUninspected(two).status).toBe('committed');
        expect(lab.counters(id)).toEqual([2n, 2n]);
        expect(lab.step(id, 'inc')).toMatchObject({ status: 'refused', error: { errorCode: 'IC0406' } });
        const absent = lab.submit(id, 'absent');
        expect(faults.mayPass(absent)).toBe(false);
    });
});

describe('A response that is late', () => {
    it('waits until it is released', () => {
        const { lab, id, undo } = start();
        lab.next();
        lab.next();
        const [response] = lab.replica.enabled();
        expect(lab.replica.faults.withhold(response!, 'rest').sent).toEqual([]);
        expect(lab.paths()).toEqual([]);
        expect(lab.replica.inFlight()).toEqual([response]);
        expect(lab.replica.quiescent()).toBe(false);
        expect(lab.replica.faults.releaseLate()).toBe(true);
        expect(lab.replica.faults.releaseLate()).toBe(false);
        lab.next();
        expect(lab.counters(id)).toEqual([11n, 11n]);
        undo();
    });

    it('or never arrives: its call stays open', () => {
        const { lab, undo } = start();
        lab.next();
        lab.next();
        const [response] = lab.replica.enabled();
        lab.replica.faults.withhold(response!, 'never');
        expect(lab.replica.faults.releaseLate()).toBe(false);
        expect(lab.replica.faults.lost()).toEqual([response]);
        expect(lab.replica.quiescent()).toBe(false);
        expect(() => lab.replica.faults.withhold(response!, 'rest')).toThrow(IllegalFaultError);
        undo();
    });
});
