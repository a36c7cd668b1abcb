/** The management canister (IC interface specification, "The IC management canister"). */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from '@jest/globals';
import { MANAGEMENT } from '../index.ts';
import * as types from '../management/types.ts';
import { ALICE, BOB, installArgs, Lab, numbers, rejection, text } from './lab.ts';
import { canister, COUNTER, table } from './wat.ts';

const NONE = new Uint8Array(0);
const UPGRADE = { upgrade: [] } as { upgrade: [] };
const target = (id: Uint8Array): object => ({ canister_id: Principal.fromUint8Array(id) });

/** A canister whose "go" passes its argument on: method name length, method name, then the payload. */
const PROXY = `${table(32, 'reply', 'reject')}
    (func $reply (param I)
        (call $msg_arg_data_copy (I.const 2048) (I.const 0) (call $msg_arg_data_size))
        (call $reply_bytes (I.const 2048) (call $msg_arg_data_size)))
    (func $reject (param I)
        (call $msg_reject_msg_copy (I.const 2048) (I.const 0) (call $msg_reject_msg_size))
        (call $msg_reject (I.const 2048) (call $msg_reject_msg_size)))
    (func $forward (param $cycles i64)
        (call $msg_arg_data_copy (I.const 1024) (I.const 0) (call $msg_arg_data_size))
        (call $call_new (I.const 0) (I.const 0) (I.const 1025) (i32.load8_u (I.const 1024)) (I.const 0) (I.const 0) (I.const 1) (I.const 0))
        (call $call_data_append
            (i32.add (I.const 1025) (i32.load8_u (I.const 1024)))
            (i32.sub (call $msg_arg_data_size) (i32.add (I.const 1) (i32.load8_u (I.const 1024)))))
        (call $call_cycles_add128 (i64.const 0) (local.get $cycles)))
    (func (export "canister_update go") (call $forward (i64.const 0)) (drop (call $call_perform)))
    (func (export "canister_update pay") (call $forward (i64.const 600000000000)) (drop (call $call_perform)))
    (func (export "canister_update bounded") (call $forward (i64.const 0))
        (call $call_with_best_effort_response (i32.const 60)) (drop (call $call_perform)))`;

function forward(method: string, type?: IDL.Type, args?: unknown): Uint8Array {
    const payload = type === undefined ? IDL.encode([], []) : IDL.encode([type], [args]);
    const name = new TextEncoder().encode(method);
    return Uint8Array.from([name.length, ...name, ...new Uint8Array(payload)]);
}

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
            `Only the controllers of the canister ${text(id)} can control it.\nCanister's controllers: ${text(ALICE)}\n` +
                `Sender's ID: ${text(BOB)}\nExecute this call from a controller of the target canister or add the current caller as a ` +
                'controller. See documentation: http://internetcomputer.org/docs/current/references/execution-errors#invalid-controller'
        );
        lab.installOn(id, module, new Uint8Array(7));
        expect(lab.counters(id)).toEqual([408n, 408n]);
        expect(lab.status(id)['module_hash']).not.toEqual([]);
    });

    it.each([
        ['init', '(func (export "canister_init") (call $add (i64.const 1)) (drop (call $stable64_grow (i64.const 1))) unreachable)'],
        ['start', '(func $start unreachable) (start $start)'],
        ['a System API call in start', '(func $start (drop (call $time))) (start $start)']
    ])('a trap in %s leaves the canister empty', (_, body) => {
        const lab = new Lab();
        const id = lab.create();
        const mark = lab.replica.mark();
        const message = lab.submitManagement('install_code', types.INSTALL_CODE, installArgs(id, canister(COUNTER + body)));
        const execution = lab.replica.execute(message);
        expect(execution.status).toBe('refused');
        expect(rejection(lab.resultOf(message)).message).toMatch(/^Error from Canister .*: Canister (trapped: unreachable|violated)/);
        expect(lab.status(id)).toMatchObject({ module_hash: [], version: 0n });
        lab.replica.rollback(mark);
    });

    it('refuses a canister that is not empty, and reinstall by name', () => {
        const lab = new Lab();
        const id = lab.install(COUNTER);
        expect(() => lab.installOn(id, canister(COUNTER))).toThrow('cannot be installed because the canister is not empty');
        expect(() => lab.installOn(id, canister(COUNTER), NONE, { reinstall: null })).toThrow(
            "install_code with mode 'reinstall' is not implemented by this tool yet"
        );
        expect(lab.counters(id)).toEqual([0n, 0n]);
    });

    it.each([
        ['no module at all', new TextEncoder().encode('hello'), "Canister's Wasm module is not valid"],
        ['a truncated one', canister(COUNTER).subarray(0, 300), "Canister's Wasm module is not valid"],
        ['a heartbeat', canister('(func (export "canister_heartbeat"))'), 'canister_heartbeat, which this tool does not implement yet'],
        ['a low memory hook', canister('(func (export "canister_on_low_wasm_memory"))'), 'canister_on_low_wasm_memory, which this tool'],
        ['a reserved export', canister('(func (export "canister_foo"))'), "reserved function 'canister_foo'"],
        ['one name twice', canister('(func (export "canister_update a")) (func (export "canister_query a"))'), "Duplicate function 'a'"],
        ['a method with a parameter', canister('(func (export "canister_update a") (param i32))'), 'invalid function signature']
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
        (func (export "canister_pre_upgrade") (drop (call $stable64_grow (i64.const 1))) (call $stable64_write (i64.const 0) (i64.const 0) (i64.const 8)))`);
    const NEW = (body: string): Uint8Array => canister(`${COUNTER} (func (export "canister_post_upgrade") ${body})
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
        const code = (amount: number): Uint8Array => canister(`${COUNTER} ${table(32, 'done')}
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
        const timer = '(func (export "canister_global_timer")) (func (export "canister_update set") (drop (call $global_timer_set (i64.const 1))))';
        const id = lab.install(timer);
        lab.step(id, 'set');
        expect(lab.replica.enabled().length).toBe(1);
        lab.installOn(id, canister(timer), NONE, UPGRADE);
        expect(lab.replica.enabled()).toEqual([]);
    });
});

describe('Stopping', () => {
    it('waits for open call contexts; callbacks still run; new calls are refused', () => {
        const lab = new Lab();
        const callee = lab.install(COUNTER);
        const id = lab.install(`${COUNTER} ${table(32, 'done')} (func $done (param I) (call $add (i64.const 1)) (call $reply_counters))
            (func (export "canister_update go") (call $callee_from_arg) (call $call_inc (I.const 0) (I.const 0)))`);
        const go = lab.submit(id, 'go', callee);
        lab.next();
        const stop = lab.submitManagement('stop_canister', types.CANISTER_ID, target(id));
        expect(lab.replica.execute(stop).answeredRoot).toBe(false);
        expect(lab.status(id)['status']).toEqual({ stopping: null });
        const late = lab.submit(id, 'inc');
        lab.replica.execute(late);
        expect(rejection(lab.resultOf(late))).toMatchObject({ errorCode: 'IC0509', message: `Canister ${text(id)} is not running` });
        lab.replica.settle();
        expect(numbers(lab.resultOf(go))).toEqual([1n, 1n]);
        expect(lab.resultOf(stop).kind).toBe('reply');
        expect(lab.status(id)['status']).toEqual({ stopped: null });
        expect(rejection(lab.query(id, 'get')).errorCode).toBe('IC0508');
        expect(rejection(lab.call(id, 'inc')).errorCode).toBe('IC0508');
    });

    it('start_canister lets it run again and rejects a stop that still waits', () => {
        const lab = new Lab();
        const id = lab.install(`${COUNTER} ${table(32, 'done')} (func $done (param I))
            (func (export "canister_update go") (call $callee_from_arg) (call $call_inc (I.const 0) (I.const 0)))`);
        lab.step(id, 'go', lab.install(COUNTER));
        const stop = lab.submitManagement('stop_canister', types.CANISTER_ID, target(id));
        lab.replica.execute(stop);
        lab.manage('start_canister', types.CANISTER_ID, target(id));
        expect(rejection(lab.resultOf(stop)).errorCode).toBe('IC0511');
        expect(lab.status(id)['status']).toEqual({ running: null });
    });

    it('without open contexts is immediate, and is undone by rollback', () => {
        const lab = new Lab();
        const id = lab.install(COUNTER);
        const mark = lab.replica.mark();
        const digest = lab.replica.digest();
        lab.manage('stop_canister', types.CANISTER_ID, target(id));
        lab.manage('stop_canister', types.CANISTER_ID, target(id));
        expect(lab.status(id)).toMatchObject({ status: { stopped: null }, version: 4n });
        lab.replica.rollback(mark);
        expect(lab.replica.digest()).toBe(digest);
    });

    it('keeps timers from running until it is started', () => {
        const lab = new Lab();
        const id = lab.install('(func (export "canister_global_timer")) (func (export "canister_update set") (drop (call $global_timer_set (i64.const 1))))');
        lab.step(id, 'set');
        lab.manage('stop_canister', types.CANISTER_ID, target(id));
        expect(lab.replica.enabled()).toEqual([]);
        lab.manage('start_canister', types.CANISTER_ID, target(id));
        expect(lab.replica.enabled().length).toBe(1);
    });

    it('a canister that waits for its own stop waits for ever, unless the call is bounded', () => {
        const lab = new Lab();
        const id = lab.create(undefined, { controllers: [[]] });
        const other = lab.create();
        lab.installOn(other, canister(PROXY));
        expect(id).not.toEqual(other);
        const self = lab.create(undefined, { controllers: [[Principal.fromUint8Array(ALICE), Principal.fromUint8Array(nextOf(other))]] });
        expect(self).toEqual(nextOf(other));
        lab.installOn(self, canister(PROXY));
        const stopping = lab.submit(self, 'bounded', forward('stop_canister', types.CANISTER_ID, target(self)));
        lab.replica.settle();
        expect(lab.replica.enabled()).toEqual([]);
        expect(lab.replica.quiescent()).toBe(false);
        expect(lab.replica.result(stopping)).toBeUndefined();
        // When its deadline has passed, settle expires the call, the context ends, and the canister stops.
        lab.replica.advanceTime(61_000_000_000n);
        lab.replica.settle();
        expect(rejection(lab.resultOf(stopping)).message).toBe('Call deadline has expired.');
        expect(lab.status(self)['status']).toEqual({ stopped: null });
    });
});

/** The id after this one. */
function nextOf(id: Uint8Array): Uint8Array {
    const bytes = id.slice();
    bytes[7] = (bytes[7] as number) + 1;
    return bytes;
}

describe('Calls by canisters', () => {
    it('create_canister pays the fee out of the attached cycles', () => {
        const lab = new Lab({ fees: 'standard' });
        const proxy = lab.install(PROXY);
        const args = { settings: [], sender_canister_version: [] };
        const poor = rejection(lab.call(proxy, 'go', forward('create_canister', types.CREATE_CANISTER, args)));
        expect(poor.message).toContain('IC0403: Creating a canister requires a fee of 500000000000');
        const reply = lab.call(proxy, 'pay', forward('create_canister', types.CREATE_CANISTER, args));
        const [{ canister_id: id }] = IDL.decode([types.CANISTER_ID], reply.kind === 'reply' ? reply.reply : NONE) as unknown as [{ canister_id: Principal }];
        const status = rejection(lab.tryManage('canister_status', types.CANISTER_ID, { canister_id: id }));
        expect(status.message).toContain(`Canister's controllers: ${text(proxy)}`);
        const asProxy = lab.call(proxy, 'go', forward('canister_status', types.CANISTER_ID, { canister_id: id }));
        const [decoded] = IDL.decode([types.CANISTER_STATUS_RESULT], asProxy.kind === 'reply' ? asProxy.reply : NONE);
        expect(decoded).toMatchObject({ cycles: 100_000_000_000n });
    });

    it('deposit_cycles gives all attached cycles to the target', () => {
        const lab = new Lab();
        const [proxy, poor] = [lab.install(PROXY), lab.create(1n)];
        lab.call(proxy, 'pay', forward('deposit_cycles', types.CANISTER_ID, target(poor)));
        expect(lab.status(poor)['cycles']).toBe(600_000_000_001n);
    });

    it('raw_rand depends on seed and causal path only', () => {
        const random = (seed: number, label: string, noise: boolean): string => {
            const lab = new Lab({ seed });
            const proxy = lab.install(PROXY);
            if (noise) {
                lab.call(proxy, 'go', forward('raw_rand'));
            }
            const message = lab.submit(proxy, 'go', forward('raw_rand'), label);
            lab.replica.settle();
            const result = lab.resultOf(message);
            const [bytes] = IDL.decode([types.BLOB], result.kind === 'reply' ? result.reply : NONE) as unknown as [Uint8Array];
            expect(bytes.length).toBe(32);
            return bytes.join();
        };
        expect(random(1, 'a', false)).toBe(random(1, 'a', true));
        expect(random(1, 'a', false)).not.toBe(random(2, 'a', false));
        expect(random(1, 'a', false)).not.toBe(random(1, 'b', false));
    });

    it('ids of canisters created under a mark depend on the causal path, not on the order', () => {
        const created = (order: readonly string[], identity: 'causal' | 'ordered'): Map<string, string> => {
            const lab = new Lab({ identity });
            const proxy = lab.install(PROXY);
            lab.replica.mark();
            const ids = order.map((label) => {
                const args = { settings: [], sender_canister_version: [] };
                const message = lab.submit(proxy, 'pay', forward('create_canister', types.CREATE_CANISTER, args), label);
                lab.replica.settle();
                const result = lab.resultOf(message);
                const [{ canister_id: id }] = IDL.decode([types.CANISTER_ID], result.kind === 'reply' ? result.reply : NONE) as unknown as [{ canister_id: Principal }];
                return [label, id.toText()] as const;
            });
            return new Map(ids.sort());
        };
        expect(created(['a', 'b'], 'causal')).toEqual(created(['b', 'a'], 'causal'));
        expect(created(['a', 'b'], 'ordered')).not.toEqual(created(['b', 'a'], 'ordered'));
    });

    it.each(['raw_rand', 'deposit_cycles', 'create_canister'])('%s is not for users', (method) => {
        const lab = new Lab();
        const message = lab.replica.submit({ sender: ALICE, canisterId: MANAGEMENT, method, arg: NONE });
        lab.replica.execute(message);
        expect(rejection(lab.resultOf(message)).message).toBe(`Only canisters can call ic00 method ${method}`);
    });

    it('what is not implemented is refused by name, and differently from what does not exist', () => {
        const lab = new Lab();
        const proxy = lab.install(PROXY);
        const missing = rejection(lab.call(proxy, 'go', forward('http_request')));
        expect(missing.message).toContain("Management canister has no method 'http_request' (it exists on the Internet Computer");
        expect(rejection(lab.call(proxy, 'go', forward('nonsense'))).message).toBe("IC0536: Management canister has no method 'nonsense'");
    });

    it('broken arguments and unknown canisters are told apart', () => {
        const lab = new Lab();
        const proxy = lab.install(PROXY);
        expect(rejection(lab.call(proxy, 'go', forward('stop_canister'))).message).toContain('IC0408: Error decoding candid');
        const unknown = rejection(lab.call(proxy, 'go', forward('stop_canister', types.CANISTER_ID, target(nextOf(nextOf(proxy))))));
        expect(unknown.message).toContain(`IC0301: Canister ${text(nextOf(nextOf(proxy)))} not found.`);
    });
});

describe('Settings', () => {
    it('are validated', () => {
        const lab = new Lab();
        const many = Array.from({ length: 11 }, (_, at) => Principal.fromUint8Array(new Uint8Array([at])));
        expect(() => lab.create(undefined, { controllers: [many] })).toThrow("'controllers' length exceeds maximum size allowed of 10");
        expect(() => lab.create(undefined, { compute_allocation: [101n] })).toThrow('range [0..100]');
    });

    it('wasm_memory_limit stops update methods', () => {
        const lab = new Lab();
        const id = lab.create(undefined, { wasm_memory_limit: [200_000n] });
        lab.installOn(id, canister(`${COUNTER} (func (export "canister_update grow") (call $add (i64.const 1)) (drop (memory.grow (I.const 5))) (call $reply_counters))`));
        const { message, errorCode } = rejection(lab.call(id, 'grow'));
        expect(errorCode).toBe('IC0539');
        expect(message).toContain('Wasm memory limit of 200000 bytes. The peak Wasm memory usage was 458752 bytes.');
        expect(lab.counters(id)).toEqual([0n, 0n]);
    });

    it('specified_id and top up', () => {
        const lab = new Lab();
        const wanted = Principal.fromText('ryjl3-tyaaa-aaaaa-aaaba-cai');
        const args = { amount: [7n], settings: [], specified_id: [wanted], sender_canister_version: [] };
        lab.manage('provisional_create_canister_with_cycles', types.PROVISIONAL_CREATE, args);
        expect(() => lab.manage('provisional_create_canister_with_cycles', types.PROVISIONAL_CREATE, args)).toThrow('already exists');
        lab.manage('provisional_top_up_canister', types.TOP_UP, { canister_id: wanted, amount: 5n });
        expect(lab.status(wanted.toUint8Array())['cycles']).toBe(12n);
    });
});
