/** Rows `commit-points` and `two-calls`: a call with n awaits is 2n + 1 messages, and each commits by itself. */
import { observes, scenario } from '../harness/index.ts';
import { allOrNothing } from './lib/all-or-nothing.ts';
import { aAndB, aliceCalls, stages } from './lib/commit-points.ts';

export const commitPoints = scenario('commit-points', {
    about: 'foo increments X, awaits B, which increments Y, and adds 2 to X: three commit points, three messages',
    ...aAndB('callee', { foo: { x: 3n, y: 1n } }),
    calls: [aliceCalls('foo')],
    invariants: [allOrNothing],
    expect: observes(stages(
        'waiting: x = 0, y = 0',
        'request a -> b: x = 1, y = 0',
        'response b -> a: x = 1, y = 1',
        'answered reply: x = 3, y = 1'
    ))
});

/** What is under way tells the messages apart: from the start exactly five of them ran, on A, B, A, B and A. */
export const twoCalls = scenario('two-calls', {
    about: 'foo awaits B twice: exactly five messages, on A, B, A, B and A',
    ...aAndB('callee', { foo_two_calls: { x: 3n, y: 2n } }),
    calls: [aliceCalls('foo_two_calls')],
    invariants: [allOrNothing],
    expect: observes(stages(
        'waiting: x = 0, y = 0',
        'request a -> b: x = 1, y = 0',
        'response b -> a: x = 1, y = 1',
        'request a -> b: x = 3, y = 1',
        'response b -> a: x = 3, y = 2',
        'answered reply: x = 3, y = 2'
    ))
});
