/**
 * Cycles: what is attached, accepted, refunded and burned is exact; fees are those given (IC interface specification,
 * "Cycles").
 */
import { describe, expect, it } from '@jest/globals';
import { Lab, numbers, rejection, text } from './lab.ts';
import { canister, COUNTER, table } from './wat.ts';

const T = 1_000_000_000_000n;

/** "go" attaches 1000 cycles to "inc"; the callback replies refund and own balance. */
const PAYER = (reply = '', attach = '(call $call_cycles_add128 (i64.const 0) (i64.const 1000))'): string => `
    ${table(32, 'reply', 'reject')}
    (func $report (call $msg_cycles_refunded128 (I.const 64)) (call $canister_cycle_balance128 (I.const 80))
        (call $reply_bytes (I.const 64) (I.const 32)))
    (func $reply (param I) ${reply} (call $report))
    (func $reject (param I) (call $report))
    (func (export "canister_update balance") (call $canister_cycle_balance128 (I.const 64)) (call $reply_bytes
        (I.const 64) (I.const 16)))
    (func (export "canister_update go") (call $callee_from_arg)
        (call $begin (I.const 256) (I.const 3) (I.const 0) (I.const 1))
        ${attach}
        (drop (call $call_perform)))`;

const ACCEPTING = (amount: number, then = '(call $reply_bytes (I.const 64) (I.const 32))'): string => `
    (func (export "canister_update inc")
        (call $msg_cycles_accept128 (i64.const 0) (i64.const ${amount}) (I.const 64))
        (call $msg_cycles_available128 (I.const 80)) ${then})`;

/** Balance as canister_status tells it. */
function balance(lab: Lab, id: Uint8Array): bigint {
    return lab.status(id)['cycles'] as bigint;
}

describe('On a free subnet cycles only move', () => {
    it('accepted cycles go to the callee, the rest returns with the response', () => {
        const lab = new Lab();
        const [payer, payee] = [lab.install(PAYER()), lab.install(ACCEPTING(300))];
        const [refund, , own] = numbers(lab.call(payer, 'go', payee));
        expect([refund, own]).toEqual([700n, 100n * T - 300n]);
        expect(balance(lab, payee)).toBe(100n * T + 300n);
    });

    it('at most what is available is accepted', () => {
        const lab = new Lab();
        const [payer, payee] = [lab.install(PAYER()), lab.install(ACCEPTING(5000))];
        expect(numbers(lab.call(payer, 'go', payee))[0]).toBe(0n);
        expect(balance(lab, payee)).toBe(100n * T + 1000n);
    });

    it('while a call is queued its cycles are in no balance', () => {
        const lab = new Lab();
        const [payer, payee] = [lab.install(PAYER()), lab.install(ACCEPTING(1))];
        lab.step(payer, 'go', payee);
        expect(balance(lab, payer)).toBe(100n * T - 1000n);
        expect(balance(lab, payee)).toBe(100n * T);
    });

    it('a callee that traps accepts nothing', () => {
        const lab = new Lab();
        const [payer, payee] = [lab.install(PAYER()), lab.install(ACCEPTING(300, 'unreachable'))];
        expect(numbers(lab.call(payer, 'go', payee))[0]).toBe(1000n);
        expect(balance(lab, payee)).toBe(100n * T);
    });

    it('a replicated query may accept', () => {
        const lab = new Lab();
        const [payer, payee] = [
            lab.install(PAYER()),
            lab.install(ACCEPTING(300).replace('canister_update', 'canister_query'))
        ];
        expect(numbers(lab.call(payer, 'go', payee))[0]).toBe(700n);
        expect(balance(lab, payee)).toBe(100n * T + 300n);
    });

    it('a callback that traps keeps the refund', () => {
        const lab = new Lab();
        const [payer, payee] = [lab.install(PAYER('unreachable')), lab.install(ACCEPTING(300))];
        lab.call(payer, 'go', payee);
        expect(balance(lab, payer)).toBe(100n * T - 300n);
    });

    it('a call that is begun but not performed returns them, and so does a trap', () => {
        const attach = '(call $call_cycles_add128 (i64.const 0) (i64.const 1000))';
        const lab = new Lab();
        const id = lab.install(`${PAYER()}
            (func (export "canister_update begin") (call $callee_from_arg)
                (call $begin (I.const 256) (I.const 3) (I.const 0) (I.const 1)) ${attach})
            (func (export "canister_update twice") (call $callee_from_arg)
                (call $begin (I.const 256) (I.const 3) (I.const 0) (I.const 1)) ${attach}
                (call $begin (I.const 256) (I.const 3) (I.const 0) (I.const 1)) unreachable)`);
        lab.call(id, 'begin', id);
        lab.call(id, 'twice', id);
        expect(balance(lab, id)).toBe(100n * T);
    });

    it('a system reject refunds all, SYS_UNKNOWN refunds nothing', () => {
        const lab = new Lab();
        const best =
            '(call $call_cycles_add128 (i64.const 0) (i64.const 1000)) (call $call_with_best_effort_response ' +
            '(i32.const 9))';
        const [payer, payee] = [lab.install(PAYER('', best)), lab.install(ACCEPTING(1))];
        const rejected = lab.submit(payer, 'go', payee);
        lab.next();
        lab.replica.reject(lab.replica.enabled()[0]!, 2, 'x');
        lab.next();
        expect(numbers(lab.resultOf(rejected))[0]).toBe(1000n);
        const expired = lab.submit(payer, 'go', payee);
        lab.next();
        lab.replica.expire(lab.replica.enabled()[0]!);
        lab.next();
        expect(numbers(lab.resultOf(expired))[0]).toBe(0n);
        expect(balance(lab, payer)).toBe(100n * T - 1000n);
    });

    it('more than the balance cannot be attached', () => {
        const lab = new Lab();
        const id = lab.create(500n);
        lab.installOn(id, canister(PAYER()));
        const { message, errorCode } = rejection(lab.call(id, 'go', id));
        expect(errorCode).toBe('IC0504');
        expect(message).toBe(`Error from Canister ${text(id)}: Canister ${text(id)} is out of cycles`);
        expect(balance(lab, id)).toBe(500n);
    });

    it('burned cycles are gone', () => {
        const lab = new Lab();
        const id = lab.install(
            '(func (export "canister_update go") (call $cycles_burn128 (i64.const 0) (i64.const 77) (I.const ' +
                '64)) (call $reply_bytes (I.const 64) (I.const 16)))'
        );
        expect(numbers(lab.call(id, 'go'))).toEqual([77n, 0n]);
        expect(balance(lab, id)).toBe(100n * T - 77n);
    });

    it('amounts over 64 bits arrive in full', () => {
        const lab = new Lab();
        const id = lab.create((5n << 64n) + 9n);
        lab.installOn(id, canister(PAYER()));
        expect(numbers(lab.call(id, 'balance'))).toEqual([9n, 5n]);
    });

    it('a balance saturates at 2^128 - 1, from the creation on', () => {
        const lab = new Lab();
        const id = lab.create(1n << 130n);
        lab.installOn(id, canister(PAYER()));
        expect(numbers(lab.call(id, 'balance'))).toEqual([-1n, -1n]);
    });
});

describe('With standard fees', () => {
    it('an update pays for induction, execution and nothing else', () => {
        const lab = new Lab({ fees: 'standard' });
        const id = lab.install(COUNTER);
        const before = balance(lab, id);
        const { steps } = lab.step(id, 'inc', new Uint8Array(10));
        const ingress = 1_200_000n + 2_000n * 13n;
        expect(before - balance(lab, id)).toBe(ingress + 5_000_000n + BigInt(steps));
    });

    it('a call pays request, response and callback; what was set aside returns', () => {
        const lab = new Lab({ fees: 'standard' });
        const [caller, callee] = [lab.install(PAYER('', '')), lab.install(COUNTER)];
        const before = balance(lab, caller);
        const calleeBefore = balance(lab, callee);
        lab.submit(caller, 'go', callee);
        const first = lab.next();
        // Set aside: the request, the largest response, and the most that a callback can cost.
        const ingress = 1_200_000n + 2_000n * 12n;
        const request = 260_000n + 1_000n * 3n;
        const setAside = request + 1_000n * 2_097_152n + 40_005_000_000n;
        expect(before - balance(lab, caller)).toBe(ingress + 5_000_000n + BigInt(first.steps) + setAside);
        const second = lab.next();
        expect(calleeBefore - balance(lab, callee)).toBe(5_000_000n + BigInt(second.steps));
        const third = lab.next();
        const response = 1_000n * 16n;
        const spent =
            ingress + 5_000_000n + BigInt(first.steps) + request + response + 5_000_000n + BigInt(third.steps);
        expect(before - balance(lab, caller)).toBe(spent);
    });

    it('texts are paid by the byte, not by the character', () => {
        const lab = new Lab({ fees: 'standard' });
        const callee = lab.install(`(data (I.const 400) "\\c3\\a4\\c3\\b6")
            (func (export "canister_update inc") (call $msg_reject (I.const 400) (I.const 4)))`);
        const caller = lab.install(`${table(32, 'done')} (func $done (param I) (call $msg_reply))
            (func (export "canister_update g\\c3\\b6")
                (call $callee_from_arg) (call $call_inc (I.const 0) (I.const 0)))`);
        const before = balance(lab, caller);
        lab.submit(caller, 'g\u00f6', callee);
        const first = lab.next();
        lab.next();
        const last = lab.next();
        const ingress = 1_200_000n + 2_000n * 13n;
        const executions = 2n * 5_000_000n + BigInt(first.steps + last.steps);
        expect(before - balance(lab, caller)).toBe(ingress + executions + 260_000n + 1_000n * 3n + 1_000n * 4n);
    });

    it('cost_call is what a call sets aside', () => {
        const lab = new Lab({ fees: 'standard' });
        const id = lab.install(
            '(func (export "canister_query cost") (call $cost_call (i64.const 3) (i64.const 0) (I.const 64)) ' +
                '(call $reply_bytes (I.const 64) (I.const 16)))'
        );
        expect(numbers(lab.query(id, 'cost'))[0]).toBe(260_000n + 3_000n + 1_000n * 2_097_152n + 40_005_000_000n);
    });

    it('64-bit modules pay twice per instruction', () => {
        const lab = new Lab({ fees: 'standard' });
        const id = lab.create();
        lab.installOn(id, canister(COUNTER, 64));
        const before = balance(lab, id);
        const { steps } = lab.step(id, 'inc');
        expect(before - balance(lab, id)).toBe(1_200_000n + 2_000n * 3n + 5_000_000n + 2n * BigInt(steps));
    });

    it('a canister without 40 billion cycles to set aside cannot run', () => {
        const lab = new Lab({ fees: 'standard' });
        const id = lab.create();
        lab.installOn(id, canister(COUNTER));
        lab.leave(id, 40_000_000_000n);
        const { errorCode, code, message } = rejection(lab.call(id, 'inc'));
        expect([errorCode, code]).toEqual(['IC0207', 2]);
        // Alice is a controller, so she is told how much is missing.
        expect(message).toMatch(/is out of cycles: please top up the canister with at least \d+ additional cycles$/);
        expect(lab.counters(id)).toEqual([0n, 0n]);
    });

    it('call_perform returns 2 when the call would freeze the canister', () => {
        const lab = new Lab({ fees: 'standard' });
        const id = lab.create();
        lab.installOn(
            id,
            canister(`${table(32, 'x')} (func $x (param I))
            (func (export "canister_update go") (call $callee_from_arg) (call $begin (I.const 256) (I.const 3)
            (I.const 0) (I.const 0))
                (call $reply_i64 (i64.extend_i32_u (call $call_perform))))`)
        );
        lab.leave(id, 50_000_000_000n);
        const message = lab.submit(id, 'go', id);
        expect(lab.next().sent).toEqual([]);
        expect(numbers(lab.resultOf(message))).toEqual([2n]);
    });
});
