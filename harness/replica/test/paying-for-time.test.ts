/** Storage, allocations and installations are paid for (ic-semantics 5, 3.5). */
import { IDL } from '@dfinity/candid';
import { describe, expect, it } from '@jest/globals';
import * as types from '../management/types.ts';
import { asCanister, asQuery, decoded } from './ic.ts';
import { ALICE, Lab, installArgs, rejection } from './lab.ts';
import { forward, PROXY } from './proxy.ts';
import type { CallResult } from '../index.ts';
import { canister, COUNTER } from './wat.ts';

describe('5 Cycles and time', () => {
    const T = 1_000_000_000_000n;
    const DAY_NS = 86_400_000_000_000n;
    const used = (lab: Lab, id: Uint8Array): bigint => lab.status(id)['memory_size'] as bigint;

    it('memory and compute allocation are paid when the clock moves, not sooner than ten seconds', () => {
        const lab = new Lab({ fees: 'standard' });
        const id = lab.install(COUNTER);
        lab.settings(id, { compute_allocation: [7n], freezing_threshold: [0n] });
        const before = lab.replica.canister(id)!.cycles;
        lab.replica.advanceTime(9_999_999_999n);
        expect(lab.replica.canister(id)!.cycles).toBe(before);
        lab.replica.advanceTime(DAY_NS - 9_999_999_999n);
        const memory = (used(lab, id) * 127_000n * 86_400n) >> 30n;
        const compute = 7n * 10_000_000n * 86_400n;
        expect(before - lab.replica.canister(id)!.cycles).toBe(memory + compute);
        expect(lab.status(id)['idle_cycles_burned_per_day']).toBe(memory + compute);
        const answer = asQuery(lab, 'canister_metrics', id);
        const metrics = decoded<{ cycles_consumed: object }>('canister_metrics', answer);
        expect(metrics.cycles_consumed).toMatchObject({ memory, compute_allocation: compute });
    });

    it('nothing is paid on a free subnet', () => {
        const lab = new Lab();
        const id = lab.create(5n);
        lab.replica.advanceTime(1000n * DAY_NS);
        expect(lab.replica.canister(id)!.cycles).toBe(5n);
    });

    it('a canister that cannot pay loses code, allocations, history and snapshots, and callers are told', () => {
        const lab = new Lab({ fees: 'standard' });
        const proxy = lab.install(PROXY);
        const id = lab.create(10n * T);
        lab.installOn(id, canister(PROXY));
        lab.settings(id, { compute_allocation: [50n], freezing_threshold: [0n] });
        const arg = forward('raw_rand');
        const waits = lab.replica.submit({ sender: ALICE, canisterId: id, method: 'go', arg, root: 7 });
        lab.next();
        // The numbers of the root calls that time answered: nobody else says so.
        expect(lab.replica.advanceTime(2n * DAY_NS)).toEqual([7]);
        expect(rejection(lab.resultOf(waits)).message).toBe('Canister has been uninstalled.');
        expect(lab.replica.canister(id)).toMatchObject({ cycles: 0n, status: 'running' });
        expect(lab.status(id)).toMatchObject({ module_hash: [], settings: { compute_allocation: 0n } });
        lab.replica.settle();
        const info = decoded<{ total_num_changes: bigint; recent_changes: unknown[] }>(
            'canister_info',
            asCanister(lab, proxy, 'canister_info', id, { num_requested_changes: [9n] })
        );
        expect([info.total_num_changes, info.recent_changes]).toEqual([2n, []]);
    });

    it('installing needs 300 billion cycles to set aside, and what fails is paid for', () => {
        const lab = new Lab({ fees: 'standard' });
        const poor = lab.create(300_000_000_000n);
        const install = (id: Uint8Array): CallResult =>
            lab.tryManage('install_code', types.INSTALL_CODE, installArgs(id, canister(COUNTER)));
        const result = rejection(install(poor));
        expect(result.errorCode).toBe('IC0207');
        expect(result.message).toMatch(
            /^Canister installation failed with `Canister \S+ is out of cycles: please top up .* cycles`\.\nTop up/
        );
        const id = lab.create();
        const broken = canister(`${COUNTER} (func (export "canister_init") (call $add (i64.const 1)) unreachable)`);
        const args = installArgs(id, broken);
        const before = lab.replica.canister(id)!.cycles;
        lab.tryManage('install_code', types.INSTALL_CODE, args);
        const ingress = 1_200_000n + 2_000n * BigInt(12 + IDL.encode([types.INSTALL_CODE], [args]).byteLength);
        const paid = before - lab.replica.canister(id)!.cycles - ingress;
        expect(paid > 5_000_000n && paid < 5_100_000n).toBe(true);
    });

    it('an installation that would freeze the canister is undone', () => {
        const lab = new Lab({ fees: 'standard' });
        const id = lab.create();
        lab.settings(id, { freezing_threshold: [10n ** 13n] });
        const args = installArgs(id, canister(COUNTER));
        const result = rejection(lab.tryManage('install_code', types.INSTALL_CODE, args));
        expect(result.errorCode).toBe('IC0532');
        expect(result.message).toMatch(
            /^Canister cannot grow memory by \d+ bytes due to insufficient cycles. At least \d+ /
        );
        expect(lab.replica.canister(id)).not.toHaveProperty('moduleHash');
    });
});
