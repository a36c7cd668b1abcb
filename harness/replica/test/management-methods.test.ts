/** The management canister (ic-semantics 6): who may call what, and what it tells. */
import { createHash } from 'node:crypto';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from '@jest/globals';
import { INITIAL_TIME_NS, MANAGEMENT } from '../index.ts';
import * as types from '../management/types.ts';
import { asCanister, asQuery, asUser, decoded } from './ic.ts';
import { ALICE, BOB, Lab, rejection, text } from './lab.ts';
import { PROXY, target } from './proxy.ts';
import { canister, COUNTER, withSection } from './wat.ts';

const NONE = new Uint8Array(0);
const DOCS = 'See documentation: http://internetcomputer.org/docs/current/references/execution-errors#';

describe('6.2 Who may call', () => {
    const accepted = (lab: Lab, method: string, arg: Uint8Array, sender: Uint8Array): unknown =>
        lab.replica.accept({ sender, canisterId: MANAGEMENT, method, arg });
    const about = (id: Uint8Array): Uint8Array => new Uint8Array(IDL.encode([types.CANISTER_ID], [target(id)]));

    it.each(['raw_rand', 'deposit_cycles', 'create_canister', 'canister_info', 'canister_metadata', 'subnet_info'])(
        '%s is not for users, at acceptance and at execution',
        (method) => {
            const lab = new Lab();
            const message = `Only canisters can call ic00 method ${method}`;
            expect(accepted(lab, method, NONE, ALICE)).toMatchObject({ code: 4, errorCode: 'IC0406', message });
            const call = lab.replica.submit({ sender: ALICE, canisterId: MANAGEMENT, method, arg: NONE });
            lab.replica.execute(call);
            expect(lab.replica.result(call)).toMatchObject({ errorCode: 'IC0406', message });
        }
    );

    it.each(['canister_status', 'start_canister', 'stop_canister', 'delete_canister', 'stored_chunks'])(
        '%s is accepted from controllers only, in words of its own',
        (method) => {
            const lab = new Lab();
            const id = lab.create();
            expect(accepted(lab, method, about(id), ALICE)).toBeUndefined();
            expect(accepted(lab, method, about(id), BOB)).toMatchObject({
                code: 5,
                errorCode: 'IC0512',
                message: `Only controllers of canister ${text(id)} can call ic00 method ${method}`
            });
        }
    );

    it('acceptance leaves no trace, and knows missing canisters, methods and cycles', () => {
        const lab = new Lab({ fees: 'standard' });
        const id = lab.create(1n);
        const digest = lab.replica.digest();
        expect(accepted(lab, 'stop_canister', about(id), ALICE)).toMatchObject({ code: 2, errorCode: 'IC0207' });
        expect(accepted(lab, 'stop_canister', about(new Uint8Array(10)), ALICE)).toMatchObject({ errorCode: 'IC0301' });
        expect(accepted(lab, 'stop_canister', NONE, ALICE)).toMatchObject({ errorCode: 'IC0408' });
        expect(accepted(lab, 'nonsense', NONE, ALICE)).toMatchObject({ errorCode: 'IC0536' });
        expect(accepted(lab, 'provisional_create_canister_with_cycles', NONE, ALICE)).toMatchObject({
            errorCode: 'IC0408'
        });
        expect(lab.replica.digest()).toBe(digest);
    });

    it('the managed canister pays for a message about it', () => {
        const lab = new Lab({ fees: 'standard' });
        const id = lab.create();
        // What strangers send is refused, and costs it nothing.
        expect(asUser(lab, 'start_canister', id, {}, BOB).kind).toBe('reject');
        asUser(lab, 'start_canister', id);
        const paid = 100_000_000_000_000n - lab.replica.canister(id)!.cycles;
        const arg = new Uint8Array(IDL.encode([types.CANISTER_ID], [target(id)]));
        expect(paid).toBe(1_200_000n + 2_000n * BigInt(14 + arg.length));
        const { cycles_consumed: consumed } = decoded<{ cycles_consumed: Record<string, bigint> }>(
            'canister_metrics',
            asQuery(lab, 'canister_metrics', id)
        );
        expect(consumed['ingress_induction']).toBe(paid);
    });

    it('queries: status, metrics and logs, nothing else; logs in queries only', () => {
        const lab = new Lab();
        const id = lab.create();
        expect(asQuery(lab, 'canister_metrics', id).kind).toBe('reply');
        expect(asQuery(lab, 'fetch_canister_logs', id).kind).toBe('reply');
        expect(rejection(asQuery(lab, 'stored_chunks', id))).toMatchObject({
            errorCode: 'IC0536',
            message: 'Query method stored_chunks not found.'
        });
        expect(rejection(asUser(lab, 'fetch_canister_logs', id)).message).toBe(
            'fetch_canister_logs API is only accessible in non-replicated mode'
        );
    });

    it('subnet admins stop, start, delete and list canisters, and create them for nothing', () => {
        const lab = new Lab({ fees: 'standard', subnetAdmins: [BOB] });
        const ids = [lab.create(), lab.create()];
        const args = { settings: [], sender_canister_version: [] };
        expect(lab.tryManage('create_canister', types.CREATE_CANISTER, args, BOB).kind).toBe('reply');
        asUser(lab, 'stop_canister', ids[0]!, {}, BOB);
        expect(lab.replica.canister(ids[0]!)!.status).toBe('stopped');
        asUser(lab, 'delete_canister', ids[0]!, {}, BOB);
        const arg = new Uint8Array(IDL.encode([], []));
        const listed = lab.replica.query({ sender: BOB, canisterId: MANAGEMENT, method: 'list_canisters', arg });
        const { canisters } = decoded<{ canisters: { start: Principal; end: Principal }[] }>('list_canisters', listed);
        expect(canisters.map(({ start, end }) => [start.toText(), end.toText()])).toEqual([
            [text(ids[1]!), text(lab.replica.canisterIds()[1]!)]
        ]);
        expect(rejection(asQuery(lab, 'list_canisters', MANAGEMENT)).errorCode).toBe('IC0406');
    });
});

describe('6.1 sender_canister_version', () => {
    it('of a canister must be its version at the call', () => {
        const lab = new Lab();
        const proxy = lab.install(PROXY);
        const id = lab.create(undefined, { controllers: [[Principal.fromUint8Array(proxy)]] });
        const version = lab.replica.canister(proxy)!.version;
        const right = asCanister(lab, proxy, 'uninstall_code', id, { sender_canister_version: [version] });
        expect(right.kind).toBe('reply');
        const wrong = asCanister(lab, proxy, 'uninstall_code', id, { sender_canister_version: [666n] });
        expect(rejection(wrong).message).toBe(
            'Management canister call payload includes sender canister version 666 that does not match the ' +
                `actual sender canister version ${lab.replica.canister(proxy)!.version - 2n}.`
        );
    });
});

describe('6.1 canister_info and canister_metadata', () => {
    interface Info {
        total_num_changes: bigint;
        recent_changes: { timestamp_nanos: bigint; canister_version: bigint; origin: object; details: object }[];
        module_hash: [] | [Uint8Array];
    }
    const info = (lab: Lab, proxy: Uint8Array, id: Uint8Array, count?: bigint): Info => {
        const requested = count === undefined ? [] : [count];
        const args = { num_requested_changes: requested };
        return decoded('canister_info', asCanister(lab, proxy, 'canister_info', id, args));
    };

    it('tells every change with version, time, origin and details', () => {
        const lab = new Lab();
        const proxy = lab.install(PROXY);
        const id = lab.create(undefined, { environment_variables: [[{ name: 'a', value: 'b' }]] });
        lab.replica.advanceTime(5n);
        const module = canister(COUNTER);
        lab.installOn(id, module);
        lab.installOn(id, module, NONE, { upgrade: [] });
        lab.settings(id, { controllers: [[ALICE, proxy].map((each) => Principal.fromUint8Array(each))] });
        lab.settings(id, { freezing_threshold: [1n] });
        const { version } = lab.replica.canister(proxy)!;
        asCanister(lab, proxy, 'uninstall_code', id, { sender_canister_version: [version] });
        const { total_num_changes: total, recent_changes: changes, module_hash: hash } = info(lab, proxy, id, 50n);
        const sha256 = (...parts: (string | Buffer)[]): Buffer =>
            createHash('sha256').update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest();
        expect([total, hash]).toEqual([5n, []]);
        expect(changes.map(({ canister_version: at, details }) => [at, Object.keys(details)[0]])).toEqual([
            [0n, 'creation'],
            [1n, 'code_deployment'],
            [2n, 'code_deployment'],
            [3n, 'controllers_change'],
            [5n, 'code_uninstall']
        ]);
        expect(changes[0]).toMatchObject({
            timestamp_nanos: INITIAL_TIME_NS,
            origin: { from_user: { user_id: Principal.fromUint8Array(ALICE) } },
            details: { creation: { environment_variables_hash: [new Uint8Array(sha256(sha256('a'), sha256('b')))] } }
        });
        expect(changes[2]).toMatchObject({
            timestamp_nanos: INITIAL_TIME_NS + 5n,
            details: {
                code_deployment: { mode: { upgrade: null }, module_hash: new Uint8Array(sha256(Buffer.from(module))) }
            }
        });
        expect(changes[4]).toMatchObject({
            origin: { from_canister: { canister_id: Principal.fromUint8Array(proxy), canister_version: [1n] } }
        });
        expect(info(lab, proxy, id).recent_changes).toEqual([]);
        expect(info(lab, proxy, id, 2n).recent_changes.length).toBe(2);
    });

    it('keeps twenty changes and counts all', () => {
        const lab = new Lab();
        const proxy = lab.install(PROXY);
        const id = lab.create();
        for (let at = 0; at < 30; at++) {
            lab.settings(id, { controllers: [[Principal.fromUint8Array(ALICE)]] });
        }
        const { total_num_changes: total, recent_changes: changes } = info(lab, proxy, id, 100n);
        expect([total, changes.length, changes[0]!.canister_version]).toEqual([31n, 20, 11n]);
    });

    it('shows public metadata to all, private to controllers', () => {
        const lab = new Lab();
        const proxy = lab.install(PROXY);
        const module = withSection(withSection(canister(COUNTER), 'icp:public a', 'A'), 'icp:private b', 'B');
        const id = lab.install(module);
        const read = (name: string): string =>
            Buffer.from(
                decoded<{ value: Uint8Array }>(
                    'canister_metadata',
                    asCanister(lab, proxy, 'canister_metadata', id, { name })
                ).value
            ).toString();
        expect(read('a')).toBe('A');
        const missing = (name: string): string =>
            `The canister ${text(id)} has no metadata section with the name ${name}.`;
        expect(() => read('b')).toThrow(missing('b'));
        expect(() => read('c')).toThrow(missing('c'));
        lab.settings(id, { controllers: [[Principal.fromUint8Array(proxy)]] });
        expect(read('b')).toBe('B');
        const empty = asCanister(lab, proxy, 'canister_metadata', lab.create(), { name: 'a' });
        expect(rejection(empty).message).toContain('has no Wasm module and hence no metadata is available.');
    });
});

describe('6.2 Chunks', () => {
    const module = canister(COUNTER);
    const parts = [module.slice(0, 100), module.slice(100)];
    const hashOf = (part: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(part).digest());
    const install = (lab: Lab, id: Uint8Array, store: Uint8Array, hashes = parts.map(hashOf), whole = hashOf(module)) =>
        lab.tryManage('install_chunked_code', types.INSTALL_CHUNKED_CODE, {
            mode: { install: null },
            target_canister: Principal.fromUint8Array(id),
            store_canister: [Principal.fromUint8Array(store)],
            chunk_hashes_list: hashes.map((hash) => ({ hash })),
            wasm_module_hash: whole,
            arg: NONE,
            sender_canister_version: []
        });

    it('are put together, from the store of another canister too', () => {
        const lab = new Lab();
        const [id, store] = [lab.create(), lab.create()];
        for (const chunk of parts) {
            const result = asUser(lab, 'upload_chunk', store, { chunk });
            expect(decoded('upload_chunk', result)).toEqual({ hash: hashOf(chunk) });
        }
        expect(decoded<unknown[]>('stored_chunks', asUser(lab, 'stored_chunks', store)).length).toBe(2);
        expect(lab.status(store)['memory_metrics']).toMatchObject({ wasm_chunk_store_size: 2n << 20n });
        expect(install(lab, id, store).kind).toBe('reply');
        expect(lab.counters(id)).toEqual([0n, 0n]);
        expect(lab.replica.canister(id)!.moduleHash).toEqual(hashOf(module));
    });

    it.each([
        ['a hash that is not there', [new Uint8Array(32)], hashOf(module), 'Chunk hash [0, 0,'],
        ['a short hash', [new Uint8Array(3)], hashOf(module), 'Chunk hash is invalid. The length is not 32.\nUse the'],
        ['a wrong module hash', [hashOf(parts[0]!)], hashOf(module), 'Wasm module hash [']
    ])('refuse %s', (_, hashes, whole, message) => {
        const lab = new Lab();
        const id = lab.create();
        asUser(lab, 'upload_chunk', id, { chunk: parts[0]! });
        const result = rejection(install(lab, id, id, hashes, whole));
        expect(result.errorCode).toBe('IC0504');
        expect(result.message).toContain(`Error from Wasm chunk store: ${message}`);
        expect(result.message).toContain(`${DOCS}wasm-chunk-store-error`);
    });

    it('are limited in size and number, and cleared', () => {
        const lab = new Lab();
        const id = lab.create();
        const large = asUser(lab, 'upload_chunk', id, { chunk: new Uint8Array((1 << 20) + 1) });
        expect(rejection(large).message).toContain(
            'Wasm chunk size 1048577 exceeds the maximum chunk size of 1048576.'
        );
        for (let at = 0; at < 100; at++) {
            asUser(lab, 'upload_chunk', id, { chunk: new Uint8Array([at]) });
        }
        const more = asUser(lab, 'upload_chunk', id, { chunk: new Uint8Array([100]) });
        expect(rejection(more).message).toContain(
            'maximum capacity of 104857600 bytes or the maximum number of entries, 100'
        );
        expect(asUser(lab, 'upload_chunk', id, { chunk: new Uint8Array([99]) }).kind).toBe('reply');
        asUser(lab, 'clear_chunk_store', id);
        expect(decoded('stored_chunks', asUser(lab, 'stored_chunks', id))).toEqual([]);
    });
});
