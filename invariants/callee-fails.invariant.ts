/** Rows `callee-*` and `missing-method`: what the caller hears of a failed call, and what the call left behind. */
import { call, observes, query, scenario } from '../harness/index.ts';
import { aAndB, aliceCalls, stages } from './lib/commit-points.ts';

const { canisters, observe } = aAndB('callee', {});

export const calleeTrap = scenario('callee-trap', {
    about: 'B increments Y and traps: Y stays 0, and foo goes on with an error',
    canisters,
    observe,
    calls: [aliceCalls('foo_callee_trap')],
    invariants: [],
    expect: observes(stages(
        'waiting: x = 0, y = 0',
        'request a -> b: x = 1, y = 0',
        'response b -> a: x = 1, y = 0',
        'answered reply, B: CANISTER_ERROR IC0503: x = 3, y = 0'
    ))
});

export const calleeReject = scenario('callee-reject', {
    about: 'B increments Y and rejects: a reject does not say that B is unmodified',
    canisters,
    observe,
    calls: [aliceCalls('foo_callee_reject')],
    invariants: [],
    expect: observes(stages(
        'waiting: x = 0, y = 0',
        'request a -> b: x = 1, y = 0',
        'response b -> a: x = 1, y = 1',
        'answered reply, B: CANISTER_REJECT: x = 3, y = 1'
    ))
});

export const calleeLateTrap = scenario('callee-late-trap', {
    about: 'B increments Y, awaits C and traps: foo hears of a trap, and Y is 1 all the same',
    canisters: { ...canisters, c: 'callee' },
    observe: { ...observe, z: query('c', 'get_y') },
    calls: [call('alice', 'a', 'foo_callee_late_trap', (at) => [at.canister('b'), at.canister('c')])],
    invariants: [],
    expect: observes(stages(
        'waiting: x = 0, y = 0, z = 0',
        'request a -> b: x = 1, y = 0, z = 0',
        'request b -> c: x = 1, y = 1, z = 0',
        'response c -> b: x = 1, y = 1, z = 1',
        'response b -> a: x = 1, y = 1, z = 1',
        'answered reply, B: CANISTER_ERROR IC0503: x = 3, y = 1, z = 1'
    ))
});

/** The published B has no `increment_y`. IC0536: the canister has no update method of that name. */
export const missingMethod = scenario('missing-method', {
    about: 'foo calls a method that B does not have: the call is rejected, and foo goes on',
    ...aAndB('bar', {}),
    calls: [aliceCalls('foo')],
    invariants: [],
    expect: observes(stages(
        'waiting: x = 0, y = 0',
        'request a -> b: x = 1, y = 0',
        'response b -> a: x = 1, y = 0',
        'answered reply, B: CANISTER_ERROR IC0536: x = 3, y = 0'
    ))
});
