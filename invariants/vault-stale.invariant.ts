/** Row family `vault-stale`: the balance is read before the await and written after it. */
import { breaks, scenario } from '../harness/index.ts';
import { answers } from './lib/answers.ts';
import { conservation } from './lib/conservation.ts';
import { overdraw } from './lib/overdraw.ts';
import { deposit, vaultOf, withdraw } from './lib/vault.ts';

const ACTORS = ['alice', 'bob'];
const common = { ...vaultOf(ACTORS), invariants: [overdraw, conservation, answers(ACTORS)] };

export const lostUpdate = scenario('vault-stale/lost-update', {
    about: 'two withdrawals that the vault can afford; the second write forgets the first',
    ...common,
    calls: [withdraw('stale', 'alice', 40n), withdraw('stale', 'bob', 40n)],
    expect: breaks({ invariants: ['conservation'], calls: 2, faults: 0 })
});

export const lostDeposit = scenario('vault-stale/lost-deposit', {
    about: 'a deposit arrives while a withdrawal awaits the ledger, and is overwritten',
    ...common,
    calls: [withdraw('stale', 'alice', 40n), deposit('bob', 50n)],
    expect: breaks({ invariants: ['conservation'], calls: 2, faults: 0 })
});

export const doubleSpend = scenario('vault-stale/overdraw', {
    about: 'two withdrawals that the vault cannot both afford pass the same check',
    ...common,
    calls: [withdraw('stale', 'alice', 60n), withdraw('stale', 'bob', 60n)],
    expect: breaks({ invariants: ['overdraw', 'conservation'], calls: 2, faults: 0 })
});
