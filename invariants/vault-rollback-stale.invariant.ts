/** Row `vault-rollback-stale`: the published roll back adds the amount to the balance read before the reservation. */
import { breaks, observes, rejects, scenario } from '../harness/index.ts';
import { answers } from './lib/answers.ts';
import { conservationAlways } from './lib/conservation.ts';
import { overdraw } from './lib/overdraw.ts';
import { balanceOf } from './lib/vault-model.ts';
import type { VaultState } from './lib/vault-model.ts';
import { deposit, vaultOf, withdraw } from './lib/vault.ts';

const ONE_TRANSFER_REJECTED = [rejects({ callee: 'ledger', method: 'transfer' })];

export const oneCall = scenario('vault-rollback-stale', {
    about: 'a transfer is rejected and 100 becomes 110; no concurrency is needed',
    ...vaultOf(['alice']),
    calls: [withdraw('rollback_stale', 'alice', 10n)],
    faults: ONE_TRANSFER_REJECTED,
    invariants: [overdraw, conservationAlways, answers(['alice'])],
    expect: breaks({ invariants: ['conservation'], calls: 1, faults: 1 })
});

/** The error is the amount minus the net change made by others during the await: 10 - 0, or 10 - 30 with a deposit. */
export const netChange = scenario('vault-rollback-stale/net-change', {
    about: 'how wrong a rejected withdrawal of 10 leaves the balance, with a deposit before, in or after its await',
    ...vaultOf(['alice']),
    calls: [withdraw('rollback_stale', 'alice', 10n), deposit('bob', 30n)],
    faults: ONE_TRANSFER_REJECTED,
    invariants: [overdraw, answers(['alice'])],
    expect: observes({
        at: 'quiescent',
        of: (view) => view.observed['balance'] - balanceOf(view.model as VaultState),
        exactly: [0n, 10n, -20n]
    })
});
