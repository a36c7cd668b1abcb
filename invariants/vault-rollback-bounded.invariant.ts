/**
 * Row `vault-rollback-bounded`: the correct roll back, but with a bounded-wait call. In Motoko and as a WAT module: Azle 0.33
 * makes unbounded-wait calls only.
 */
import { breaks, call, expires, holds, rejects, scenario } from '../harness/index.ts';
import type { CallSpec, ScenarioSpec } from '../harness/index.ts';
import { answers } from './lib/answers.ts';
import { conservation, conservationAlways } from './lib/conservation.ts';
import { overdraw } from './lib/overdraw.ts';
import type { VaultState } from './lib/vault-model.ts';
import { someWithdrawal, vaultOf } from './lib/vault.ts';

/** The vault of the other rows, played by `canisters/bounded`; both of its forms use the ledger in Motoko. */
function boundedVaultOf(
    actors: readonly string[]
): Required<Pick<ScenarioSpec<VaultState>, 'canisters' | 'observe' | 'model'>> {
    const { canisters, observe, model } = vaultOf(actors);
    const as = (role: string, canister: string) => ({ ...(canisters[role] as object), canister });
    return {
        canisters: { ledger: as('ledger', 'ledger_motoko'), vault: as('vault', 'bounded') },
        observe,
        model
    };
}

/** `actor` withdraws `amount` to its own account; the amount comes last, as in every method of a vault. */
function withdraw(wait: 'bounded' | 'unbounded', actor: string, amount: bigint): CallSpec {
    return call(actor, 'vault', `withdraw_${wait}`, (at) => [at.actor(actor).toText(), amount]);
}

const ACTORS = ['alice', 'bob'];

export const bounded = scenario('vault-rollback-bounded', {
    about: 'the caller hears SYS_UNKNOWN after the ledger has paid, and gives back what is gone',
    ...boundedVaultOf(['alice']),
    calls: [withdraw('bounded', 'alice', 60n)],
    faults: [expires({ callee: 'ledger', method: 'transfer' })],
    // Judged at the end: while SYS_UNKNOWN is under way nobody knows whether the transfer counts as in flight.
    invariants: [overdraw, conservation, answers(['alice'])],
    expect: breaks({ invariants: ['conservation', 'answers'], calls: 1, faults: 1 })
});

/** A request that was rejected never reached the ledger, so its amount is rightly given back. */
export const rejectedOnly = scenario('vault-rollback-bounded/rejected-only', {
    about: 'every other error than SYS_UNKNOWN says that the ledger did not pay: with rejections alone nothing breaks',
    ...boundedVaultOf(ACTORS),
    calls: ACTORS.map((actor) => withdraw('bounded', actor, 60n)),
    faults: [rejects({ callee: 'ledger', method: 'transfer', codes: [1, 2, 3, 4, 5], max: Infinity })],
    invariants: [overdraw, conservationAlways, answers(ACTORS)],
    required: { witnessed: { 'a withdrawal fails': someWithdrawal(false) } },
    strategy: 'exhaustive',
    expect: holds()
});

export const fixed = scenario('vault-rollback-bounded/fixed', {
    about: 'the same with an unbounded-wait call, which never hears SYS_UNKNOWN; any transfer may be rejected',
    ...boundedVaultOf(ACTORS),
    calls: ACTORS.map((actor) => withdraw('unbounded', actor, 60n)),
    faults: [
        expires({ callee: 'ledger', method: 'transfer', max: Infinity }),
        rejects({ callee: 'ledger', method: 'transfer', max: Infinity })
    ],
    invariants: [overdraw, conservationAlways, answers(ACTORS)],
    required: {
        witnessed: { 'a withdrawal succeeds': someWithdrawal(true), 'a withdrawal fails': someWithdrawal(false) }
    },
    strategy: 'exhaustive',
    expect: holds()
});
