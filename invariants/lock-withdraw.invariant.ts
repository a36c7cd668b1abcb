/** Row family `lock-withdraw`: five calls lock 20 and five withdraw 20, all from the same 100. */
import { breaks, holds, scenario } from '../harness/index.ts';
import { conservation, conservationAlways } from './lib/conservation.ts';
import { FUNDS, lockFunds, times, withdrawFunds } from './lib/funds.ts';
import { overdraw } from './lib/overdraw.ts';
import { someWithdrawal } from './lib/vault.ts';

const required = {
    witnessed: { 'a withdrawal succeeds': someWithdrawal(true), 'a withdrawal fails': someWithdrawal(false) }
};

export const before = scenario('lock-withdraw/before', {
    about: 'the decrement stands before the await: five of the ten calls get their 20, in every order',
    ...FUNDS,
    calls: [...times(5, lockFunds(20n)), ...times(5, withdrawFunds('before', 20n))],
    invariants: [overdraw, conservationAlways],
    required,
    schedules: 200,
    expect: holds()
});

export const beforeFourCalls = scenario('lock-withdraw/before-four-calls', {
    about: 'every legal schedule of two locks and two withdrawals of 40, of which 100 affords two',
    ...FUNDS,
    calls: [...times(2, lockFunds(40n)), ...times(2, withdrawFunds('before', 40n))],
    invariants: [overdraw, conservationAlways],
    required,
    strategy: 'exhaustive',
    expect: holds()
});

/** Its fixed twin is `lock-withdraw/before`. */
export const after = scenario('lock-withdraw/after', {
    about: 'the decrement stands after the await: funds that are being withdrawn are locked as well',
    ...FUNDS,
    calls: [...times(5, lockFunds(20n)), ...times(5, withdrawFunds('after', 20n))],
    invariants: [overdraw, conservation],
    schedules: 40,
    expect: breaks({ invariants: ['overdraw'], calls: 6, faults: 0 })
});
