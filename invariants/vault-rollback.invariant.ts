/** Row `vault-rollback`: reserve, transfer, and on failure add the amount to the balance as it is by then. Correct. */
import { holds, scenario } from '../harness/index.ts';
import { answers } from './lib/answers.ts';
import { conservationAlways } from './lib/conservation.ts';
import { linearizableVault } from './lib/linear-vault.ts';
import { overdraw } from './lib/overdraw.ts';
import { ACTORS, ANY_TRANSFER_REJECTED, withdrawalsAndDeposits } from './lib/transfers.ts';
import { INITIAL, deposit, someWithdrawal, vaultOf, withdraw } from './lib/vault.ts';

const common = {
    ...vaultOf(ACTORS),
    faults: ANY_TRANSFER_REJECTED,
    invariants: [overdraw, conservationAlways, answers(ACTORS), linearizableVault('rollback', INITIAL)],
    required: {
        witnessed: { 'a withdrawal succeeds': someWithdrawal(true), 'a withdrawal fails': someWithdrawal(false) }
    },
    expect: holds()
};

export const anyCalls = scenario('vault-rollback', {
    about: 'withdrawals and deposits, any number of transfers rejected: no money is made or lost, no answer is wrong',
    ...common,
    calls: withdrawalsAndDeposits('rollback')
});

/** 60 + 60 is more than the vault has unless the deposit comes in time. */
export const threeCalls = scenario('vault-rollback/three-calls', {
    about: 'every legal schedule of two withdrawals and a deposit, with every choice of rejected transfers',
    ...common,
    calls: [withdraw('rollback', 'alice', 60n), withdraw('rollback', 'bob', 60n), deposit('carol', 50n)],
    strategy: 'exhaustive'
});
