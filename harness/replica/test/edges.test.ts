/** Rules of message execution at their edges (IC interface specification, "Abstract behavior"), one a test. */
import { describe, expect, it } from '@jest/globals';
import { Lab, bytes, numbers, rejection } from './lab.ts';
import { canister, COUNTER, table } from './wat.ts';

/** "go" calls "inc" of the canister in its argument; `before` stands between call_new and call_perform. */
function caller(before: string, callback = '(call $reply_counters)', cleanup = ''): string {
    return `${COUNTER} ${table(32, 'done', 'clean')} (func $done (param I) ${callback})
        (func $clean (param I) ${cleanup})
        (func $one (call $begin (I.const 256) (I.const 3) (I.const 0) (I.const 0))
            ${before} (drop (call $call_perform)))
        (func (export "canister_update go") (call $callee_from_arg) (call $one))
        (func (export "canister_update two") (call $callee_from_arg) (call $one) (call $one))
        (func (export "canister_update three") (call $callee_from_arg) (call $one) (call $one) (call $one))`;
}

describe('Timers', () => {
    it('are disarmed before the handler runs: setting one in it returns 0', () => {
        const lab = new Lab();
        const id = lab.install(`${COUNTER}
            (func (export "canister_global_timer") (call $add (call $global_timer_set (i64.const 0))))
            (func (export "canister_update go") (drop (call $global_timer_set (i64.const 7)))
                (call $add (call $global_timer_set (i64.const 9))) (call $reply_counters))`);
        lab.call(id, 'go');
        // 7 from the update, 0 from the handler.
        expect(lab.counters(id)).toEqual([7n, 7n]);
    });

    it('have nobody to answer, and neither have the callbacks of their calls', () => {
        const lab = new Lab();
        const id = lab.install(`${caller('')} (func (export "canister_global_timer") (call $one))
            (func (export "canister_update set") (call $callee_from_arg) (drop (call $global_timer_set (i64.const 1)))
                (call $msg_reply))`);
        lab.step(id, 'set', lab.install(COUNTER));
        const steps = [lab.next(), lab.next(), lab.next()];
        expect(steps.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
            'timer committed',
            'request committed',
            'response trapped'
        ]);
        expect(steps[2]?.error?.message).toContain('already replied');
    });
});

describe('Cycles', () => {
    it('the canister itself need not attach minimum_incoming_canister_call_cycles, others must', () => {
        const lab = new Lab();
        const id = lab.create(undefined, { minimum_incoming_canister_call_cycles: [5n] });
        lab.installOn(id, canister(caller('')));
        const reject = `(call $msg_reject_msg_copy (I.const 64) (I.const 0) (I.const 8))
            (call $reply_bytes (I.const 64) (I.const 8))`;
        lab.call(id, 'go', id);
        expect(lab.counters(id)).toEqual([1n, 1n]);
        const other = lab.install(caller('', reject));
        expect(new TextDecoder().decode(bytes(lab.call(other, 'go', id)))).toBe('IC0520: ');
    });

    it('none are left to accept in the execution that answered', () => {
        const lab = new Lab();
        const callee = lab.install(`(func (export "canister_update inc") (call $msg_reply)
            (call $msg_cycles_accept128 (i64.const 0) (i64.const 100) (I.const 64)))`);
        const id = lab.install(caller('(call $call_cycles_add128 (i64.const 0) (i64.const 100))'));
        const before = [lab.status(id)['cycles'], lab.status(callee)['cycles']];
        lab.call(id, 'go', callee);
        expect([lab.status(id)['cycles'], lab.status(callee)['cycles']]).toEqual(before);
    });

    it('the refund of a response is lost with it when the call expires', () => {
        const lab = new Lab();
        const callee = lab.install(COUNTER);
        const extra = `(call $call_cycles_add128 (i64.const 0) (i64.const 100))
            (call $call_with_best_effort_response (i32.const 9))`;
        const id = lab.install(caller(extra));
        const before = lab.status(id)['cycles'] as bigint;
        const [request] = lab.step(id, 'go', callee).sent;
        lab.next();
        if (request === undefined) {
            throw new Error('no call was made');
        }
        const mark = lab.replica.mark();
        lab.replica.expire(request);
        lab.replica.settle();
        expect(before - (lab.status(id)['cycles'] as bigint)).toBe(100n);
        lab.replica.rollback(mark);
        lab.replica.settle();
        expect(lab.status(id)['cycles']).toBe(before);
    });

    it('what cleanup executes is paid for, and told as steps', () => {
        const lab = new Lab({ fees: 'standard' });
        const callee = lab.install(COUNTER);
        const spent = [5001, 1].map((times) => {
            const cleanup = `(local $i i32) (loop $l (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $l (i32.lt_u (local.get $i) (i32.const ${times}))))`;
            const id = lab.install(caller('(call $call_on_cleanup (I.const 1) (I.const 0))', 'unreachable', cleanup));
            const before = lab.status(id)['cycles'] as bigint;
            lab.step(id, 'go', callee);
            lab.next();
            const { cleanup: ran, steps } = lab.next();
            expect(ran).toBe('ran');
            return { steps, cycles: before - (lab.status(id)['cycles'] as bigint) };
        });
        const [long, short] = spent;
        expect((long?.steps ?? 0) - (short?.steps ?? 0)).toBe(5000);
        expect((long?.cycles ?? 0n) - (short?.cycles ?? 0n)).toBe(5000n);
    });

    it('what is set aside for an execution must leave the freezing limit', () => {
        const lab = new Lab({ fees: 'standard' });
        const outcome = [41_000_000_000n, 40_000_000_000n].map((liquid) => {
            const id = lab.create();
            lab.installOn(id, canister(COUNTER));
            lab.leave(id, liquid);
            const top = lab.create(undefined, {});
            lab.installOn(top, canister(caller('', '(call $reply_i64 (i64.extend_i32_u (call $msg_reject_code)))')));
            return numbers(lab.call(top, 'go', id))[0];
        });
        // SYS_TRANSIENT.
        expect(outcome).toEqual([0n, 2n]);
    });
});

describe('Faults', () => {
    it('a request behind another one can be rejected; the rest of the queue stays in order', () => {
        const lab = new Lab();
        const [id, other, callee] = [lab.install(caller('')), lab.install(caller('')), lab.install(COUNTER)];
        const others = lab.step(other, 'two', callee).sent.map(({ path }) => path);
        const { sent } = lab.step(id, 'three', callee);
        const [first, second, third] = sent;
        if (first === undefined || second === undefined || third === undefined) {
            throw new Error('three calls were to be made');
        }
        const mark = lab.replica.mark();
        const digest = lab.replica.digest();
        lab.replica.reject(second, 2, 'no');
        const response = `${second.path}/r`;
        const inFlight = (): string[] => lab.replica.inFlight().map(({ path }) => path);
        expect(inFlight()).toEqual([...others, first.path, third.path, response]);
        expect(lab.paths()).toEqual([others[0], first.path, response]);
        lab.replica.execute(first);
        expect(inFlight()).toEqual([...others, third.path, response, `${first.path}/r`]);
        expect(lab.paths()).toEqual([others[0], third.path, response, `${first.path}/r`]);
        lab.replica.settle();
        expect(lab.replica.quiescent()).toBe(true);
        lab.replica.rollback(mark);
        expect(lab.replica.digest()).toBe(digest);
    });
});

describe('Queries', () => {
    it('have their own limit on replies, called as queries only', () => {
        const lab = new Lab({ limits: { replyBytesMax: 10, queryReplyBytesMax: 20 } });
        const id = lab.install('(func (export "canister_query q") (call $reply_bytes (I.const 0) (I.const 20)))');
        expect(bytes(lab.query(id, 'q')).length).toBe(20);
        expect(rejection(lab.call(id, 'q')).message).toContain('(20) cannot be larger than 10');
    });
});
