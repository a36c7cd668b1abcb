/** Canister snapshots (ic-semantics 6.2). */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from '@jest/globals';
import * as types from '../management/snapshot-types.ts';
import { INITIAL_TIME_NS, type CallResult } from '../index.ts';
import { asCanister, asUser, decoded } from './ic.ts';
import { BOB, bytes, Lab, numbers, rejection, text } from './lab.ts';
import { PROXY, target } from './proxy.ts';
import { canister, COUNTER } from './wat.ts';

const LIST = IDL.Record({ canister_id: IDL.Principal });
const RICH = canister(`${COUNTER}
    (global $f (mut f64) (f64.const 1.5))
    (func (export "canister_update fill") (call $add (i64.const 1))
        (drop (call $stable64_grow (i64.const 1)))
        (i64.store (I.const 64) (i64.const 77))
        (call $stable64_write (i64.const 9000) (i64.const 64) (i64.const 8))
        (call $certified_data_set (I.const 256) (I.const 3))
        (global.set $f (f64.add (global.get $f) (f64.const 1)))
        (call $reply_counters))
    (func (export "canister_query stable")
        (call $stable64_read (i64.const 64) (i64.const 9000) (i64.const 8))
        (call $reply_i64 (i64.load (I.const 64))))
    (func (export "canister_query f") (call $reply_i64 (i64.trunc_f64_s (f64.mul (global.get $f) (f64.const 10)))))
    (func (export "canister_global_timer"))
    (func (export "canister_update arm") (drop (call $global_timer_set (i64.const 99))) (call $reply_counters))`);

interface Summary {
    id: Uint8Array;
    taken_at_timestamp: bigint;
    total_size: bigint;
}

class Snapshots {
    readonly lab = new Lab();
    readonly id = this.lab.install(RICH);

    call(method: string, type: IDL.Type, args: object, id = this.id): CallResult {
        const all = { ...target(id), replace_snapshot: [], uninstall_code: [], sender_canister_version: [], ...args };
        return this.lab.tryManage(method, type, all);
    }

    take(args: object = {}): Summary {
        const reply = bytes(this.call('take_canister_snapshot', types.TAKE, args));
        return IDL.decode([types.SNAPSHOT], reply)[0] as unknown as Summary;
    }

    list(): Summary[] {
        const reply = bytes(this.call('list_canister_snapshots', LIST, {}));
        return IDL.decode([IDL.Vec(types.SNAPSHOT)], reply)[0] as unknown as Summary[];
    }

    load(snapshot: Uint8Array, id = this.id): CallResult {
        return this.call('load_canister_snapshot', types.LOAD, { snapshot_id: snapshot }, id);
    }

    metadata(snapshot: Uint8Array): Record<string, unknown> {
        const args = { snapshot_id: snapshot };
        const reply = bytes(this.call('read_canister_snapshot_metadata', types.SNAPSHOT_ID, args));
        return IDL.decode([types.METADATA], reply)[0] as unknown as Record<string, unknown>;
    }

    read(snapshot: Uint8Array, kind: object): CallResult {
        return this.call('read_canister_snapshot_data', types.READ_DATA, { snapshot_id: snapshot, kind });
    }

    upload(snapshot: Uint8Array, kind: object, chunk: Uint8Array): CallResult {
        return this.call('upload_canister_snapshot_data', types.UPLOAD_DATA, { snapshot_id: snapshot, kind, chunk });
    }

    /** What code can see of its state. */
    state(id = this.id): bigint[] {
        return ['get', 'stable', 'f'].flatMap((method) => numbers(this.lab.query(id, method)));
    }
}

describe('6.2 Snapshots', () => {
    it('bring heap, globals, stable memory, certified data, chunks and code back, and leave the timer', () => {
        const test = new Snapshots();
        const { lab, id } = test;
        lab.step(id, 'fill');
        asUser(lab, 'upload_chunk', id, { chunk: new Uint8Array(3) });
        const before = test.state();
        const { id: snapshot, total_size: size } = test.take();
        expect(before).toEqual([1n, 1n, 77n, 25n]);
        expect(lab.status(id)['memory_metrics']).toMatchObject({ snapshots_size: size });
        lab.step(id, 'fill');
        lab.step(id, 'arm');
        asUser(lab, 'clear_chunk_store', id);
        const { version } = lab.replica.canister(id)!;
        const mark = lab.replica.mark();
        expect(test.load(snapshot).kind).toBe('reply');
        expect(test.state()).toEqual(before);
        expect(lab.replica.canister(id)).toMatchObject({
            version: version + 1n,
            certifiedData: new Uint8Array([105, 110, 99])
        });
        expect(decoded<unknown[]>('stored_chunks', asUser(lab, 'stored_chunks', id)).length).toBe(1);
        expect(lab.replica.enabled().map(({ kind }) => kind)).toEqual(['timer']);
        lab.step(id, 'fill');
        lab.replica.rollback(mark);
        expect(test.state()[0]).toBe(2n);
        // The snapshot did not change with the canister that was loaded from it.
        test.load(snapshot);
        expect(test.state()).toEqual(before);
    });

    it('go into the history, with the canister that they are from', () => {
        const test = new Snapshots();
        const { lab, id } = test;
        lab.step(id, 'fill');
        const other = lab.create();
        const proxy = lab.install(PROXY);
        const { id: snapshot } = test.take();
        test.load(snapshot, other);
        expect(test.state(other)).toEqual(test.state());
        const args = { num_requested_changes: [1n] };
        const { recent_changes: changes } = decoded<{ recent_changes: object[] }>(
            'canister_info',
            asCanister(lab, proxy, 'canister_info', other, args)
        );
        expect(changes).toMatchObject([
            {
                canister_version: 1n,
                details: {
                    load_snapshot: {
                        from_canister_id: [Principal.fromUint8Array(id)],
                        snapshot_id: snapshot,
                        canister_version: 2n,
                        taken_at_timestamp: INITIAL_TIME_NS
                    }
                }
            }
        ]);
    });

    it('are at most ten; one can replace another, and be deleted', () => {
        const test = new Snapshots();
        const taken = Array.from({ length: 10 }, () => test.take().id);
        const { errorCode, message } = rejection(test.call('take_canister_snapshot', types.TAKE, {}));
        expect(errorCode).toBe('IC0406');
        expect(message).toContain(`Canister ${text(test.id)} has reached the maximum number of snapshots allowed: 10.`);
        const { id: next } = test.take({ replace_snapshot: [taken[3]!] });
        expect(test.list().map(({ id }) => id)).toEqual([...taken.slice(0, 3), ...taken.slice(4), next]);
        test.call('delete_canister_snapshot', types.SNAPSHOT_ID, { snapshot_id: next });
        expect(test.list().length).toBe(9);
        expect(rejection(test.load(next))).toMatchObject({ code: 3, errorCode: 'IC0305' });
        const again = rejection(test.call('take_canister_snapshot', types.TAKE, { replace_snapshot: [next] }));
        expect(again.message).toContain(
            `Could not find the snapshot ID ${Buffer.from(next).toString('hex')} for canister ${text(test.id)}.`
        );
    });

    it('can be taken while the code goes, and need code', () => {
        const test = new Snapshots();
        const { lab, id } = test;
        lab.step(id, 'fill');
        const { id: snapshot } = test.take({ uninstall_code: [true] });
        expect(lab.replica.canister(id)).not.toHaveProperty('moduleHash');
        expect(rejection(test.call('take_canister_snapshot', types.TAKE, {})).message).toBe(
            `Failed to create snapshot for empty canister ${text(id)}:`
        );
        test.load(snapshot);
        expect(test.state()).toEqual([1n, 1n, 77n, 25n]);
    });

    it('are for controllers; reading them for whom the setting names', () => {
        const test = new Snapshots();
        const { lab, id } = test;
        test.take();
        const list = (): string => lab.tryManage('list_canister_snapshots', LIST, target(id), BOB).kind;
        expect(list()).toBe('reject');
        lab.settings(id, { snapshot_visibility: [{ allowed_viewers: [Principal.fromUint8Array(BOB)] }] });
        expect(list()).toBe('reply');
    });

    it('are the same when read out and uploaded elsewhere', () => {
        const test = new Snapshots();
        const { lab, id } = test;
        lab.step(id, 'fill');
        const { id: snapshot } = test.take();
        const metadata = test.metadata(snapshot);
        expect(metadata).toMatchObject({
            source: { taken_from_canister: null },
            globals: [{ i64: 1n }, { f64: 2.5 }],
            stable_memory_size: 65_536n,
            global_timer: [{ inactive: null }],
            on_low_wasm_memory_hook_status: [{ condition_not_satisfied: null }]
        });
        const given = { ...metadata, global_timer: [{ active: 5n }] };
        const reply = bytes(test.call('upload_canister_snapshot_metadata', types.UPLOAD_METADATA, given));
        const [{ snapshot_id: copy }] = IDL.decode([types.UPLOADED], reply) as unknown as [{ snapshot_id: Uint8Array }];
        for (const [kind, size] of [
            ['wasm_module', metadata['wasm_module_size']],
            ['wasm_memory', metadata['wasm_memory_size']],
            ['stable_memory', metadata['stable_memory_size']]
        ] as [string, bigint][]) {
            const data = bytes(test.read(snapshot, { [kind]: { offset: 0n, size } }));
            const [{ chunk }] = IDL.decode([types.DATA], data) as unknown as [{ chunk: Uint8Array }];
            expect(test.upload(copy, { [kind]: { offset: 0n } }, Uint8Array.from(chunk)).kind).toBe('reply');
        }
        lab.installOn(id, canister(COUNTER), undefined, { reinstall: null });
        expect(test.load(copy).kind).toBe('reply');
        expect(test.state()).toEqual([1n, 1n, 77n, 25n]);
        // An uploaded one brings its timer along: it is due.
        expect(lab.replica.enabled().map(({ kind }) => kind)).toEqual(['timer']);
    });

    it.each([
        ['past the end', { wasm_module: { offset: 1n, size: 1_999_999n } }, 'Invalid subslice into wasm module / main'],
        ['too much', { wasm_memory: { offset: 0n, size: 2_000_001n } }, 'Requested slice too large: 2000001 > 2000000'],
        ['a chunk that is not there', { wasm_chunk: { hash: new Uint8Array(32) } }, 'Chunk hash [0, 0, 0']
    ])('refuse to be read %s', (_, kind, message) => {
        const test = new Snapshots();
        expect(rejection(test.read(test.take().id, kind)).message).toContain(message);
    });

    it('do not change once taken, and are refused when their parts do not fit', () => {
        const test = new Snapshots();
        const { id: taken } = test.take();
        const changed = rejection(test.upload(taken, { wasm_module: { offset: 0n } }, new Uint8Array(1)));
        expect(changed).toMatchObject({
            errorCode: 'IC0409',
            message: 'Only canister snapshots created by metadata upload can be mutated.'
        });
        const empty = { ...test.metadata(taken), globals: [] };
        const reply = bytes(test.call('upload_canister_snapshot_metadata', types.UPLOAD_METADATA, empty));
        const [{ snapshot_id: copy }] = IDL.decode([types.UPLOADED], reply) as unknown as [{ snapshot_id: Uint8Array }];
        // No module was uploaded: zeroes are none.
        expect(rejection(test.load(copy)).errorCode).toBe('IC0505');
        test.upload(copy, { wasm_module: { offset: 0n } }, RICH);
        expect(rejection(test.load(copy)).message).toContain(
            'Number or types of its globals are not those of its module'
        );
        expect(test.lab.counters(test.id)).toEqual([0n, 0n]);
    });
});
