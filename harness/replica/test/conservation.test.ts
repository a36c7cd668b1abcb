/**
 * Cycles are neither made nor lost (IC interface specification, "Cycles"; ic-semantics 5): whatever canisters, faults and
 * controllers do, what everybody has and what was paid stays the same, but for what expired calls lose. And every mark
 * comes back.
 */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MANAGEMENT } from '../index.ts';
import type { Message } from '../index.ts';
import * as types from '../management/types.ts';
import { ALICE, installArgs, Lab } from './lab.ts';
import { COUNTER, canister, table } from './wat.ts';

/**
 * Runs its argument: one act a byte. The callee of calls is the id at 128, set by `peer`; the rest of the argument, from
 * the next byte on, is what the callee is told to run. Callbacks run the act that is their environment.
 */
const ACTOR = canister(`${COUNTER} ${table(32, 'act', 'act', 'act')}
    (global $at (mut i32) (i32.const 0)) (global $end (mut i32) (i32.const 0))
    (data (I.const 512) "deposit_cycles")
    (func $new (param $act i32)
        (call $call_new (I.const 128) (I.const 10) (I.const 272) (I.const 2)
            (I.const 0) (local.get $act) (I.const 1) (local.get $act))
        (call $call_on_cleanup (I.const 2) (i32.and (local.get $act) (I.const 5)))
        (if (i32.lt_u (global.get $at) (global.get $end)) (then
            (call $call_data_append (global.get $at) (i32.sub (global.get $end) (global.get $at)))))
        (call $call_cycles_add128 (i64.const 0) (i64.const 7000000000)))
    (func $act (param $n i32)
        (if (i32.eq (local.get $n) (i32.const 0)) (then (call $add (i64.const 1))))
        (if (i32.eq (local.get $n) (i32.const 1)) (then
            (call $cycles_burn128 (i64.const 0) (i64.const 1000003) (I.const 64))))
        (if (i32.eq (local.get $n) (i32.const 2)) (then
            (call $msg_cycles_accept128 (i64.const 0) (i64.const 3000000001) (I.const 64))))
        (if (i32.eq (local.get $n) (i32.const 3)) (then (call $msg_reply)))
        (if (i32.eq (local.get $n) (i32.const 4)) (then (call $msg_reject (I.const 336) (I.const 4))))
        (if (i32.eq (local.get $n) (i32.const 5)) (then unreachable))
        (if (i32.eq (local.get $n) (i32.const 6)) (then (call $new (i32.const 3)) (drop (call $call_perform))))
        (if (i32.eq (local.get $n) (i32.const 7)) (then (call $new (i32.const 5)) (drop (call $call_perform))))
        (if (i32.eq (local.get $n) (i32.const 8)) (then (call $new (i32.const 1))
            (call $call_with_best_effort_response (i32.const 10)) (drop (call $call_perform))))
        (if (i32.eq (local.get $n) (i32.const 9)) (then (call $new (i32.const 0))))
        (if (i32.eq (local.get $n) (i32.const 10)) (then
            (call $call_new (I.const 0) (I.const 0) (I.const 512) (I.const 14)
                (I.const 0) (I.const 4) (I.const 1) (I.const 2))
            (call $call_data_append (I.const 600) (i32.load (I.const 596)))
            (call $call_cycles_add128 (i64.const 0) (i64.const 5000000000)) (drop (call $call_perform))))
        (if (i32.eq (local.get $n) (i32.const 11)) (then
            (drop (call $global_timer_set (i64.add (call $time) (i64.const 1)))))))
    (func (export "canister_update peer") (call $callee_from_arg) (call $msg_reply))
    (func (export "canister_update deposit") (i32.store (I.const 596) (call $msg_arg_data_size))
        (call $msg_arg_data_copy (I.const 600) (I.const 0) (call $msg_arg_data_size)) (call $msg_reply))
    (func $run (local $n i32)
        (global.set $at (i32.const 1024))
        (global.set $end (i32.add (i32.const 1024) (call $msg_arg_data_size)))
        (call $msg_arg_data_copy (I.const 1024) (I.const 0) (call $msg_arg_data_size))
        (loop $l (if (i32.lt_u (global.get $at) (global.get $end)) (then
            (local.set $n (i32.load8_u (global.get $at)))
            (global.set $at (i32.add (global.get $at) (i32.const 1)))
            (call $act (local.get $n)) (br $l)))))
    (func (export "canister_update go") (call $run))
    (func (export "canister_query ask") (call $run))
    (func (export "canister_global_timer") (call $act (i32.const 1)) (call $act (i32.const 6)))
    (func (export "canister_heartbeat") (call $act (i32.const 1)) (call $act (i32.const 7)))`);

const BROKEN = canister(`(func (export "canister_init")
    (call $cycles_burn128 (i64.const 0) (i64.const 9) (I.const 64)) unreachable)`);

const METRICS = IDL.Record({
    cycles_consumed: IDL.Record(
        Object.fromEntries(
            [
                'memory', 'compute_allocation', 'ingress_induction', 'instructions',
                'request_and_response_transmission', 'uninstall', 'canister_creation', 'http_outcalls', 'burned_cycles'
            ].map((use) => [use, IDL.Nat])
        )
    )
});

const idArg = (id: Uint8Array): Uint8Array =>
    new Uint8Array(IDL.encode([types.CANISTER_ID], [{ canister_id: Principal.fromUint8Array(id) }]));

/** Balances, and all that was ever paid. */
function total(lab: Lab, ids: readonly Uint8Array[]): bigint {
    return ids.reduce((sum, id) => {
        const { cycles } = lab.replica.canister(id) as { cycles: bigint };
        const query = { sender: ALICE, canisterId: MANAGEMENT, method: 'canister_metrics', arg: idArg(id) };
        const result = lab.replica.query(query);
        if (result.kind === 'reject') {
            throw new Error(result.message);
        }
        const [metrics] = IDL.decode([METRICS], result.reply) as unknown as [
            { cycles_consumed: Record<string, bigint> }
        ];
        return sum + cycles + Object.values(metrics.cycles_consumed).reduce((a, b) => a + b, 0n);
    }, 0n);
}

type Event =
    | { readonly kind: 'call'; readonly on: number; readonly method: string; readonly program: number[] }
    | { readonly kind: 'run' | 'expire' | 'late' | 'fault' | 'beat'; readonly choice: number }
    | { readonly kind: 'manage'; readonly on: number; readonly method: string }
    | { readonly kind: 'time'; readonly seconds: number };

const program = fc.array(fc.integer({ min: 0, max: 11 }), { maxLength: 7 });
const on = fc.integer({ min: 0, max: 1 });
const event: fc.Arbitrary<Event> = fc.oneof(
    { weight: 4, arbitrary: fc.record({
        kind: fc.constant('call' as const), on, method: fc.constantFrom('go', 'go', 'go', 'ask', 'none'), program
    }) },
    { weight: 8, arbitrary: fc.record({
        kind: fc.constantFrom('run' as const, 'run' as const, 'run' as const, 'expire' as const, 'late' as const,
            'fault' as const, 'beat' as const),
        choice: fc.nat(20)
    }) },
    { weight: 2, arbitrary: fc.record({
        kind: fc.constant('manage' as const), on,
        method: fc.constantFrom('stop', 'start', 'uninstall', 'install', 'reinstall', 'upgrade', 'broken', 'poor')
    }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('time' as const), seconds: fc.nat(900) }) }
);

function deployed(): { lab: Lab; ids: [Uint8Array, Uint8Array] } {
    const lab = new Lab({ fees: 'standard' });
    const ids: [Uint8Array, Uint8Array] = [lab.create(), lab.create()];
    for (const [at, id] of ids.entries()) {
        lab.installOn(id, ACTOR);
        introduce(lab, id, ids[1 - at] as Uint8Array);
    }
    return { lab, ids };
}

function introduce(lab: Lab, id: Uint8Array, peer: Uint8Array): void {
    lab.call(id, 'peer', peer);
    lab.call(id, 'deposit', idArg(peer));
}

/** Does it, if it is possible now. Returns whether cycles may be lost by it. */
function happen(lab: Lab, ids: readonly Uint8Array[], what: Event): boolean {
    const { replica } = lab;
    const pick = (list: readonly Message[], choice: number): Message | undefined => list[choice % list.length];
    switch (what.kind) {
        case 'call':
            lab.submit(ids[what.on] as Uint8Array, what.method, Uint8Array.from(what.program));
            return false;
        case 'run': {
            const message = pick(replica.enabled(), what.choice);
            if (message !== undefined) replica.execute(message);
            return false;
        }
        case 'beat': {
            const message = pick(replica.heartbeats(), what.choice);
            if (message !== undefined) replica.execute(message);
            return false;
        }
        case 'expire':
        case 'late': {
            const message = pick(replica.expirable(), what.choice);
            if (message !== undefined) replica.expire(message, what.kind === 'late' ? 'delivered-later' : 'dropped');
            return message !== undefined;
        }
        case 'fault': {
            const message = pick(replica.enabled().filter(({ kind }) => kind === 'request'), what.choice);
            if (message !== undefined) replica.reject(message, 2, 'no');
            return false;
        }
        case 'manage':
            manage(lab, ids[what.on] as Uint8Array, what.method);
            return false;
        case 'time':
            replica.advanceTime(BigInt(what.seconds) * 1_000_000_000n);
            // Deadlines may have passed: such calls expire when a round ends.
            return replica.expirable().length > 0;
    }
}

function manage(lab: Lab, id: Uint8Array, what: string): void {
    const about = { canister_id: Principal.fromUint8Array(id) };
    switch (what) {
        case 'stop':
        case 'start':
            lab.replica.execute(lab.submitManagement(`${what}_canister`, types.CANISTER_ID, about));
            return;
        case 'uninstall':
            lab.tryManage('uninstall_code', types.UNINSTALL_CODE, { ...about, sender_canister_version: [] });
            return;
        case 'poor':
            // An empty canister burns nothing.
            if ((lab.status(id) as { memory_size: bigint }).memory_size > 65_536n) {
                lab.leave(id, 90_000_000_000n);
            }
            return;
        case 'broken':
            lab.tryManage('install_code', types.INSTALL_CODE, installArgs(id, BROKEN, undefined, { reinstall: null }));
            return;
        default: {
            const mode = what === 'upgrade' ? { upgrade: [] as [] } : { [what]: null };
            lab.tryManage('install_code', types.INSTALL_CODE, installArgs(id, ACTOR, undefined, mode as never));
        }
    }
}

it('whatever happens: cycles are conserved, and every mark comes back', () => {
    fc.assert(
        fc.property(fc.array(event, { minLength: 5, maxLength: 40 }), (events) => {
            const { lab, ids } = deployed();
            const { replica } = lab;
            const before = total(lab, ids);
            const marks: [mark: ReturnType<typeof replica.mark>, digest: string][] = [];
            let mayLose = false;
            for (const [at, what] of events.entries()) {
                if (at % 5 === 0) {
                    marks.push([replica.mark(), replica.digest()]);
                }
                mayLose = happen(lab, ids, what) || mayLose;
            }
            // Both are started, so that nothing waits for ever; timers and calls that wait for time end.
            ids.forEach((id) => manage(lab, id, 'start'));
            for (let round = 0; round < 5; round++) {
                replica.settle(2000);
                replica.advanceTime(1n);
            }
            if (replica.quiescent()) {
                const after = total(lab, ids);
                expect(mayLose ? after <= before : after === before).toBe(true);
            }
            for (const [mark, digest] of marks.toReversed()) {
                replica.rollback(mark);
                expect(replica.digest()).toBe(digest);
            }
        }),
        { seed: 5, numRuns: 150 }
    );
});
