/** Rows `withdraw-*`: the published guarded withdrawal, and what happens without some of its lines. */
import { breaks, holds, rejects, scenario } from '../harness/index.ts';
import { answers } from './lib/answers.ts';
import { conservation, conservationAlways } from './lib/conservation.ts';
import { linearizableVault } from './lib/linear-vault.ts';
import { overdraw } from './lib/overdraw.ts';
import { ACTORS, ANY_TRANSFER_REJECTED, withdrawalsAndDeposits } from './lib/transfers.ts';
import { INITIAL, someWithdrawal, vaultOf, withdraw } from './lib/vault.ts';

const ONE_TRANSFER_REJECTED = [rejects({ callee: 'ledger', method: 'transfer' })];
const TWO = ['alice', 'bob'];

const correct = {
    ...vaultOf(ACTORS),
    faults: ANY_TRANSFER_REJECTED,
    invariants: [overdraw, conservationAlways, answers(ACTORS), linearizableVault('guarded', INITIAL)],
    required: {
        witnessed: { 'a withdrawal succeeds': someWithdrawal(true), 'a withdrawal fails': someWithdrawal(false) }
    },
    expect: holds()
};

export const guarded = scenario('withdraw-guarded', {
    about: 'withdrawals and deposits, any number of transfers rejected: no money is made or lost, no answer is wrong',
    ...correct,
    calls: withdrawalsAndDeposits('guarded')
});

/** The vault affords two of the three: the third succeeds only when it comes after another one was given back. */
export const guardedThreeCalls = scenario('withdraw-guarded/three-calls', {
    about: 'every legal schedule of three withdrawals, with every choice of rejected transfers',
    ...correct,
    calls: [
        withdraw('guarded', 'alice', 40n),
        withdraw('guarded', 'bob', 40n),
        withdraw('guarded', 'carol', 40n)
    ],
    strategy: 'exhaustive'
});

export const noCheck = scenario('withdraw-no-check', {
    about: 'nobody checks the balance: 150 are withdrawn from 100',
    ...vaultOf(['alice']),
    calls: [withdraw('no_check', 'alice', 150n)],
    invariants: [overdraw, conservationAlways, answers(['alice'])],
    expect: breaks({ invariants: ['overdraw'], calls: 1, faults: 0 })
});

export const noRollback = scenario('withdraw-no-rollback', {
    about: 'a rejected transfer is not given back: the funds vanish',
    ...vaultOf(['alice']),
    calls: [withdraw('no_rollback', 'alice', 60n)],
    faults: ONE_TRANSFER_REJECTED,
    invariants: [overdraw, conservationAlways, answers(['alice'])],
    expect: breaks({ invariants: ['conservation'], calls: 1, faults: 1 })
});

export const swapped = scenario('withdraw-swapped', {
    about: 'the balance is reduced after the transfer, not before: a double spend, with the books in order',
    ...vaultOf(TWO),
    calls: [withdraw('swapped', 'alice', 60n), withdraw('swapped', 'bob', 60n)],
    invariants: [overdraw, conservation, answers(TWO)],
    expect: breaks({ invariants: ['overdraw'], calls: 2, faults: 0 })
});

export const snapshot = scenario('withdraw-snapshot', {
    about: 'a rejected withdrawal restores the balance of before, and undoes what another one did meanwhile',
    ...vaultOf(TWO),
    calls: [withdraw('snapshot', 'alice', 40n), withdraw('snapshot', 'bob', 40n)],
    faults: ONE_TRANSFER_REJECTED,
    invariants: [overdraw, conservationAlways, answers(TWO)],
    expect: breaks({ invariants: ['conservation'], calls: 2, faults: 1 })
});
