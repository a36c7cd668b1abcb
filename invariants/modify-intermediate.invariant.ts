/** Row `modify-intermediate`: a call resumes in a state that others have changed while it waited. */
import { observes, scenario } from '../harness/index.ts';
import type { View } from '../harness/index.ts';
import { counterValue } from './lib/counter-value.ts';
import { COUNTER, aliceCalls, bobCalls, callOf } from './lib/counter.ts';
import { linearizableCounter } from './lib/linear-counter.ts';
import { monotonic } from './lib/monotonic.ts';

export const modifyIntermediate = scenario('modify-intermediate', {
    about: 'Bob increments X once while Alice calls foo: the end is always 3, but what foo resumes with is not',
    ...COUNTER,
    calls: [aliceCalls('foo'), bobCalls('increment')],
    invariants: [monotonic('x'), counterValue, linearizableCounter],
    expect: observes({
        at: 'commit',
        of: resumesWith,
        exactly: ['not decided, or over', 'resumes with X = 1', 'resumes with X = 2']
    })
});

/**
 * What foo's second segment sees, at the commits at which that is settled: Bob is done and foo still waits (it will see
 * what is there now), or foo is done and Bob is not (it saw one less than there is now).
 */
function resumesWith(view: View): string {
    const x = view.observed['x'] as bigint;
    const foo = callOf(view, 'alice').state;
    const bob = callOf(view, 'bob').state;
    if (foo === 'running' && bob === 'answered') return `resumes with X = ${x}`;
    if (foo === 'answered' && bob === 'waiting') return `resumes with X = ${x - 1n}`;
    return 'not decided, or over';
}
