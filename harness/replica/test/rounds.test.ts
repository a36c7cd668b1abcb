/** The order of a production round (production's scheduler and input queues; ic-semantics 4.2, 4.3). */
import { describe, expect, it } from '@jest/globals';
import type { Message } from '../index.ts';
import { Lab } from './lab.ts';
import { COUNTER, table } from './wat.ts';

/** Calls `inc` of the canister in the argument so many times; `hop` calls `go` of itself. */
const CALLER = (times: number): string => `${COUNTER} ${table(32, 'done')}
    (func $done (param I) (call $add (i64.const 1)))
    (func (export "canister_update go") (call $callee_from_arg)
        ${'(call $call_inc (I.const 0) (I.const 0))'.repeat(times)} (call $reply_counters))
    (func (export "canister_update both") (call $callee_from_arg) (call $call_inc (I.const 0) (I.const 0))
        (call $canister_self_copy (I.const 128) (I.const 0) (I.const 10)) (call $call_inc (I.const 0) (I.const 0))
        (call $reply_counters))
    (func (export "canister_update loop") (call $canister_self_copy (I.const 128) (I.const 0) (I.const 10))
        (call $begin (I.const 400) (I.const 4) (I.const 0) (I.const 0)) (drop (call $call_perform))
        (call $reply_counters))
    (data (I.const 400) "loop")
    (func (export "canister_update rand")
        (call $call_new (I.const 0) (I.const 0) (I.const 320) (I.const 8)
            (I.const 0) (I.const 0) (I.const 0) (I.const 0))
        (drop (call $call_perform)) (call $reply_counters))
    (func (export "canister_update arm") (drop (call $global_timer_set (i64.const 1))) (call $reply_counters))
    (func (export "canister_global_timer") (call $add (i64.const 50)))`;

/** Names of what runs, in order, round by round. */
function rounds(lab: Lab, count: number): string[][] {
    const { replica } = lab;
    const all: string[][] = [];
    const execute = replica.execute.bind(replica);
    replica.execute = (message: Message) => {
        all.at(-1)?.push(message.path);
        return execute(message);
    };
    for (let round = 0; round < count; round++) {
        all.push([]);
        replica.executeRound();
    }
    replica.execute = execute;
    return all;
}

describe('A round', () => {
    it('takes canisters in ascending order, and all that a canister has', () => {
        const lab = new Lab();
        const [a, b] = [lab.install(COUNTER), lab.install(COUNTER)];
        lab.submit(b, 'inc', undefined, 'b1');
        lab.submit(a, 'inc', undefined, 'a1');
        lab.submit(b, 'inc', undefined, 'b2');
        expect(rounds(lab, 2)).toEqual([['a1', 'b1', 'b2'], []]);
    });

    it('makes many hops: what is sent in one iteration arrives in the next, own messages first', () => {
        const lab = new Lab();
        const [callee, caller] = [lab.install(COUNTER), lab.install(CALLER(1))];
        lab.submit(caller, 'both', callee, 'x');
        lab.submit(caller, 'go', callee, 'y');
        expect(rounds(lab, 1)).toEqual([['x', 'y', 'x/0', 'y/0', 'x/1', 'x/0/r', 'x/1/r', 'y/0/r']]);
    });

    it('takes senders in turns and ingress in between', () => {
        const lab = new Lab();
        const senders = [lab.install(CALLER(3)), lab.install(CALLER(2))];
        const callee = lab.install(COUNTER);
        senders.forEach((id, at) => lab.submit(id, 'go', callee, 'xy'[at]));
        lab.replica.execute(lab.replica.enabled()[0]!);
        lab.replica.execute(lab.replica.enabled()[0]!);
        ['i1', 'i2', 'i3', 'i4'].forEach((label) => lab.submit(callee, 'inc', undefined, label));
        const [first = []] = rounds(lab, 1);
        const atCallee = first.filter((path) => !path.endsWith('/r'));
        expect(atCallee).toEqual(['x/0', 'i1', 'y/0', 'i2', 'x/1', 'i3', 'y/1', 'i4', 'x/2']);
    });

    it('runs management calls first; those that canisters make wait for the next round, their answers too', () => {
        const lab = new Lab();
        const id = lab.install(CALLER(1));
        lab.submit(id, 'rand', undefined, 'r');
        expect(rounds(lab, 3)).toEqual([['r'], ['r/0'], ['r/0/r']]);
    });

    it('has one time: a nanosecond later, unless time has moved', () => {
        const lab = new Lab();
        lab.replica.executeRound();
        const start = lab.replica.time();
        lab.replica.executeRound();
        expect(lab.replica.time()).toBe(start + 1n);
        lab.replica.advanceTime(1_000n);
        lab.replica.executeRound();
        expect(lab.replica.time()).toBe(start + 1_001n);
    });

    it('runs a due timer in front of messages, but a message has every third turn', () => {
        const lab = new Lab();
        const id = lab.install(CALLER(1));
        const seen: string[][] = [];
        for (let round = 0; round < 3; round++) {
            lab.step(id, 'arm');
            lab.submit(id, 'inc', undefined, `m${round}`);
            seen.push(...rounds(lab, 1));
        }
        const kinds = seen.map((paths) => paths.map((path) => (path.startsWith('m') ? 'message' : 'timer')));
        expect(kinds).toEqual([['timer', 'message'], ['message'], ['timer', 'message']]);
    });

    it('ends although a canister calls itself for ever, and what it leaves runs in the next', () => {
        const lab = new Lab();
        const id = lab.install(CALLER(1));
        lab.submit(id, 'loop');
        const ran = lab.replica.executeRound();
        expect(ran).toBeGreaterThan(500);
        expect(ran).toBeLessThan(2_000);
        expect(lab.replica.executeRound()).toBeGreaterThan(500);
    });

    it('leaves to the next rounds what its instructions do not suffice for', () => {
        const lab = new Lab();
        const id = lab.install(COUNTER);
        for (let call = 0; call < 3_000; call++) {
            lab.submit(id, 'inc');
        }
        const ran = [1, 2, 3].map(() => lab.replica.executeRound());
        expect(ran.reduce((sum, messages) => sum + messages, 0)).toBe(3_000);
        expect(ran[0]).toBeLessThan(1_100);
        expect(lab.counters(id)).toEqual([3_000n, 3_000n]);
    });
});
