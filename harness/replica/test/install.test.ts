/** install_code (IC interface specification, "Code installation", "Code upgrade"). */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import * as types from '../management/types.ts';
import { ALICE, BOB, installArgs, Lab, numbers, rejection, text } from './lab.ts';
import { canister, COUNTER, table } from './wat.ts';

const NONE = new Uint8Array(0);
const UPGRADE = { upgrade: [] } as { upgrade: [] };

describe('install_code', () => {
    it('runs start, then init with argument and caller, and only the controller may', () => {
        const module = canister(`${COUNTER} (func $start (call $add (i64.const 1))) (start $start)
            (func (export "canister_init") (call $add (i64.extend_i32_u (call $msg_arg_data_size)))
                (call $add (i64.mul (i64.const 100) (i64.extend_i32_u (call $msg_caller_size)))))`);
        const lab = new Lab();
        const id = lab.create();
        const refused = rejection(lab.tryManage('install_code', types.INSTALL_CODE, installArgs(id, module), BOB));
        expect(refused).toMatchObject({ code: 5, errorCode: 'IC0512' });
        expect(refused.message).toBe(
            `Only the controllers of the canister ${text(id)} can control it.\nCanister's controllers: ` +
                `${text(ALICE)}\n` +
                `Sender's ID: ${text(BOB)}\nExecute this call from a controller of the target canister or add ` +
                `the current caller as a ` +
                'controller. See documentation: ' +
                'http://internetcomputer.org/docs/current/references/execution-errors#invalid-controller'
        );
        lab.installOn(id, module, new Uint8Array(7));
        expect(lab.counters(id)).toEqual([408n, 408n]);
        expect(lab.status(id)['module_hash']).not.toEqual([]);
    });

    it.each([
        [
            'init',
            '(func (export "canister_init") (call $add (i64.const 1)) (drop (call $stable64_grow (i64.const 1))) ' +
                'unreachable)'
        ],
        ['start', '(func $start unreachable) (start $start)'],
        ['a System API call in start', '(func $start (drop (call $time))) (start $start)']
    ])('a trap in %s leaves the canister empty', (_, body) => {
        const lab = new Lab();
        const id = lab.create();
        const mark = lab.replica.mark();
        const message = lab.submitManagement(
            'install_code',
            types.INSTALL_CODE,
            installArgs(id, canister(COUNTER + body))
        );
        const execution = lab.replica.execute(message);
        expect(execution.status).toBe('refused');
        expect(rejection(lab.resultOf(message)).message).toMatch(
            /^Error from Canister .*: Canister (trapped: unreachable|violated)/
        );
        expect(lab.status(id)).toMatchObject({ module_hash: [], version: 0n });
        lab.replica.rollback(mark);
    });

    it('of a module zipped by gzip works the same', () => {
        const lab = new Lab();
        const id = lab.install(new Uint8Array(gzipSync(canister(COUNTER))));
        expect(lab.counters(id)).toEqual([0n, 0n]);
    });

    it('refuses a canister that is not empty', () => {
        const lab = new Lab();
        const id = lab.install(COUNTER);
        expect(() => lab.installOn(id, canister(COUNTER))).toThrow(
            'cannot be installed because the canister is not empty'
        );
        expect(lab.counters(id)).toEqual([0n, 0n]);
    });

    it.each([
        ['no module at all', new TextEncoder().encode('hello'), "Canister's Wasm module is not valid"],
        ['a truncated one', canister(COUNTER).subarray(0, 300), "Canister's Wasm module is not valid"],
        ['a reserved export', canister('(func (export "canister_foo"))'), "reserved function 'canister_foo'"],
        [
            'one name twice',
            canister('(func (export "canister_update a")) (func (export "canister_query a"))'),
            "Duplicate function 'a'"
        ],
        [
            'a method with a parameter',
            canister('(func (export "canister_update a") (param i32))'),
            'invalid function signature'
        ]
    ])('refuses %s with IC0505', (_, module, message) => {
        const lab = new Lab();
        const id = lab.create();
        const result = rejection(lab.tryManage('install_code', types.INSTALL_CODE, installArgs(id, module)));
        expect(result.errorCode).toBe('IC0505');
        expect(result.message).toContain(message);
        expect(lab.status(id)['module_hash']).toEqual([]);
    });
});

describe('Upgrading', () => {
    const OLD = canister(`${COUNTER}
        (func (export "canister_pre_upgrade") (drop (call $stable64_grow (i64.const 1))) (call $stable64_write
            (i64.const 0) (i64.const 0) (i64.const 8)))`);
    const NEW = (body: string): Uint8Array =>
        canister(`${COUNTER} (func (export "canister_post_upgrade") ${body})
        (func (export "canister_query version") (call $reply_i64 (call $canister_version)))`);
    const RESTORE = '(call $stable64_read (i64.const 0) (i64.const 0) (i64.const 8)) (call $add (i64.const 100))';

    it('keeps stable memory through pre_upgrade and post_upgrade, and drops heap and globals', () => {
        const lab = new Lab();
        const id = lab.install(OLD);
        lab.step(id, 'inc');
        lab.installOn(id, NEW(RESTORE), NONE, UPGRADE);
        expect(lab.counters(id)).toEqual([101n, 100n]);
    });

    it('skip_pre_upgrade skips it', () => {
        const lab = new Lab();
        const id = lab.install(OLD);
        const mode = { upgrade: [{ skip_pre_upgrade: [true], wasm_memory_persistence: [] }] } as const;
        expect(() => lab.installOn(id, NEW(RESTORE), NONE, mode as never)).toThrow('stable memory out of bounds');
        expect(lab.counters(id)).toEqual([0n, 0n]);
    });

    it('is atomic: a trap in post_upgrade undoes pre_upgrade too', () => {
        const lab = new Lab();
        const id = lab.install(OLD);
        lab.step(id, 'inc');
        const mark = lab.replica.mark();
        expect(() => lab.installOn(id, NEW('unreachable'), NONE, UPGRADE)).toThrow('unreachable');
        expect(lab.counters(id)).toEqual([1n, 1n]);
        expect(lab.status(id)).toMatchObject({ version: 2n, memory_metrics: { stable_memory_size: 0n } });
        lab.replica.rollback(mark);
        expect(lab.counters(id)).toEqual([1n, 1n]);
    });

    it('is undone by rollback', () => {
        const lab = new Lab();
        const id = lab.install(OLD);
        lab.step(id, 'inc');
        const digest = lab.replica.digest();
        const mark = lab.replica.mark();
        lab.installOn(id, NEW(RESTORE), NONE, UPGRADE);
        lab.step(id, 'inc');
        expect(lab.counters(id)).toEqual([102n, 101n]);
        lab.replica.rollback(mark);
        expect(lab.counters(id)).toEqual([1n, 1n]);
        expect(lab.replica.digest()).toBe(digest);
        lab.step(id, 'inc');
        expect(lab.counters(id)).toEqual([2n, 2n]);
    });

    it('runs old callbacks on the new code, by table index', () => {
        const lab = new Lab();
        const callee = lab.install(COUNTER);
        const code = (amount: number): Uint8Array =>
            canister(`${COUNTER} ${table(32, 'done')}
            (func $done (param I) (call $add (i64.const ${amount})) (call $reply_counters))
            (func (export "canister_update go") (call $callee_from_arg) (call $call_inc (I.const 0) (I.const 0)))`);
        const id = lab.install(code(1));
        const go = lab.submit(id, 'go', callee);
        lab.next();
        lab.installOn(id, code(1000), NONE, UPGRADE);
        lab.replica.settle();
        expect(numbers(lab.resultOf(go))).toEqual([1000n, 1000n]);
    });

    it('disarms the timer', () => {
        const lab = new Lab();
        const timer =
            '(func (export "canister_global_timer")) (func (export "canister_update set") (drop (call ' +
            '$global_timer_set (i64.const 1))))';
        const id = lab.install(timer);
        lab.step(id, 'set');
        expect(lab.replica.enabled().length).toBe(1);
        lab.installOn(id, canister(timer), NONE, UPGRADE);
        expect(lab.replica.enabled()).toEqual([]);
    });
});
