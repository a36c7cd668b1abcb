/** Rows `halt-*`: does an await halt every call until the calls ahead of it in the queue have passed the same await? */
import { breaks, call, holds, observes, scenario } from '../harness/index.ts';
import type { CallSpec, ScenarioSpec, View } from '../harness/index.ts';
import { times } from './lib/funds.ts';
import { READS, REPLIES } from './lib/halt-outcomes.ts';
import { eachCountOnce, halts, rising } from './lib/halt.ts';
import { QUEUE, queueValue, seenText } from './lib/queue.ts';

const test: CallSpec = call('alice', 'queue', 'test');
const testRead: CallSpec = call('alice', 'queue', 'test_read');

function bothSaw({ calls }: View): string {
    return calls.map(seenText).join(' | ');
}

export const halt2 = scenario('halt-2', {
    about: 'two calls count through two calls each of the canister to itself; 106 legal schedules end in 12 ways',
    ...QUEUE,
    calls: times(2, test),
    invariants: [rising, eachCountOnce, queueValue],
    expect: observes({ at: 'quiescent', of: bothSaw, exactly: REPLIES, schedules: 106 })
});

export const halt2Read = scenario('halt-2-read', {
    about: 'the same, but what is returned is read from `i` after each await; 106 legal schedules end in 45 ways',
    ...QUEUE,
    calls: times(2, testRead),
    invariants: [queueValue],
    expect: observes({ at: 'quiescent', of: bothSaw, exactly: READS, schedules: 106 })
});

type Many = Pick<ScenarioSpec, 'canisters' | 'observe' | 'model' | 'calls' | 'invariants' | 'expect'>;

/** What is true of `count` calls in any order. */
function inAnyOrder(count: number): Many {
    return { ...QUEUE, calls: times(count, test), invariants: [rising, eachCountOnce, queueValue], expect: holds() };
}

/** What was published of `count` calls: true of one schedule. */
function asPublished(count: number): Many & Pick<ScenarioSpec, 'strategy'> {
    return {
        ...inAnyOrder(count),
        invariants: [rising, eachCountOnce, queueValue, halts],
        strategy: 'production'
    };
}

export const halt30 = scenario('halt-30', {
    about: 'thirty calls: in every order each counts on from what it saw, and no count is seen twice',
    ...inAnyOrder(30),
    schedules: 100
});

export const halt30Production = scenario('halt-30/production', {
    about: 'in production order the m-th of thirty calls sees 0, m and 30 + m, as published',
    ...asPublished(30)
});

/** The claim taken for a rule: "the entire message queue catches up to the point of await and halts". */
export const halt30Claim = scenario('halt-30/claim', {
    about: 'that all calls halt at an await until those ahead have passed is one schedule, not a rule',
    ...asPublished(30),
    strategy: 'random',
    schedules: 20,
    expect: breaks({ invariants: ['halts'], calls: 2, faults: 0 })
});

export const halt30Mutant = scenario('halt-30/mutant', {
    about: 'i1 and i2 are read from `i` after the awaits: two calls see the same count',
    ...inAnyOrder(30),
    calls: times(30, testRead),
    schedules: 20,
    expect: breaks({ invariants: ['each-count-once'], calls: 2, faults: 0 })
});

export const halt100 = scenario('halt-100', {
    about: 'a hundred calls: in every order each counts on from what it saw, and no count is seen twice',
    ...inAnyOrder(100),
    schedules: 20
});

export const halt100Production = scenario('halt-100/production', {
    about: 'in production order the m-th of a hundred calls sees 0, m and 100 + m, as published',
    ...asPublished(100)
});
