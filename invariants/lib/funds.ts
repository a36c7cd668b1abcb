/** What the scenarios of `canisters/funds` share: a ledger, funds of 100, what is observed of them, their calls. */
import { call, query } from '../../harness/index.ts';
import type { CallSpec, ScenarioSpec } from '../../harness/index.ts';
import { sequentialFunds } from './funds-model.ts';
import type { FundsState } from './funds-model.ts';

/** The funds at deployment; in the map, those of each user. */
export const INITIAL = 100n;
/** What the ledger can pay: more than any scenario asks for, so that it never fails. */
const TREASURY = 1_000_000n;

/** The canisters. The role is called `vault`, as in the other scenarios about money, so that they share invariants. */
export const FUNDS_AND_LEDGER: ScenarioSpec['canisters'] = {
    ledger: { canister: 'ledger', init: () => [TREASURY] },
    vault: { canister: 'funds', init: (at) => [at.canister('ledger'), INITIAL] }
};

/** Canisters, observations and model of a scenario about the one number that all calls share. */
export const FUNDS: Required<Pick<ScenarioSpec<FundsState>, 'canisters' | 'observe' | 'model'>> = {
    canisters: FUNDS_AND_LEDGER,
    observe: { balance: query('vault', 'get_funds'), paid: query('ledger', 'paid') },
    model: sequentialFunds(INITIAL)
};

/** `count` times the same call: many messages in one queue. */
export function times(count: number, each: CallSpec): readonly CallSpec[] {
    return Array.from({ length: count }, () => each);
}

/** withdrawFunds() with its decrement `before` or `after` the await, by `actor`. */
export function withdrawFunds(decrement: 'before' | 'after', amount: bigint, actor = 'alice'): CallSpec {
    return call(actor, 'vault', `withdraw_${decrement}`, [amount]);
}

/** lockFunds(). */
export function lockFunds(amount: bigint): CallSpec {
    return call('bob', 'vault', 'lock_funds', [amount]);
}
