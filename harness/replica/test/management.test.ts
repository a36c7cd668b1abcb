/** The management canister (IC interface specification, "The IC management canister"). */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from '@jest/globals';
import { MANAGEMENT } from '../index.ts';
import * as types from '../management/types.ts';
import { ALICE, Lab, rejection, text } from './lab.ts';
import { forward, nextOf, PROXY, target } from './proxy.ts';
import { canister, COUNTER } from './wat.ts';

const NONE = new Uint8Array(0);

describe('Calls by canisters', () => {
    it('create_canister pays the fee out of the attached cycles', () => {
        const lab = new Lab({ fees: 'standard' });
        const proxy = lab.install(PROXY);
        const args = { settings: [], sender_canister_version: [] };
        const poor = rejection(lab.call(proxy, 'go', forward('create_canister', types.CREATE_CANISTER, args)));
        expect(poor.message).toContain('Creating a canister requires a fee of 500000000000');
        const reply = lab.call(proxy, 'pay', forward('create_canister', types.CREATE_CANISTER, args));
        const [{ canister_id: id }] = IDL.decode(
            [types.CANISTER_ID],
            reply.kind === 'reply' ? reply.reply : NONE
        ) as unknown as [{ canister_id: Principal }];
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
            const [bytes] = IDL.decode([types.BLOB], result.kind === 'reply' ? result.reply : NONE) as unknown as [
                Uint8Array
            ];
            expect(bytes.length).toBe(32);
            return bytes.join();
        };
        expect(random(1, 'a', false)).toBe(random(1, 'a', true));
        expect(random(1, 'a', false)).not.toBe(random(2, 'a', false));
        expect(random(1, 'a', false)).not.toBe(random(1, 'b', false));
    });

    it('ids of canisters created during deployment are those of a local network, in order', () => {
        const lab = new Lab();
        const ids = [lab.create(), lab.create()].map(text);
        expect(ids).toEqual(['bnz7o-iuaaa-aaaaa-qaaaa-cai', 'bkyz2-fmaaa-aaaaa-qaaaq-cai']);
    });

    it('ids of canisters created under a mark depend on the causal path, not on the order', () => {
        const created = (order: readonly string[], identity: 'causal' | 'ordered'): Map<string, string> => {
            const lab = new Lab({ identity });
            const proxy = lab.install(PROXY);
            lab.replica.mark();
            const ids = order.map((label) => {
                const args = { settings: [], sender_canister_version: [] };
                const message = lab.submit(
                    proxy,
                    'pay',
                    forward('create_canister', types.CREATE_CANISTER, args),
                    label
                );
                lab.replica.settle();
                const result = lab.resultOf(message);
                const [{ canister_id: id }] = IDL.decode(
                    [types.CANISTER_ID],
                    result.kind === 'reply' ? result.reply : NONE
                ) as unknown as [{ canister_id: Principal }];
                return [label, id.toText()] as const;
            });
            return new Map(ids.toSorted(([a], [b]) => (a < b ? -1 : 1)));
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
        const missing = rejection(lab.call(proxy, 'go', forward('bitcoin_get_utxos')));
        expect(missing.message).toContain(
            "Management canister has no method 'bitcoin_get_utxos' (it exists on the Internet Computer"
        );
        expect(rejection(lab.call(proxy, 'go', forward('nonsense'))).message).toBe(
            "Management canister has no method 'nonsense'"
        );
    });

    it('broken arguments and unknown canisters are told apart', () => {
        const lab = new Lab();
        const proxy = lab.install(PROXY);
        expect(rejection(lab.call(proxy, 'go', forward('stop_canister'))).message).toContain(
            'Error decoding candid'
        );
        const unknown = rejection(
            lab.call(proxy, 'go', forward('stop_canister', types.CANISTER_ID, target(nextOf(nextOf(proxy)))))
        );
        expect(unknown.message).toContain(`Canister ${text(nextOf(nextOf(proxy)))} not found.`);
    });
});

describe('Settings', () => {
    it('are validated', () => {
        const lab = new Lab();
        const many = Array.from({ length: 11 }, (_, at) => Principal.fromUint8Array(new Uint8Array([at])));
        expect(() => lab.create(undefined, { controllers: [many] })).toThrow(
            "'controllers' length exceeds maximum size allowed of 10"
        );
        expect(() => lab.create(undefined, { compute_allocation: [101n] })).toThrow('range [0..100]');
    });

    it('wasm_memory_limit stops update methods', () => {
        const lab = new Lab();
        const id = lab.create(undefined, { wasm_memory_limit: [200_000n] });
        lab.installOn(
            id,
            canister(
                `${COUNTER} (func (export "canister_update grow") (call $add (i64.const 1)) (drop (memory.grow ` +
                    `(I.const 5))) (call $reply_counters))`
            )
        );
        const { message, errorCode } = rejection(lab.call(id, 'grow'));
        expect(errorCode).toBe('IC0539');
        expect(message).toContain('Wasm memory limit of 200000 bytes. The peak Wasm memory usage was 458752 bytes.');
        expect(lab.counters(id)).toEqual([0n, 0n]);
    });

    it('specified_id must be one that a subnet could give out', () => {
        const lab = new Lab();
        for (const id of [Principal.managementCanister(), Principal.anonymous(), Principal.fromUint8Array(ALICE)]) {
            const args = { amount: [], settings: [], specified_id: [id], sender_canister_version: [] };
            const result = lab.tryManage('provisional_create_canister_with_cycles', types.PROVISIONAL_CREATE, args);
            expect(rejection(result).errorCode).toBe('IC0405');
        }
    });

    it('specified_id and top up', () => {
        const lab = new Lab();
        const wanted = Principal.fromText('ryjl3-tyaaa-aaaaa-aaaba-cai');
        const args = { amount: [7n], settings: [], specified_id: [wanted], sender_canister_version: [] };
        lab.manage('provisional_create_canister_with_cycles', types.PROVISIONAL_CREATE, args);
        expect(() => lab.manage('provisional_create_canister_with_cycles', types.PROVISIONAL_CREATE, args)).toThrow(
            'already exists'
        );
        lab.manage('provisional_top_up_canister', types.TOP_UP, { canister_id: wanted, amount: 5n });
        expect(lab.status(wanted.toUint8Array())['cycles']).toBe(12n);
    });
});
