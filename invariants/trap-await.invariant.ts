/** Rows `trap-*`: a trap undoes the current message. What was committed by an await stays, here and in the callee. */
import { breaks, holds, invariant, scenario } from '../harness/index.ts';
import { allOrNothing } from './lib/all-or-nothing.ts';
import { aAndB, aliceCalls, stages } from './lib/commit-points.ts';

/** None of these calls succeeds, so none should leave anything: the model stays at 0. */
const NO_TRACE = { nobody: { x: 0n, y: 0n } };

/** Its fixed twin is `trap-before-await`: the same lines, with the trap before the commit point. */
export const trapAfterAwait = scenario('trap-after-await', {
    about: 'foo increments X, awaits B, which increments Y, and traps: both increments stay',
    ...aAndB('bar', NO_TRACE),
    calls: [aliceCalls('trap_after_await')],
    invariants: [allOrNothing],
    outcomes: stages(
        'waiting: x = 0, y = 0',
        'request a -> b: x = 1, y = 0',
        'response b -> a: x = 1, y = 1',
        'answered CANISTER_ERROR: x = 1, y = 1'
    ),
    strategy: 'exhaustive',
    expect: breaks({ invariants: ['all-or-nothing'], calls: 1, faults: 0 })
});

const nothingSent = invariant('nothing-sent', 'always', ({ inFlight }) =>
    inFlight.length === 0 ? undefined : `${inFlight[0]?.method} is under way to ${inFlight[0]?.callee}`
);

export const trapBeforeAwait = scenario('trap-before-await', {
    about: 'foo increments X and traps before it awaits B: X stays 0 and B hears nothing',
    ...aAndB('bar', NO_TRACE),
    calls: [aliceCalls('trap_before_await')],
    invariants: [allOrNothing, nothingSent],
    outcomes: stages('waiting: x = 0, y = 0', 'answered CANISTER_ERROR: x = 0, y = 0'),
    strategy: 'exhaustive',
    expect: holds()
});

/** Fixed twins: `commit-points`, the same lines without the trap, and `trap-before-await`. */
export const trapAfterSecondWrite = scenario('trap-after-second-write', {
    about: 'foo increments X, awaits B, adds 2 to X and traps: only what followed the await is undone',
    ...aAndB('callee', NO_TRACE),
    calls: [aliceCalls('foo_trap')],
    invariants: [allOrNothing],
    outcomes: stages(
        'waiting: x = 0, y = 0',
        'request a -> b: x = 1, y = 0',
        'response b -> a: x = 1, y = 1',
        'answered CANISTER_ERROR: x = 1, y = 1'
    ),
    strategy: 'exhaustive',
    expect: breaks({ invariants: ['all-or-nothing'], calls: 1, faults: 0 })
});
