/**
 * The order of rounds, offered one message at a time: the same as that of `settle`, on random programs, and rollback
 * comes back into the middle of a round (production's scheduler; ic-semantics 4.2).
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Production } from '../../explore/strategy/production.ts';
import type { Message, Replica } from '../index.ts';
import { Lab } from './lab.ts';
import { canister, COUNTER, table } from './wat.ts';

/**
 * `run` reads one instruction a byte: call canister n (0 to 2) of the table in the argument, call itself, call the
 * management canister, arm the timer, call an address where nobody is. Callees run what is left; ids follow at the end.
 */
const ACTOR = canister(`${COUNTER} ${table(32, 'done')}
    (func $done (param I) (call $add (i64.const 1)))
    (data (I.const 400) "run")
    ;; Calls "run" of the id at $id with what follows the first byte of the argument.
    (func $pass_on (param $id I)
        (call $call_new (local.get $id) (I.const 10) (I.const 400) (I.const 3)
            (I.const 0) (I.const 0) (I.const 0) (I.const 0))
        (call $call_data_append (I.const 1025) (i32.sub (call $msg_arg_data_size) (I.const 1)))
        (drop (call $call_perform)))
    (func $rand
        (call $call_new (I.const 0) (I.const 0) (I.const 320) (I.const 8)
            (I.const 0) (I.const 0) (I.const 0) (I.const 0))
        (drop (call $call_perform)))
    ;; What one byte stands for; callees get the rest of the program.
    (func $act (param $op I) (param $ids I)
        (if (i32.lt_u (local.get $op) (I.const 4)) (then
            (call $pass_on (i32.add (local.get $ids) (i32.mul (local.get $op) (I.const 10))))))
        (if (i32.eq (local.get $op) (I.const 4)) (then
            (call $canister_self_copy (I.const 512) (I.const 0) (I.const 10)) (call $pass_on (I.const 512))))
        (if (i32.eq (local.get $op) (I.const 5)) (then (call $rand)))
        (if (i32.eq (local.get $op) (I.const 6)) (then (drop (call $global_timer_set (i64.const 1))))))
    (func (export "canister_update run") (local $ids I)
        (call $msg_arg_data_copy (I.const 1024) (I.const 0) (call $msg_arg_data_size))
        (local.set $ids (i32.add (I.const 1024) (i32.sub (call $msg_arg_data_size) (I.const 40))))
        (if (i32.gt_u (call $msg_arg_data_size) (I.const 40)) (then
            (call $act (i32.and (i32.load8_u (I.const 1024)) (I.const 15)) (local.get $ids))
            (call $act (i32.shr_u (i32.load8_u (I.const 1024)) (I.const 4)) (local.get $ids))))
        (call $reply_counters))
    (func (export "canister_global_timer") (call $add (i64.const 50)) (call $rand))`);

interface Program {
    readonly calls: readonly { readonly to: number; readonly ops: readonly number[] }[];
}

const op = fc.integer({ min: 0, max: 7 });
const byte = fc.tuple(op, op).map(([low, high]) => low + 16 * high);
const program: fc.Arbitrary<Program> = fc.record({
    calls: fc.array(
        fc.record({ to: fc.integer({ min: 0, max: 2 }), ops: fc.array(byte, { maxLength: 4 }) }),
        { minLength: 1, maxLength: 6 }
    )
});

/** Three actors on one replica, which every program finds as it was. */
const lab = new Lab();
const ids = [0, 1, 2].map(() => lab.install(ACTOR));
const installed = lab.replica.mark();

/** The calls, not executed; what was submitted before is gone. */
function submitted({ calls }: Program): Replica {
    lab.replica.rollback(installed);
    const nobody = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 99, 1, 1);
    calls.forEach(({ to, ops }, at) => {
        const arg = Uint8Array.from([...ops, ...[...ids, nobody].flatMap((id) => [...id])]);
        lab.submit(ids[to]!, 'run', arg, `c${at}`);
    });
    return lab.replica;
}

function settled(replica: Replica): string[] {
    const order: string[] = [];
    const execute = replica.execute.bind(replica);
    replica.execute = (message: Message) => {
        order.push(message.path);
        return execute(message);
    };
    replica.settle();
    replica.execute = execute;
    return order;
}

/** Executes up to `count` messages as the strategy picks them. */
function picked(replica: Replica, count = Infinity): string[] {
    const strategy = new Production();
    const order: string[] = [];
    while (order.length < count && replica.enabled().length > 0) {
        const enabled = replica.enabled();
        const nextInRound = () => replica.nextInRound();
        const point = { enabled, faults: () => [], stateId: undefined, rests: 0, nextInRound };
        const message = enabled[strategy.pick(point)]!;
        order.push(message.path);
        replica.execute(message);
    }
    return order;
}

describe('On random programs', () => {
    it('the strategy executes what settle executes, with and without going back on the way', () => {
        const seen = new Set<string>();
        const property = fc.property(program, fc.array(fc.integer({ min: 1, max: 9 })), (given, excursions) => {
            const expected = settled(submitted(given));
            expect(picked(submitted(given))).toEqual(expected);
            const replica = submitted(given);
            const order: string[] = [];
            for (const length of excursions) {
                const mark = replica.mark();
                const digest = replica.digest();
                const ahead = picked(replica, length);
                replica.rollback(mark);
                expect(replica.digest()).toBe(digest);
                const first = picked(replica, 1);
                expect(first).toEqual(ahead.slice(0, 1));
                order.push(...first);
            }
            expect([...order, ...picked(replica)]).toEqual(expected);
            expected.forEach((path) => seen.add(path.replaceAll(/[0-9]+/g, '')));
        });
        fc.assert(property, { numRuns: 60, seed: 42 });
        // Requests, requests of requests, responses and timers all took part.
        for (const kind of ['c', 'c/', 'c//', 'c//r', 'c/t', 'c/t/', 'c/t//r']) {
            expect(seen).toContain(kind);
        }
    });
});

it('Executing something else ends the round: the next one begins with what is there', () => {
    const replica = submitted({
        calls: [
            { to: 0, ops: [0x71] },
            { to: 1, ops: [] },
            { to: 2, ops: [] }
        ]
    });
    const first = replica.nextInRound()!;
    expect(first.path).toBe('c0');
    expect(replica.nextInRound()).toBe(first);
    replica.execute(first);
    expect(replica.nextInRound()?.path).toBe('c1');
    replica.execute(replica.enabled().find(({ path }) => path === 'c2')!);
    // A new round: canister 1 has a call of canister 0 by now, and those of canisters are taken first.
    expect(picked(replica)).toEqual(['c0/0', 'c1', 'c0/0/r']);
});
