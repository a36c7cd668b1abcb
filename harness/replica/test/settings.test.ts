/** Canister settings (ic-semantics 6.1, 6.3). */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from '@jest/globals';
import { MANAGEMENT } from '../index.ts';
import * as types from '../management/types.ts';
import { ALICE, BOB, bytes, Lab, rejection } from './lab.ts';
import { forward, PROXY, target } from './proxy.ts';

describe('6.1 Settings', () => {
    const T64 = 1n << 64n;
    it.each([
        ['compute_allocation', 101n, 'IC0504', 'ComputeAllocation expected to be in the range [0..100], got 101'],
        [
            'memory_allocation',
            T64,
            'IC0504',
            'MemoryAllocation expected to be in the range [0..18446744073709551615], got 18_446_744_073_709_551_616'
        ],
        [
            'freezing_threshold',
            T64,
            'IC0504',
            'Freezing threshold expected to be in the range of [0..2^64-1], got 18_446_744_073_709_551_616'
        ],
        [
            'wasm_memory_limit',
            (1n << 48n) + 1n,
            'IC0504',
            'Wasm memory limit expected to be in the range of [0..2^64-1], got 281_474_976_710_657'
        ],
        [
            'wasm_memory_threshold',
            (1n << 48n) + 1n,
            'IC0504',
            'Wasm memory threshold expected to be in the range of [0..2^64-1], got 281_474_976_710_657'
        ],
        [
            'memory_allocation',
            3n << 40n,
            'IC0101',
            'Canister requested 3.00 TiB of memory but only 2.00 TiB are available in the subnet.'
        ],
        [
            'environment_variables',
            [{ name: 'a', value: '' }, { name: 'a', value: '1' }],
            'IC0408',
            'Duplicate environment variables are not allowed'
        ],
        ['environment_variables', [{ name: 'x'.repeat(129), value: '' }], 'IC0408', 'Environment variable name "xxx'],
        [
            'environment_variables',
            [{ name: 'a', value: 'x'.repeat(129) }],
            'IC0408',
            'Environment variable value "xxx'
        ],
        [
            'environment_variables',
            Array.from({ length: 21 }, (_, at) => ({ name: `${at}`, value: '' })),
            'IC0408',
            'Too many environment variables: 21 (max: 20)'
        ]
    ])('%s: what is out of range is refused (%#)', (name, value, errorCode, message) => {
        const lab = new Lab();
        const id = lab.create();
        const result = rejection(lab.settings(id, { [name]: [value] }));
        expect(result.errorCode).toBe(errorCode);
        expect(result.message).toContain(message);
        expect(lab.replica.canister(id)!.version).toBe(0n);
    });

    it('every field can be set, is read back, and stays when another one changes', () => {
        const lab = new Lab();
        const id = lab.create();
        const settings = {
            controllers: [ALICE, BOB].map((each) => Principal.fromUint8Array(each)),
            compute_allocation: 3n,
            memory_allocation: 1n << 30n,
            freezing_threshold: 9n,
            reserved_cycles_limit: 8n,
            minimum_incoming_canister_call_cycles: 7n,
            log_visibility: { public: null },
            snapshot_visibility: { allowed_viewers: [Principal.fromUint8Array(BOB)] },
            status_visibility: { public: null },
            wasm_memory_limit: 1n << 31n,
            wasm_memory_threshold: 5n,
            environment_variables: [{ name: 'a', value: 'b' }]
        };
        lab.settings(id, Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, [value]])));
        const fixed = { log_memory_limit: 4096n };
        expect(lab.status(id)['settings']).toEqual({ ...settings, ...fixed });
        lab.settings(id, { freezing_threshold: [10n] });
        expect(lab.status(id)['settings']).toEqual({ ...settings, ...fixed, freezing_threshold: 10n });
        expect(lab.replica.canister(id)!.version).toBe(2n);
        expect(lab.status(id)['memory_metrics']).toMatchObject({ wasm_memory_size: 0n });
    });

    it('compute that is promised to others is refused', () => {
        const lab = new Lab();
        lab.create(undefined, { compute_allocation: [100n] });
        const id = lab.create();
        expect(rejection(lab.settings(id, { compute_allocation: [100n] })).message).toContain(
            'Canister requested a compute allocation of 100% which cannot be satisfied because the ' +
                "Subnet's remaining compute capacity is 99%."
        );
    });

    it('status is for controllers, the canister itself, and whom the setting lets see it', () => {
        const lab = new Lab();
        const id = lab.install(PROXY);
        const status = (sender: Uint8Array): string =>
            lab.replica.query({
                sender,
                canisterId: MANAGEMENT,
                method: 'canister_status',
                arg: new Uint8Array(IDL.encode([types.CANISTER_ID], [target(id)]))
            }).kind;
        expect([status(ALICE), status(BOB), status(id)]).toEqual(['reply', 'reject', 'reply']);
        lab.settings(id, { status_visibility: [{ allowed_viewers: [Principal.fromUint8Array(BOB)] }] });
        expect(status(BOB)).toBe('reply');
        const itself = lab.call(id, 'go', forward('canister_status', types.CANISTER_ID, target(id)));
        expect(bytes(itself).length).toBeGreaterThan(9);
    });
});
