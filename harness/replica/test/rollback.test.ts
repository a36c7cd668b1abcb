/** Marks and rollback are exact, and both memory engines agree (design: "Marks"). */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import type { Message, ReplicaOptions } from '../index.ts';
import { UnknownMarkError } from '../index.ts';
import * as snapshots from '../management/snapshot-types.ts';
import * as types from '../management/types.ts';
import { installArgs, Lab, type Mode } from './lab.ts';
import { canister, COUNTER, table, withSection } from './wat.ts';

/**
 * A canister that does a bit of everything; `n` names what: counter, stable memory, growth, calls, traps, timers,
 * cycles.
 */
const BUSY = `${COUNTER} ${table(32, 'done', 'bad', 'clean')}
    (func $stable (param $at i64)
        (drop (call $stable64_grow (i64.const 1)))
        (i64.store (I.const 64) (i64.add (local.get $at) (i64.load (I.const 0))))
        (call $stable64_write (local.get $at) (I64 64) (i64.const 8)))
    (func $done (param I) (call $add (i64.const 3)) (call $stable (i64.const 4090)) (call $reply_counters))
    (func $bad (param I) (call $add (i64.const 5)) (call $stable (i64.const 9000)) unreachable)
    (func $clean (param I) (call $add (i64.const 7)))
    (func $out (param $callback I)
        (call $callee_from_arg)
        (call $begin (I.const 256) (I.const 3) (local.get $callback) (local.get $callback))
        (call $call_cycles_add128 (i64.const 0) (i64.const 11))
        (call $call_on_cleanup (I.const 2) (I.const 0)))
    (func (export "canister_update write") (call $add (i64.const 1)) (call $stable (i64.const 4092))
        (call $reply_counters))
    (func (export "canister_update grow") (drop (memory.grow (I.const 1)))
        (i64.store (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 8)) (i64.const 77))
            (call $reply_counters))
    (func (export "canister_update trap") (call $add (i64.const 1)) (call $stable (i64.const 0)) unreachable)
    (func (export "canister_update call") (call $out (I.const 0)) (drop (call $call_perform)) (call $add (i64.const 1)))
    (func (export "canister_update call_bad") (call $out (I.const 1)) (drop (call $call_perform)))
    (func (export "canister_update bounded") (call $out (I.const 0))
        (call $call_with_best_effort_response (i32.const 5)) (drop (call $call_perform)))
    (func (export "canister_update arm") (drop (call $global_timer_set (i64.add (call $time) (i64.const 10))))
        (call $reply_counters))
    (func (export "canister_update certify") (call $certified_data_set (I.const 0) (I.const 16)) (call $reply_counters))
    (func (export "canister_global_timer") (call $add (i64.const 13))
        (drop (call $global_timer_set (i64.add (call $time) (i64.const 10)))))
    (func (export "canister_pre_upgrade") (call $stable (i64.const 0)))
    (func (export "canister_post_upgrade") (call $stable (i64.const 100)))`.replaceAll('I64', 'i64.const');

const METHODS = ['write', 'grow', 'trap', 'call', 'call_bad', 'bounded', 'arm', 'certify', 'inc', 'get', 'absent'];

const MANAGED = [
    'reinstall',
    'install',
    'uninstall_code',
    'keep',
    'upload_chunk',
    'clear_chunk_store',
    'take_canister_snapshot',
    'load_canister_snapshot',
    'upload_canister_snapshot_metadata',
    'delete_canister_snapshot',
    'delete_canister',
    'update_settings',
    'provisional_top_up_canister'
] as const;
type Managed = (typeof MANAGED)[number];
/** Those that did something at least once: the others would prove nothing. */
const SUCCEEDED = new Set<Managed>();

/** One thing that may happen; numbers choose among what is possible then. */
type Act =
    | { kind: 'submit'; canister: number; method: string; label: number }
    | { kind: 'execute' | 'reject' | 'expire'; which: number }
    | { kind: 'time'; ns: number }
    | { kind: 'upgrade' | 'stop' | 'start'; canister: number }
    | { kind: 'manage'; canister: number; method: Managed }
    | { kind: 'mark' | 'rollback' | 'query' };

const canisterIndex = fc.nat(1);
const act: fc.Arbitrary<Act> = fc.oneof(
    {
        weight: 5,
        arbitrary: fc.record({
            kind: fc.constant('submit' as const),
            canister: canisterIndex,
            method: fc.constantFrom(...METHODS),
            label: fc.nat(4)
        })
    },
    { weight: 12, arbitrary: fc.record({ kind: fc.constant('execute' as const), which: fc.nat(20) }) },
    {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constantFrom('reject' as const, 'expire' as const), which: fc.nat(20) })
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('time' as const), ns: fc.nat(20) }) },
    // Long enough to be charged for, or to run out of cycles.
    {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('time' as const), ns: fc.constantFrom(2e10, 1e15, 4e18) })
    },
    {
        weight: 1,
        arbitrary: fc.record({
            kind: fc.constantFrom('upgrade' as const, 'stop' as const, 'start' as const),
            canister: canisterIndex
        })
    },
    {
        weight: 4,
        arbitrary: fc.record({
            kind: fc.constant('manage' as const),
            canister: canisterIndex,
            method: fc.constantFrom(...MANAGED)
        })
    },
    {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constantFrom('mark' as const, 'rollback' as const, 'query' as const) })
    }
);

const MODULE = canister(BUSY);
const PERSISTENT = withSection(MODULE, 'icp:private enhanced-orthogonal-persistence', '');
const EMPTY_SNAPSHOT = {
    replace_snapshot: [],
    sender_canister_version: [],
    wasm_module_size: 9n,
    globals: [],
    wasm_memory_size: 65_536n,
    stable_memory_size: 65_536n,
    certified_data: new Uint8Array(3),
    global_timer: [{ active: 1n }],
    on_low_wasm_memory_hook_status: []
};
const ARGUMENTS = {
    uninstall_code: types.UNINSTALL_CODE,
    upload_chunk: IDL.Record({ canister_id: IDL.Principal, chunk: IDL.Vec(IDL.Nat8) }),
    clear_chunk_store: types.CANISTER_ID,
    take_canister_snapshot: snapshots.TAKE,
    load_canister_snapshot: snapshots.LOAD,
    upload_canister_snapshot_metadata: snapshots.UPLOAD_METADATA,
    delete_canister_snapshot: snapshots.SNAPSHOT_ID,
    delete_canister: types.CANISTER_ID,
    provisional_top_up_canister: types.TOP_UP
};

class Walk {
    readonly lab: Lab;
    readonly ids: Uint8Array[];
    readonly marks: { mark: number; digest: string; versions: number[] }[] = [];
    #labels = 0;

    constructor(options: ReplicaOptions) {
        this.lab = new Lab(options);
        this.ids = [this.lab.install(MODULE), this.lab.install(MODULE)];
        this.mark();
    }

    mark(): void {
        const { replica } = this.lab;
        this.marks.push({ mark: replica.mark(), digest: replica.digest(), versions: this.versions() });
    }

    /** After a rollback to the start: the same steps submit under the same labels. */
    forgetLabels(): void {
        this.#labels = 0;
    }

    versions(): number[] {
        return this.ids.map((id) => this.lab.replica.stateVersion(id));
    }

    do(step: Act): void {
        const { replica } = this.lab;
        switch (step.kind) {
            case 'submit':
                this.lab.submit(
                    this.ids[step.canister]!,
                    step.method,
                    this.ids[1 - step.canister]!,
                    `l${this.#labels++}`
                );
                return;
            case 'execute': {
                const enabled = replica.enabled();
                if (enabled.length > 0) {
                    replica.execute(enabled[step.which % enabled.length]!);
                }
                return;
            }
            case 'reject': {
                const requests = replica.inFlight().filter(({ kind }) => kind === 'request');
                if (requests.length > 0) {
                    replica.reject(requests[step.which % requests.length]!, 2, 'fault');
                }
                return;
            }
            case 'expire': {
                const calls = replica.expirable();
                if (calls.length > 0) {
                    replica.expire(
                        calls[step.which % calls.length]!,
                        step.which % 2 === 0 ? 'dropped' : 'delivered-later'
                    );
                }
                return;
            }
            case 'time':
                replica.advanceTime(BigInt(step.ns));
                return;
            case 'upgrade':
                this.lab.tryManage(
                    'install_code',
                    types.INSTALL_CODE,
                    installArgs(this.ids[step.canister]!, MODULE, undefined, { upgrade: [] })
                );
                return;
            case 'stop':
            case 'start': {
                const target = { canister_id: Principal.fromUint8Array(this.ids[step.canister]!) };
                replica.execute(this.lab.submitManagement(`${step.kind}_canister`, types.CANISTER_ID, target));
                return;
            }
            case 'manage':
                this.manage(step.method, this.ids[step.canister]!);
                return;
            case 'mark':
                this.mark();
                return;
            case 'rollback':
                this.rollback();
                return;
            case 'query':
                this.lab.query(this.ids[0]!, 'get');
                return;
        }
    }

    /** A management call, which may well be refused: an empty canister cannot be upgraded. */
    manage(method: Managed, id: Uint8Array): void {
        const message = this.submitManaged(method, id);
        if (this.lab.replica.execute(message).status === 'committed') {
            SUCCEEDED.add(method);
        }
    }

    submitManaged(method: Managed, id: Uint8Array): Message {
        const { lab } = this;
        const install = (module: Uint8Array, mode: object): Message =>
            lab.submitManagement('install_code', types.INSTALL_CODE, installArgs(id, module, undefined, mode as Mode));
        const snapshot = new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, ...id]);
        switch (method) {
            case 'reinstall':
            case 'install':
                return install(MODULE, { [method]: null });
            case 'keep': {
                const flags = { skip_pre_upgrade: [true], wasm_memory_persistence: [{ keep: null }] };
                return install(PERSISTENT, { upgrade: [flags] });
            }
            case 'update_settings':
                return lab.submitSettings(id, { freezing_threshold: [5n], log_visibility: [{ public: null }] });
            default:
                return lab.submitManagement(method, ARGUMENTS[method], {
                    ...EMPTY_SNAPSHOT,
                    canister_id: Principal.fromUint8Array(id),
                    snapshot_id: snapshot,
                    chunk: id,
                    amount: 3n,
                    uninstall_code: [method === 'take_canister_snapshot' && id[7] === 1]
                });
        }
    }

    /** To the latest mark or, when nothing happened since, to the one before. */
    rollback(): void {
        const { replica } = this.lab;
        if (this.marks.length > 1 && replica.digest() === this.marks.at(-1)!.digest) {
            this.marks.pop();
        }
        // Checked each time: an inexact rollback must not be hidden by a later, larger one.
        const { mark, digest, versions } = this.marks.at(-1)!;
        replica.rollback(mark);
        expect(replica.digest()).toBe(digest);
        expect(this.versions()).toEqual(versions);
    }
}

const STANDARD = { seed: 1, numRuns: 60, endOnFailure: true } as const;

describe('Rollback', () => {
    it.each(['free', 'standard'] as const)(
        'restores everything after random schedules with faults, upgrades and timers (%s fees)',
        (fees) => {
            fc.assert(
                fc.property(fc.array(act, { minLength: 20, maxLength: 80 }), (acts) => {
                    const walk = new Walk({ fees });
                    acts.forEach((step) => walk.do(step));
                    for (const { mark, digest, versions } of walk.marks.toReversed()) {
                        walk.lab.replica.rollback(mark);
                        expect(walk.lab.replica.digest()).toBe(digest);
                        expect(walk.versions()).toEqual(versions);
                    }
                }),
                STANDARD
            );
        }
    );

    it('leads to states from which the same steps do the same', () => {
        fc.assert(
            fc.property(fc.array(act, { minLength: 5, maxLength: 40 }), (acts) => {
                const steps = acts.filter(({ kind }) => kind !== 'mark' && kind !== 'rollback');
                const [fresh, used] = [new Walk({}), new Walk({})];
                steps.toReversed().forEach((step) => used.do(step));
                used.lab.replica.rollback(used.marks[0]!.mark);
                used.forgetLabels();
                for (const step of steps) {
                    fresh.do(step);
                    used.do(step);
                    expect(used.lab.paths()).toEqual(fresh.lab.paths());
                }
                expect(used.lab.replica.digest()).toBe(fresh.lab.replica.digest());
            }),
            STANDARD
        );
    });

    it('gives the same states with fast and with reference memory', () => {
        fc.assert(
            fc.property(fc.array(act, { minLength: 20, maxLength: 60 }), (acts) => {
                const [fast, reference] = [new Walk({ memory: 'fast' }), new Walk({ memory: 'reference' })];
                for (const step of acts) {
                    fast.do(step);
                    reference.do(step);
                    expect(fast.lab.replica.digest()).toBe(reference.lab.replica.digest());
                }
            }),
            { ...STANDARD, numRuns: 25 }
        );
    });

    it('was tried with every management call', () => {
        expect([...SUCCEEDED].sort()).toEqual([...MANAGED].sort());
    });

    it('kills later marks, keeps the one it goes to, and knows no others', () => {
        const lab = new Lab();
        const id = lab.install(COUNTER);
        const first = lab.replica.mark();
        lab.step(id, 'inc');
        const second = lab.replica.mark();
        lab.step(id, 'inc');
        lab.replica.rollback(first);
        lab.replica.rollback(first);
        expect(() => lab.replica.rollback(second)).toThrow(UnknownMarkError);
        lab.replica.release(first);
        expect(() => lab.replica.rollback(first)).toThrow(UnknownMarkError);
    });

    it('works the same after history was forgotten', () => {
        const lab = new Lab();
        const id = lab.install(MODULE);
        for (let round = 0; round < 3; round++) {
            lab.step(id, 'write');
            const mark = lab.replica.mark();
            const digest = lab.replica.digest();
            lab.step(id, 'write');
            lab.step(id, 'grow');
            lab.replica.rollback(mark);
            expect(lab.replica.digest()).toBe(digest);
            lab.replica.release(mark);
        }
        expect(lab.counters(id)).toEqual([3n, 3n]);
    });

    it('without a mark forgets: many messages do not make the replica grow', () => {
        const lab = new Lab();
        const id = lab.install(COUNTER);
        for (let at = 0; at < 2_000; at++) {
            lab.step(id, 'inc');
        }
        expect(lab.counters(id)).toEqual([2000n, 2000n]);
        // Position 0 of the journal: nothing before this mark can be undone.
        expect(lab.replica.mark()).toBe(0);
    });

    it('never gives one state version to two states', () => {
        const lab = new Lab();
        const id = lab.install(COUNTER);
        const mark = lab.replica.mark();
        const before = lab.replica.stateVersion(id);
        lab.step(id, 'inc');
        const after = lab.replica.stateVersion(id);
        lab.replica.rollback(mark);
        expect(lab.replica.stateVersion(id)).toBe(before);
        lab.step(id, 'inc');
        lab.step(id, 'inc');
        expect([before, after]).not.toContain(lab.replica.stateVersion(id));
    });
});
