/** Row `detect-shift`: a call that compares X across its await notices that somebody else changed it. */
import { observes, scenario } from '../harness/index.ts';
import { counterValue } from './lib/counter-value.ts';
import { COUNTER, aliceCalls, bobCalls, replyTo } from './lib/counter.ts';
import { monotonic } from './lib/monotonic.ts';
import { shiftDetected } from './lib/shift-detected.ts';

export const detectShift = scenario('detect-shift', {
    about: 'Bob increments X once; when that falls into the await, foo_detect_shift stops without its second increment',
    ...COUNTER,
    calls: [aliceCalls('foo_detect_shift'), bobCalls('increment')],
    invariants: [monotonic('x'), counterValue, shiftDetected],
    expect: observes({
        at: 'quiescent',
        of: (view) => ({ unchanged: replyTo(view, 'alice'), x: view.observed['x'] }),
        exactly: [
            { unchanged: false, x: 2n },
            { unchanged: true, x: 3n }
        ]
    })
});
