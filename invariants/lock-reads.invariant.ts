/** Row `lock-reads`: lockFunds() only reads the funds while withdrawals are under way. */
import { breaks, call, observes, scenario } from '../harness/index.ts';
import type { CallSpec, View } from '../harness/index.ts';
import { FUNDS, times, withdrawFunds } from './lib/funds.ts';
import { overdraw } from './lib/overdraw.ts';
import { readsCommitted } from './lib/reads.ts';

function readFunds(how: 'read_funds' | 'read_funds_stale'): CallSpec {
    return call('bob', 'vault', how);
}

/** What the first read was answered; the others are like it. */
function firstRead({ calls }: View): unknown {
    const answer = calls.find(({ actor }) => actor === 'bob')?.answer;
    return answer?.kind === 'reply' ? answer.value : undefined;
}

const COMMITTED = [100n, 80n, 60n, 40n, 20n, 0n];

/** Sampled: the schedules of ten calls are too many to enumerate. */
export const lockReads = scenario('lock-reads', {
    about: 'five reads among five withdrawals of 20: each value is one that was committed, and each one is seen',
    ...FUNDS,
    calls: [...times(5, readFunds('read_funds')), ...times(5, withdrawFunds('before', 20n))],
    invariants: [overdraw, readsCommitted(COMMITTED)],
    strategy: 'random',
    schedules: 300,
    expect: observes({ at: 'quiescent', of: firstRead, exactly: COMMITTED })
});

export const fourCalls = scenario('lock-reads/four-calls', {
    about: 'every legal schedule of two reads among two withdrawals of 20',
    ...FUNDS,
    calls: [...times(2, readFunds('read_funds')), ...times(2, withdrawFunds('before', 20n))],
    invariants: [overdraw, readsCommitted([100n, 80n, 60n])],
    expect: observes({ at: 'quiescent', of: firstRead, exactly: [100n, 80n, 60n] })
});

export const mutant = scenario('lock-reads/mutant', {
    about: 'the read stands before an await: what it answers was overtaken by an earlier answer',
    ...FUNDS,
    calls: [...times(2, readFunds('read_funds_stale')), ...times(2, withdrawFunds('before', 20n))],
    invariants: [overdraw, readsCommitted([100n, 80n, 60n])],
    expect: breaks({ invariants: ['reads-committed'], calls: 3, faults: 0 })
});
