/** Row family `withdraw-10`: ten withdrawals of 20 in the queue of a canister that has 100. */
import { breaks, holds, scenario } from '../harness/index.ts';
import { conservation, conservationAlways } from './lib/conservation.ts';
import { FUNDS, times, withdrawFunds } from './lib/funds.ts';
import { overdraw } from './lib/overdraw.ts';
import { someWithdrawal } from './lib/vault.ts';

const required = {
    witnessed: { 'a withdrawal succeeds': someWithdrawal(true), 'a withdrawal fails': someWithdrawal(false) }
};

export const before = scenario('withdraw-10/before', {
    about: 'the decrement stands before the await: five of ten calls are paid, in every order',
    ...FUNDS,
    calls: times(10, withdrawFunds('before', 20n)),
    invariants: [overdraw, conservationAlways],
    required,
    schedules: 200,
    expect: holds()
});

export const beforeThreeCalls = scenario('withdraw-10/before-three-calls', {
    about: 'every legal schedule of three withdrawals of 40, of which 100 affords two',
    ...FUNDS,
    calls: times(3, withdrawFunds('before', 40n)),
    invariants: [overdraw, conservationAlways],
    required,
    strategy: 'exhaustive',
    expect: holds()
});

/** Its fixed twin is `withdraw-10/before`. */
export const after = scenario('withdraw-10/after', {
    about: 'the decrement stands after the await: the sixth call passes the check that the fifth used up',
    ...FUNDS,
    calls: times(10, withdrawFunds('after', 20n)),
    invariants: [overdraw, conservation],
    schedules: 40,
    expect: breaks({ invariants: ['overdraw'], calls: 6, faults: 0 })
});
