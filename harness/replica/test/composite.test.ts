/** Composite queries (IC interface specification, "Query call"; ic-semantics 3.11). */
import { describe, expect, it } from '@jest/globals';
import { bytes, Lab, numbers, rejection, text } from './lab.ts';
import { canister, COUNTER, table } from './wat.ts';

/**
 * `go`: counts 10, calls "get" of the callee in the argument, counts what came back and 100 in the callback, replies
 * both counters. `twice`: two calls, answers after the second. `grow`: stable memory, kept between callbacks.
 */
const ASKING = (width: 32 | 64 = 32): string => `${COUNTER}
    ${table(width, 'one', 'two', 'fail', 'tidy', 'rejected', 'ask_again', 'stable', 'silent')}
    (func $received (result i64)
        (call $msg_arg_data_copy (I.const 64) (I.const 0) (I.const 8)) (i64.load (I.const 64)))
    (func $one (param I) (call $add (i64.add (i64.const 100) (call $received))) (call $reply_counters))
    (func $two (param I)
        (call $add (i64.const 100))
        (if (i64.gt_s (i64.load (I.const 0)) (i64.const 200)) (then (call $reply_counters))))
    (func $fail (param I) (call $add (i64.const 1000)) (call $trap_boom))
    (func $trap_boom (call $trap (I.const 336) (I.const 4)))
    (func $tidy (param I) (call $add (i64.const 1)))
    (func $rejected (param I)
        (call $msg_reject_msg_copy (I.const 64) (I.const 0) (call $msg_reject_msg_size))
        (call $reply_bytes (I.const 64) (call $msg_reject_msg_size)))
    (func $ask_again (param I) (call $begin (I.const 256) (I.const 3) (I.const 4) (I.const 4))
        (drop (call $call_perform)))
    (func $stable (param I) (call $reply_i64 (call $stable64_size)))
    (func $silent (param I))
    (func $get (param $reply I) (param $reject I)
        (call $begin (I.const 400) (I.const 3) (local.get $reply) (local.get $reject))
        (drop (call $call_perform)))
    (data (I.const 400) "get")
    (func (export "canister_composite_query go") (call $callee_from_arg) (call $add (i64.const 10))
        (call $get (I.const 0) (I.const 4)))
    (func (export "canister_composite_query twice") (call $callee_from_arg) (call $add (i64.const 10))
        (call $get (I.const 1) (I.const 4)) (call $get (I.const 1) (I.const 4)))
    (func (export "canister_composite_query trapped") (call $callee_from_arg)
        (call $begin (I.const 400) (I.const 3) (I.const 2) (I.const 2)) (call $call_on_cleanup (I.const 3) (I.const 0))
        (drop (call $call_perform)))
    (func (export "canister_composite_query forgotten") (call $callee_from_arg)
        (call $get (I.const 2) (I.const 2)) (call $get (I.const 0) (I.const 0)))
    (func (export "canister_composite_query update") (call $callee_from_arg)
        (call $begin (I.const 256) (I.const 3) (I.const 0) (I.const 4)) (drop (call $call_perform)))
    (func (export "canister_composite_query later") (call $callee_from_arg) (call $get (I.const 5) (I.const 5)))
    (func (export "canister_composite_query grow") (call $callee_from_arg) (drop (call $stable64_grow (i64.const 3)))
        (call $get (I.const 6) (I.const 6)))
    (func (export "canister_composite_query silent") (call $callee_from_arg) (call $get (I.const 7) (I.const 7)))
    (func (export "canister_composite_query nothing"))
    (func (export "canister_composite_query answered") (call $callee_from_arg) (call $add (i64.const 3))
        (call $get (I.const 2) (I.const 2)) (call $reply_counters))`;

function pair(lab: Lab, width: 32 | 64 = 32): [Uint8Array, Uint8Array] {
    const callee = lab.install(COUNTER);
    lab.step(callee, 'inc');
    return [lab.install(canister(ASKING(width), width)), callee];
}

describe.each([32, 64] as const)('A composite query with %i-bit memory', (width) => {
    it('calls after it returned; callbacks see what it did; nothing stays', () => {
        const lab = new Lab();
        const [id, callee] = pair(lab, width);
        const digest = lab.replica.digest();
        expect(numbers(lab.query(id, 'go', callee))).toEqual([111n, 111n]);
        expect(numbers(lab.query(id, 'twice', callee))).toEqual([210n, 210n]);
        expect(numbers(lab.query(id, 'grow', callee))).toEqual([3n]);
        expect(lab.replica.digest()).toBe(digest);
        expect(lab.counters(id)).toEqual([0n, 0n]);
    });
});

describe.each(['fast', 'reference'] as const)('A composite query that calls its own canister (%s memory)', (memory) => {
    it('sees the committed state there, and its own state afterwards', () => {
        const lab = new Lab({ memory });
        const [id] = pair(lab);
        const digest = lab.replica.digest();
        // 10 before, 100 in the callback, and 0 from the committed counter.
        expect(numbers(lab.query(id, 'go', id))).toEqual([110n, 110n]);
        expect(numbers(lab.query(id, 'twice', id))).toEqual([210n, 210n]);
        expect(numbers(lab.query(id, 'grow', id))).toEqual([3n]);
        lab.step(id, 'inc');
        expect(numbers(lab.query(id, 'go', id))).toEqual([112n, 112n]);
        expect(lab.counters(id)).toEqual([1n, 1n]);
        expect(lab.replica.digest()).not.toBe(digest);
    });
});

describe('A composite query', () => {
    it('that answers drops the calls it made', () => {
        const lab = new Lab();
        const [id, callee] = pair(lab);
        expect(numbers(lab.query(id, 'answered', callee))).toEqual([3n, 3n]);
    });

    it('is rejected with the trap of its last callback, after cleanup', () => {
        const lab = new Lab();
        const [id, callee] = pair(lab);
        expect(rejection(lab.query(id, 'trapped', callee))).toMatchObject({ code: 5, errorCode: 'IC0503' });
        // The first callback traps, which is forgotten and undone: the second one answers.
        expect(numbers(lab.query(id, 'forgotten', callee))).toEqual([101n, 101n]);
    });

    it('that nobody answers is rejected', () => {
        const lab = new Lab();
        const [id, callee] = pair(lab);
        const message = `Canister ${text(id)} did not produce a response`;
        expect(rejection(lab.query(id, 'silent', callee))).toEqual({
            kind: 'reject', code: 5, errorCode: 'IC0506', message
        });
        expect(rejection(lab.query(id, 'nothing')).message).toBe(message);
    });

    it('can call from callbacks, and learns why a call failed', () => {
        const lab = new Lab();
        const [id, callee] = pair(lab);
        const said = (method: string, to: Uint8Array): string =>
            new TextDecoder().decode(bytes(lab.query(id, method, to)));
        const noMethod = `Error from Canister ${text(callee)}: Canister has no query method 'inc'..`;
        // Without the error code in front, other than in updates.
        expect(said('update', callee).startsWith(noMethod)).toBe(true);
        expect(said('later', callee).startsWith(noMethod)).toBe(true);
        const nobody = new Uint8Array([0, 0, 0, 0, 0, 0, 0, 99, 1, 1]);
        expect(said('go', nobody)).toBe(`Canister ${text(nobody)} not found`);
    });

    it('cannot be called replicated, by users or canisters', () => {
        const lab = new Lab();
        const [id] = pair(lab);
        expect(rejection(lab.call(id, 'go'))).toEqual({
            kind: 'reject', code: 5, errorCode: 'IC0527', message: 'Composite query cannot be called in replicated mode'
        });
    });

    it('gives the certificate to the canister that the user asked, not to others', () => {
        const lab = new Lab();
        const present = (where: string): string => `(func (export "canister_${where}")
            (call $reply_i64 (i64.extend_i32_u (call $data_certificate_present))))`;
        const callee = lab.install(present('query get'));
        const id = lab.install(`${ASKING()} ${present('composite_query present')}`);
        const dataCertificate = new Uint8Array([1]);
        const ask = (method: string, arg: Uint8Array) =>
            lab.replica.query({ canisterId: id, method, arg, dataCertificate });
        expect(numbers(ask('present', callee))).toEqual([1n]);
        expect(numbers(ask('go', callee))[0]).toBe(110n);
    });

    it('stops at a depth of 6 and at the instructions of all together', () => {
        const lab = new Lab();
        // Calls itself as often as the argument says.
        const id = lab.install(`${table(32, 'done')} (func $done (param I)
                (call $msg_arg_data_copy (I.const 64) (I.const 0) (I.const 8))
                (call $reply_bytes (I.const 64) (I.const 8)))
            (data (I.const 400) "down")
            (func (export "canister_composite_query down")
                (call $msg_arg_data_copy (I.const 0) (I.const 0) (I.const 8))
                (if (i64.eqz (i64.load (I.const 0))) (then (call $reply_i64 (i64.const 42)) (return)))
                (i64.store (I.const 0) (i64.sub (i64.load (I.const 0)) (i64.const 1)))
                (call $canister_self_copy (I.const 128) (I.const 0) (I.const 10))
                (call $begin (I.const 400) (I.const 4) (I.const 0) (I.const 0))
                (call $call_data_append (I.const 0) (I.const 8)) (drop (call $call_perform)))
            (func (export "canister_composite_query wide")
                (local $n i32)
                (call $canister_self_copy (I.const 128) (I.const 0) (I.const 10))
                (loop
                    (call $begin (I.const 288) (I.const 4) (I.const 1) (I.const 1)) (drop (call $call_perform))
                    (local.set $n (i32.add (local.get $n) (i32.const 1)))
                    (br_if 0 (i32.lt_u (local.get $n) (i32.const 200)))))
            (func (export "canister_query slow") (call $msg_reply))`);
        const down = (depth: bigint) => lab.query(id, 'down', new Uint8Array(BigInt64Array.of(depth).buffer));
        expect(numbers(down(6n))).toEqual([42n]);
        expect(rejection(down(7n))).toEqual({
            kind: 'reject', code: 5, errorCode: 'IC0525',
            message: 'Composite query calls exceeded the maximum call depth.'
        });
        const digest = lab.replica.digest();
        expect(rejection(lab.query(id, 'wide'))).toEqual({
            kind: 'reject', code: 5, errorCode: 'IC0526',
            message: 'Composite query calls exceeded the instruction limit.'
        });
        expect(lab.replica.digest()).toBe(digest);
        expect(numbers(down(1n))).toEqual([42n]);
    });
});
