/** Rows `atomic-*`: a message without a call commits once, at its end, and only when it does not trap. */
import { call, holds, invariant, observes, query, scenario } from '../harness/index.ts';
import { allOrNothing } from './lib/all-or-nothing.ts';
import { answerTo } from './lib/commit-points.ts';
import { replyTo } from './lib/counter.ts';
import { sequentialEffects } from './lib/effects-model.ts';

const common = {
    canisters: { a: 'commit_points' },
    observe: { x: query('a', 'get_x') },
    model: sequentialEffects({ double_increment: { x: 2n } }),
    // One message a call: no two are ever open at once.
    required: { overlap: false }
};

export const atomicIncrement = scenario('atomic-increment', {
    about: 'Alice increments X twice in one message; Bob reads X at any time, and never 1',
    ...common,
    calls: [call('alice', 'a', 'double_increment'), call('bob', 'a', 'get_x')],
    invariants: [allOrNothing],
    expect: observes({ at: 'quiescent', of: (view) => replyTo(view, 'bob'), exactly: [0n, 2n] })
});

/** Judged always: not even for the length of a message is anything committed. */
const untouched = invariant('untouched', 'always', ({ observed }) =>
    observed['x'] === 0n ? undefined : `X is ${observed['x']}`
);

const rejected = invariant('rejected', 'quiescent', (view) => {
    const answer = answerTo(view, 'alice');
    return answer === 'CANISTER_ERROR' ? undefined : `alice was answered ${answer}, not CANISTER_ERROR`;
});

export const atomicTrap = scenario('atomic-trap', {
    about: 'Alice increments X twice and traps: X stays 0, whenever Bob reads it',
    ...common,
    calls: [call('alice', 'a', 'double_increment_trap'), call('bob', 'a', 'get_x')],
    invariants: [untouched, rejected, allOrNothing],
    strategy: 'exhaustive',
    expect: holds()
});
