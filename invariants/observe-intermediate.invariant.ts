/** Row `observe-intermediate`: what a call changed before its await is seen by everyone while it waits. Full size: `full-size/`. */
import { invariant, observes, scenario } from '../harness/index.ts';
import type { View } from '../harness/index.ts';
import type { CounterState } from './lib/counter-model.ts';
import { counterValue } from './lib/counter-value.ts';
import { COUNTER, aliceCalls, bobCalls, callOf, replyTo } from './lib/counter.ts';
import { monotonic } from './lib/monotonic.ts';

/** X is 0 before `foo`, 1 exactly while its call of `bar` is outstanding (a request or response), 2 after it. */
const intermediate = invariant<CounterState>('intermediate', 'always', (view) => {
    const x = view.observed['x'] as bigint;
    const expected = outstanding(view) ? 1n : callOf(view, 'alice').state === 'answered' ? 2n : 0n;
    return x === expected ? undefined : `X is ${x}, not ${expected}`;
});

function outstanding({ inFlight }: View): boolean {
    return inFlight.some((message) => message.caller === 'counter' && message.callee === 'slow_bar');
}

export const observeIntermediate = scenario('observe-intermediate', {
    about: 'Alice calls foo, which increments X before and after an await; Bob reads X at any time',
    ...COUNTER,
    calls: [aliceCalls('foo'), bobCalls('get_x')],
    invariants: [intermediate, monotonic('x'), counterValue],
    expect: observes({ at: 'quiescent', of: (view) => replyTo(view, 'bob'), exactly: [0n, 1n, 2n] })
});
