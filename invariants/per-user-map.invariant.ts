/** Row family `per-user-map`: funds are a map from users to numbers, and each call is made by another user. */
import { breaks, call, holds, scenario } from '../harness/index.ts';
import type { ScenarioSpec } from '../harness/index.ts';
import { FUNDS_AND_LEDGER } from './lib/funds.ts';
import { observeUsers, userConservation } from './lib/user-funds.ts';
import { someWithdrawal } from './lib/vault.ts';

const USERS = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy'];

/** Each of `users` withdraws 20 of its own 100. */
function eachWithdraws(
    method: 'withdraw_entry' | 'withdraw_map',
    users: readonly string[]
): Pick<ScenarioSpec, 'canisters' | 'calls' | 'observe' | 'invariants' | 'required'> {
    return {
        canisters: FUNDS_AND_LEDGER,
        calls: users.map((user) => call(user, 'vault', method, [20n])),
        observe: observeUsers(users),
        invariants: [userConservation(users)],
        required: { witnessed: { 'a withdrawal succeeds': someWithdrawal(true) } }
    };
}

export const entries = scenario('per-user-map/entries', {
    about: 'ten users, one entry each: the read before and the write after the await hurt nobody else',
    ...eachWithdraws('withdraw_entry', USERS),
    schedules: 200,
    expect: holds()
});

export const entriesThreeUsers = scenario('per-user-map/entries-three-users', {
    about: 'every legal schedule of three users that withdraw from their own entries',
    ...eachWithdraws('withdraw_entry', USERS.slice(0, 3)),
    strategy: 'exhaustive',
    expect: holds()
});

/** Its fixed twin is `per-user-map/entries`. */
export const snapshot = scenario('per-user-map/snapshot', {
    about: 'the whole map is copied before the await and written back after it: the change of another user is lost',
    ...eachWithdraws('withdraw_map', USERS.slice(0, 2)),
    expect: breaks({ invariants: ['conservation'], calls: 2, faults: 0 })
});
