/** Rows `increment-both-*`: Canister1 fails after its call. Contrary to the published text its stateVar does not revert. */
import { breaks, call, holds, observes, query, scenario } from '../harness/index.ts';
import type { CallSpec, View } from '../harness/index.ts';
import { allOrNothing } from './lib/all-or-nothing.ts';
import { answerTo } from './lib/commit-points.ts';
import { sequentialEffects } from './lib/effects-model.ts';

const BOTH = { stateVar: 1n, externalState: 1n };
const common = {
    canisters: { canister2: 'callee', canister1: 'commit_points' },
    observe: { stateVar: query('canister1', 'get_x'), externalState: query('canister2', 'get_y') },
    model: sequentialEffects({
        increment_both_throw: BOTH,
        increment_both_reject: BOTH,
        increment_both_trap: BOTH,
        increment_both_err: BOTH,
        increment_both_throw_fixed: BOTH,
        increment_both_trap_fixed: BOTH,
        increment_both_err_fixed: BOTH
    }),
    invariants: [allOrNothing]
};

function incrementBoth(actor: string, how: string): CallSpec {
    return call(actor, 'canister1', `increment_both_${how}`, (at) => [at.canister('canister2')]);
}

function ending(view: View): unknown {
    return { answer: answerTo(view, 'alice'), ...view.observed };
}

const committed = { stateVar: 1n, externalState: 1n };

export const throws = scenario('increment-both-throw', {
    about: 'Canister1 increments stateVar, awaits Canister2 and throws: neither increment reverts',
    ...common,
    calls: [incrementBoth('alice', 'throw')],
    outcomes: { at: 'quiescent', of: ({ observed }) => ({ ...observed }), exactly: [committed] },
    strategy: 'exhaustive',
    expect: breaks({ invariants: ['all-or-nothing'], calls: 1, faults: 0 })
});

/** The caller hears of a reject in Motoko and of a trap in Azle, and finds the same state. */
export const throwsMotoko = scenario('increment-both-throw/motoko', {
    about: 'Motoko: a throw rejects the call',
    languages: ['motoko'],
    ...common,
    invariants: [],
    calls: [incrementBoth('alice', 'throw')],
    expect: observes({ at: 'quiescent', of: ending, exactly: [{ answer: 'CANISTER_REJECT', ...committed }] })
});

export const throwsAzle = scenario('increment-both-throw/azle', {
    about: 'Azle: a throw that nobody catches traps',
    languages: ['azle'],
    ...common,
    invariants: [],
    calls: [incrementBoth('alice', 'throw')],
    expect: observes({ at: 'quiescent', of: ending, exactly: [{ answer: 'CANISTER_ERROR', ...committed }] })
});

export const explicitReject = scenario('increment-both-throw/reject', {
    about: 'an explicit reject instead of a throw: CANISTER_REJECT in both languages, and neither increment reverts',
    ...common,
    calls: [incrementBoth('alice', 'reject')],
    outcomes: { at: 'quiescent', of: ending, exactly: [{ answer: 'CANISTER_REJECT', ...committed }] },
    strategy: 'exhaustive',
    expect: breaks({ invariants: ['all-or-nothing'], calls: 1, faults: 0 })
});

export const traps = scenario('increment-both-trap', {
    about: 'a trap instead of a throw: neither increment reverts',
    ...common,
    calls: [incrementBoth('alice', 'trap')],
    outcomes: { at: 'quiescent', of: ending, exactly: [{ answer: 'CANISTER_ERROR', ...committed }] },
    strategy: 'exhaustive',
    expect: breaks({ invariants: ['all-or-nothing'], calls: 1, faults: 0 })
});

export const errs = scenario('increment-both-err', {
    about: 'an #err instead of a throw: the call replies, and neither increment reverts',
    ...common,
    calls: [incrementBoth('alice', 'err')],
    outcomes: { at: 'quiescent', of: ending, exactly: [{ answer: 'reply', ...committed }] },
    strategy: 'exhaustive',
    expect: breaks({ invariants: ['all-or-nothing'], calls: 1, faults: 0 })
});

/** Of two calls one succeeds and one fails, in every order of their messages. */
function fixedTwin(how: 'throw' | 'trap' | 'err') {
    return scenario(`increment-both-${how}/fixed`, {
        about: 'what can fail comes before the first change: the call that fails leaves nothing behind',
        ...common,
        calls: [incrementBoth('alice', `${how}_fixed`), incrementBoth('bob', `${how}_fixed`)],
        required: { witnessed: { 'one call succeeds, one fails': ({ observed }) => observed['stateVar'] === 1n } },
        strategy: 'exhaustive',
        expect: holds()
    });
}

export const throwsFixed = fixedTwin('throw');
export const trapsFixed = fixedTwin('trap');
export const errsFixed = fixedTwin('err');
