/** What survives what, and what happens to open calls (ic-semantics 1.4, 3.5). */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from '@jest/globals';
import { UNINSTALL_CODE } from '../management/types.ts';
import { asQuery, asUser, decoded } from './ic.ts';
import { ALICE, bytes, Lab, numbers, rejection, text, type Mode } from './lab.ts';
import { canister, COUNTER, table, withSection } from './wat.ts';

const NONE = new Uint8Array(0);
const STOP = IDL.Record({ canister_id: IDL.Principal });
const CREATE_AT = IDL.Record({ specified_id: IDL.Opt(IDL.Principal) });
const principal = (id: Uint8Array): Principal => Principal.fromUint8Array(id);
const KEEP = { upgrade: [{ skip_pre_upgrade: [], wasm_memory_persistence: [{ keep: null }] }] } as unknown as Mode;

/** Everything that a canister can have, set by one method. */
const RICH = `${COUNTER} ${table(32, 'done')}
    (func $done (param I) (call $add (i64.const 100)) (call $reply_counters))
    (func (export "canister_update fill") (call $add (i64.const 1))
        (drop (call $stable64_grow (i64.const 1)))
        (call $certified_data_set (I.const 256) (I.const 3))
        (drop (call $global_timer_set (i64.const -1)))
        (call $debug_print (I.const 336) (I.const 4))
        (call $reply_counters))
    (func (export "canister_update go") (call $callee_from_arg) (call $call_inc (I.const 0) (I.const 0)))
    (func (export "canister_update timer") (call $reply_i64 (call $global_timer_set (i64.const 0))))
    (func (export "canister_query pages") (call $reply_i64 (call $stable64_size)))
    (func (export "canister_global_timer"))`;
const PERSISTENCE = 'icp:private enhanced-orthogonal-persistence';
const PERSISTENT = withSection(canister(RICH), PERSISTENCE, '');

describe('1.4 What survives', () => {
    const rows = [
        ['install after uninstall', undefined, { stable: 0n, certified: 0, logs: 0, chunks: 0, heap: [0n, 0n] }],
        ['reinstall', { reinstall: null }, { stable: 0n, certified: 0, logs: 0, chunks: 1, heap: [0n, 0n] }],
        ['upgrade', { upgrade: [] }, { stable: 65_536n, certified: 3, logs: 1, chunks: 1, heap: [0n, 0n] }],
        ['upgrade that keeps the heap', KEEP, { stable: 65_536n, certified: 3, logs: 1, chunks: 1, heap: [1n, 0n] }]
    ] as const;

    it.each(rows)('%s', (_, mode, expected) => {
        const lab = new Lab();
        const id = lab.install(RICH);
        lab.step(id, 'fill');
        asUser(lab, 'upload_chunk', id, { chunk: new Uint8Array(5) });
        const before = lab.replica.canister(id)!;
        if (mode === undefined) {
            asUser(lab, 'uninstall_code', id);
        }
        lab.installOn(id, PERSISTENT, NONE, (mode ?? { install: null }) as Mode);
        const after = lab.replica.canister(id)!;
        const logs = decoded<{ canister_log_records: unknown[] }>(
            'fetch_canister_logs',
            asQuery(lab, 'fetch_canister_logs', id)
        );
        expect({
            stable: (lab.status(id)['memory_metrics'] as Record<string, bigint>)['stable_memory_size'],
            certified: after.certifiedData.length,
            logs: logs.canister_log_records.length,
            chunks: decoded<unknown[]>('stored_chunks', asUser(lab, 'stored_chunks', id)).length,
            heap: lab.counters(id)
        }).toEqual(expected);
        // Version, controllers and balance: one step for each change, the rest stays.
        expect(after.version).toBe(before.version + (mode === undefined ? 2n : 1n));
        expect(after.controllers).toEqual(before.controllers);
        expect(after.cycles).toBe(before.cycles);
        expect(lab.replica.nextTimer()).toBeUndefined();
    });

    it.each([
        ['no', { upgrade: [] }, 'Missing upgrade option: Enhanced orthogonal persistence requires'],
        ['keep, by code that cannot', KEEP, 'Invalid upgrade option: The `wasm_memory_persistence: opt Keep`']
    ])('a heap that is to persist: %s choice is refused', (_, mode, message) => {
        const lab = new Lab();
        const id = lab.install(PERSISTENT);
        const args = { mode, module: canister(RICH) };
        expect(() => lab.installOn(id, args.module, NONE, args.mode as Mode)).toThrow(message);
        expect(lab.replica.canister(id)!.version).toBe(1n);
    });

    it('a heap of 32-bit addresses is kept by 64-bit code, byte for byte', () => {
        const lab = new Lab();
        const id = lab.install(RICH);
        lab.step(id, 'fill');
        const wide = withSection(canister(COUNTER, 64), PERSISTENCE, '');
        lab.installOn(id, wide, NONE, KEEP);
        expect(lab.counters(id)).toEqual([1n, 0n]);
    });

    it('reinstall runs old callbacks on the new code, by table index', () => {
        const lab = new Lab();
        const callee = lab.install(COUNTER);
        const id = lab.install(RICH);
        const go = lab.submit(id, 'go', callee);
        lab.next();
        lab.installOn(id, canister(RICH.replace('100', '1000')), NONE, { reinstall: null });
        lab.replica.settle();
        expect(numbers(lab.resultOf(go))).toEqual([1000n, 1000n]);
    });

    it('a trap in the new init leaves all of the old canister', () => {
        const lab = new Lab();
        const id = lab.install(RICH);
        lab.step(id, 'fill');
        const { version } = lab.replica.canister(id)!;
        const broken = canister(`${RICH} (func (export "canister_init") (call $add (i64.const 5)) unreachable)`);
        expect(() => lab.installOn(id, broken, NONE, { reinstall: null })).toThrow('unreachable');
        expect(lab.replica.canister(id)).toMatchObject({ version, certifiedData: new Uint8Array([105, 110, 99]) });
        expect(lab.counters(id)).toEqual([1n, 1n]);
        expect(numbers(lab.query(id, 'pages'))).toEqual([1n]);
        expect(numbers(lab.call(id, 'timer'))).toEqual([-1n]);
    });
});

describe('3.5 Uninstalling with open calls', () => {
    /** A canister that calls another, in the middle of that. */
    function waiting(options = {}): { lab: Lab; id: Uint8Array; go: ReturnType<Lab['submit']>; callee: Uint8Array } {
        const lab = new Lab(options);
        const callee = lab.install(COUNTER);
        const id = lab.install(RICH);
        const go = lab.submit(id, 'go', callee);
        lab.next();
        return { lab, id, go, callee };
    }

    it('tells canisters that wait the text alone', () => {
        const lab = new Lab();
        const callee = lab.install(COUNTER);
        const middle = lab.install(RICH);
        const outer = lab.install(`${table(32, 'reply', 'reject')} (func $reply (param I))
            (func $reject (param I)
                (call $msg_reject_msg_copy (I.const 2048) (I.const 0) (call $msg_reject_msg_size))
                (call $msg_reject (I.const 2048) (call $msg_reject_msg_size)))
            (func (export "canister_update go")
                (call $msg_arg_data_copy (I.const 128) (I.const 0) (I.const 10))
                (call $begin (I.const 272) (I.const 2) (I.const 0) (I.const 1))
                (call $msg_arg_data_copy (I.const 512) (I.const 10) (I.const 10))
                (call $call_data_append (I.const 512) (I.const 10))
                (drop (call $call_perform)))`);
        const go = lab.submit(outer, 'go', Uint8Array.from([...middle, ...callee]));
        lab.next();
        lab.next();
        asUser(lab, 'uninstall_code', middle);
        lab.replica.settle();
        expect(rejection(lab.resultOf(go)).message).toBe('Canister has been uninstalled.');
    });

    it('rejects those who wait, and runs no callback, not even on new code', () => {
        const { lab, id, go, callee } = waiting();
        asUser(lab, 'uninstall_code', id);
        expect(rejection(lab.resultOf(go))).toEqual({
            kind: 'reject',
            code: 4,
            errorCode: 'IC0406',
            message: 'Canister has been uninstalled.'
        });
        lab.installOn(id, canister(RICH));
        lab.replica.settle();
        expect(lab.counters(callee)).toEqual([1n, 1n]);
        expect(lab.counters(id)).toEqual([0n, 0n]);
        expect(lab.replica.quiescent()).toBe(true);
    });

    it('tells whose calls were answered by it', () => {
        const lab = new Lab();
        const [id, callee] = [lab.install(RICH), lab.install(COUNTER)];
        const call = { sender: ALICE, canisterId: id, method: 'go', arg: callee, label: 'alice#1', root: 7 };
        lab.replica.execute(lab.replica.submit(call));
        const args = { canister_id: principal(id), sender_canister_version: [] };
        const uninstalls = lab.submitManagement('uninstall_code', UNINSTALL_CODE, args);
        expect(lab.replica.execute(uninstalls)).toMatchObject({ answeredRoot: true, answeredOthers: [7] });
    });

    it('gives the cycles of late responses to the canister, callbacks paid in advance included', () => {
        const { lab, id } = waiting({ fees: 'standard' });
        asUser(lab, 'uninstall_code', id);
        const before = lab.replica.canister(id)!.cycles;
        lab.replica.settle();
        const after = lab.replica.canister(id)!.cycles;
        // 40 billion instructions and the largest response, but for the 16 bytes that came.
        expect(after - before).toBe(40_005_000_000n + 1_000n * 2_097_152n - 1_000n * 16n);
    });

    it('lets a canister stop only when its responses have arrived', () => {
        const { lab, id } = waiting();
        asUser(lab, 'uninstall_code', id);
        const stop = lab.submitManagement('stop_canister', STOP, { canister_id: principal(id) });
        lab.replica.execute(stop);
        expect(lab.replica.result(stop)).toBeUndefined();
        lab.replica.settle();
        expect(bytes(lab.resultOf(stop)).length).toBeGreaterThan(0);
        expect(lab.replica.canister(id)!.status).toBe('stopped');
    });

    it('calls that come later find it empty', () => {
        const { lab, id } = waiting();
        asUser(lab, 'uninstall_code', id);
        expect(rejection(lab.call(id, 'get'))).toMatchObject({ code: 5, errorCode: 'IC0537' });
        expect(lab.replica.canister(id)).not.toHaveProperty('moduleHash');
    });
});

describe('3.5 Deleting', () => {
    function stopped(): { lab: Lab; id: Uint8Array } {
        const lab = new Lab();
        const id = lab.install(RICH);
        asUser(lab, 'stop_canister', id);
        return { lab, id };
    }

    it('needs a stopped canister', () => {
        const lab = new Lab();
        const id = lab.install(RICH);
        const { errorCode, message } = rejection(asUser(lab, 'delete_canister', id));
        expect(errorCode).toBe('IC0510');
        expect(message).toBe(
            `Canister ${text(id)} must be stopped before it is deleted.\nStop the canister before deleting it. ` +
                'See documentation: http://internetcomputer.org/docs/current/references/execution-errors' +
                '#delete-canister-not-stopped'
        );
    });

    it('waits for messages that are on their way', () => {
        const { lab, id } = stopped();
        lab.submit(id, 'get');
        expect(rejection(asUser(lab, 'delete_canister', id))).toMatchObject({ code: 2, errorCode: 'IC0203' });
    });

    it('leaves nothing, and the id is never given out again', () => {
        const { lab, id } = stopped();
        expect(asUser(lab, 'delete_canister', id).kind).toBe('reply');
        expect(lab.replica.canister(id)).toBeUndefined();
        expect(lab.replica.canisterIds()).toEqual([]);
        expect(rejection(lab.call(id, 'get'))).toMatchObject({ code: 3, errorCode: 'IC0301' });
        expect(rejection(asUser(lab, 'start_canister', id)).errorCode).toBe('IC0301');
        expect(text(lab.create())).not.toBe(text(id));
        const there = { specified_id: [principal(id)] };
        const again = lab.tryManage('provisional_create_canister_with_cycles', CREATE_AT, there);
        expect(rejection(again).errorCode).toBe('IC0205');
    });
});
