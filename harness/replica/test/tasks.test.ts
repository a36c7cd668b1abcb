/** Heartbeats and the low-memory hook (IC interface specification, "Heartbeat", "On Low Wasm Memory"; ic-semantics 3.2). */
import { describe, expect, it } from '@jest/globals';
import { Principal } from '@dfinity/principal';
import { NotEnabledError } from '../index.ts';
import * as types from '../management/types.ts';
import { Lab, type Mode, numbers, text } from './lab.ts';
import { canister, COUNTER, table } from './wat.ts';

const BEATING = `${COUNTER} (func (export "canister_heartbeat") (call $add (i64.const 1)))`;
const PAGE = 65_536n;
const NONE = new Uint8Array(0);
const UPGRADE: Mode = { upgrade: [] };

describe('A heartbeat', () => {
    it('may run at any time, any number of times, or never', () => {
        const lab = new Lab();
        const id = lab.install(BEATING);
        expect(lab.paths()).toEqual([]);
        expect(lab.replica.quiescent()).toBe(true);
        const mark = lab.replica.mark();
        const digest = lab.replica.digest();
        for (let beat = 1; beat <= 3; beat++) {
            const [message] = lab.replica.heartbeats();
            expect(message?.path).toBe(`heartbeat#${beat}@${text(id)}`);
            expect(lab.replica.execute(message!)).toMatchObject({ kind: 'heartbeat', status: 'committed' });
            expect(() => lab.replica.execute(message!)).toThrow(NotEnabledError);
        }
        expect(lab.counters(id)).toEqual([3n, 3n]);
        lab.replica.rollback(mark);
        expect(lab.replica.digest()).toBe(digest);
        expect(lab.replica.heartbeats()[0]?.path).toBe(`heartbeat#1@${text(id)}`);
    });

    it('exists in running canisters that export it', () => {
        const lab = new Lab();
        const id = lab.install(BEATING);
        lab.install(COUNTER);
        expect(lab.replica.heartbeats()).toHaveLength(1);
        lab.manage('stop_canister', types.CANISTER_ID, { canister_id: Principal.fromUint8Array(id) });
        expect(lab.replica.heartbeats()).toHaveLength(0);
    });

    it('has the management canister as caller, may call, and cannot answer', () => {
        const lab = new Lab();
        const callee = lab.install(COUNTER);
        const id = lab.install(`${COUNTER} ${table(32, 'done')} (func $done (param I) (call $add (i64.const 1)))
            (func (export "canister_update aim") (call $callee_from_arg) (call $reply_counters))
            (func (export "canister_heartbeat")
                (call $add (i64.extend_i32_u (call $msg_caller_size))) (call $call_inc (I.const 0) (I.const 0)))`);
        lab.step(id, 'aim', callee);
        const { sent } = lab.replica.execute(lab.replica.heartbeats()[0]!);
        expect(sent.map(({ path }) => path)).toEqual([`heartbeat#1@${text(id)}/0`]);
        lab.replica.settle();
        expect(lab.counters(id)).toEqual([1n, 1n]);
        const mute = lab.install('(func (export "canister_heartbeat") (call $msg_reply))');
        const beat = lab.replica.heartbeats().find(({ path }) => path.endsWith(text(mute)));
        expect(lab.replica.execute(beat!).error?.message).toContain('cannot be executed in heartbeat mode');
    });

    it('runs in rounds, once each, and not when messages have the turn; settling runs none', () => {
        const lab = new Lab();
        const id = lab.install(BEATING);
        lab.replica.settle();
        expect(lab.counters(id)).toEqual([0n, 0n]);
        expect([1, 2, 3].map(() => lab.replica.executeRound())).toEqual([1, 1, 1]);
        expect(lab.counters(id)).toEqual([3n, 3n]);
        // Timer, heartbeat and message have the turn one after the other; there is no timer.
        const ran = [1, 2, 3].map(() => {
            lab.submit(id, 'inc');
            return lab.replica.executeRound();
        });
        expect(ran).toEqual([1, 2, 1]);
    });
});

const HOOKED = `${COUNTER} ${table(32, 'done')} (func $done (param I) (call $add (i64.const 100)))
    (func (export "canister_update grow") (drop (memory.grow (I.const 1))) (call $reply_counters))
    (func (export "canister_update go") (call $callee_from_arg) (call $call_inc (I.const 0) (I.const 0)))
    (func (export "canister_update bad") (drop (memory.grow (I.const 1))) unreachable)
    (func (export "canister_on_low_wasm_memory") (call $add (i64.const 1000)))`;

/** A canister of two pages with room for four, whose hook runs when less than two are left. */
function hooked(lab: Lab): Uint8Array {
    const id = lab.create(undefined, { wasm_memory_limit: [4n * PAGE], wasm_memory_threshold: [2n * PAGE] });
    lab.installOn(id, canister(HOOKED));
    return id;
}

describe('The low-memory hook', () => {
    it('runs once when little memory is left', () => {
        const lab = new Lab();
        const id = hooked(lab);
        expect(lab.paths()).toEqual([]);
        // What a trap grew does not count.
        lab.step(id, 'bad');
        expect(lab.paths()).toEqual([]);
        lab.replica.execute(lab.submit(id, 'grow', undefined, 'a'));
        expect(lab.paths()).toEqual(['a/m']);
        expect(lab.next()).toMatchObject({ kind: 'hook', status: 'committed' });
        expect(lab.counters(id)).toEqual([1000n, 1000n]);
        lab.step(id, 'grow');
        expect(lab.paths()).toEqual([]);
    });

    it('runs before every message of its canister but responses', () => {
        const lab = new Lab();
        const [id, callee] = [hooked(lab), lab.install(COUNTER)];
        lab.replica.execute(lab.submit(id, 'go', callee, 'call'));
        lab.next();
        const mark = lab.replica.mark();
        const digest = lab.replica.digest();
        lab.submit(id, 'inc', undefined, 'before');
        lab.replica.execute(lab.submit(id, 'grow', undefined, 'grow'));
        lab.submit(id, 'inc', undefined, 'after');
        lab.submit(callee, 'inc', undefined, 'elsewhere');
        expect(lab.paths()).toEqual(['call/0/r', 'grow/m', 'elsewhere']);
        expect(lab.replica.quiescent()).toBe(false);
        lab.replica.execute(lab.replica.enabled()[0]!);
        expect(lab.paths()).toEqual(['grow/m', 'elsewhere']);
        lab.next();
        expect(lab.paths()).toEqual(['before', 'after', 'elsewhere']);
        lab.replica.settle();
        expect(lab.counters(id)).toEqual([1102n, 1102n]);
        lab.replica.rollback(mark);
        expect(lab.replica.digest()).toBe(digest);
    });

    it('that does not run any more lets messages go', () => {
        const lab = new Lab();
        const id = hooked(lab);
        lab.step(id, 'grow');
        const waiting = lab.submit(id, 'inc');
        lab.manage('stop_canister', types.CANISTER_ID, { canister_id: Principal.fromUint8Array(id) });
        expect(lab.replica.enabled()).toEqual([waiting]);
        lab.replica.execute(waiting);
        expect(lab.resultOf(waiting)).toMatchObject({ errorCode: 'IC0508' });
        lab.manage('start_canister', types.CANISTER_ID, { canister_id: Principal.fromUint8Array(id) });
        expect(lab.replica.enabled().map(({ kind }) => kind)).toEqual(['hook']);
        lab.replica.settle();
        expect(numbers(lab.query(id, 'get'))).toEqual([1000n, 1000n]);
    });

    it.each([
        [
            'an upgrade to code without it',
            (lab: Lab, id: Uint8Array) => lab.installOn(id, canister(COUNTER), NONE, UPGRADE)
        ],
        [
            'uninstalling',
            (lab: Lab, id: Uint8Array) =>
                lab.manage('uninstall_code', types.UNINSTALL_CODE, {
                    canister_id: Principal.fromUint8Array(id),
                    sender_canister_version: []
                })
        ]
    ])('is forgotten by %s', (_, act) => {
        const lab = new Lab();
        const id = hooked(lab);
        lab.step(id, 'grow');
        const waiting = lab.submit(id, 'inc');
        expect(lab.replica.enabled().map(({ kind }) => kind)).toEqual(['hook']);
        act(lab, id);
        expect(lab.replica.enabled()).toEqual([waiting]);
        lab.replica.settle();
        expect(lab.replica.quiescent()).toBe(true);
    });
});
