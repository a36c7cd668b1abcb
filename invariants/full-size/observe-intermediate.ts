/**
 * Row `observe-intermediate` at its published size: `bar` goes round 3.9 billion times, which takes a canister some 13 seconds and more
 * instructions than one message may have. Not part of `npm run fuzz`, because it takes long:
 *
 *     npm run fuzz -- observe-intermediate/full-size --scenarios 'invariants/full-size/*.ts'
 *     npm run fuzz -- observe-intermediate/full-size-raised --scenarios 'invariants/full-size/*.ts' --max-message-steps 10000000000
 */
import { call, observes, query, scenario } from '../../harness/index.ts';
import type { ScenarioSpec, View } from '../../harness/index.ts';
import { callOf, replyTo } from '../lib/counter.ts';

const LIMIT = 3_900_000_000n;
/** The sum of i ^ (i >> 3) for i from 0 to LIMIT - 1, modulo 2^64: by a program in C. */
const TOTAL = 7_660_719_754_708_376_704n;

/** What the IC says of a message that takes too long (IC0522). */
const TOO_LONG = 'Canister exceeded the limit of 40000000000 instructions for single message execution.';

/** What `bar` answers when it is called directly: its total, or the first sentence of the reject. */
function answerOfBar(view: View): unknown {
    const { answer } = callOf(view, 'bob');
    if (answer?.kind !== 'reject') return answer?.value;
    return answer.message.includes(TOO_LONG) ? TOO_LONG : answer.message;
}

const common = {
    languages: ['motoko'],
    canisters: { slow_bar: 'slow_bar', counter: 'counter' },
    observe: { x: query('counter', 'get_x') },
    invariants: [],
    // What `bar` comes to depends on no order.
    strategy: 'production',
    required: { overlap: false }
} satisfies Partial<ScenarioSpec>;

const directly = call('bob', 'slow_bar', 'bar', [LIMIT]);

export const fullSize = scenario('observe-intermediate/full-size', {
    about: 'under the limit of 40 billion instructions bar ends with an error, and foo catches it',
    ...common,
    calls: [call('alice', 'counter', 'foo', (at) => [at.canister('slow_bar'), LIMIT]), directly],
    expect: observes({
        at: 'quiescent',
        of: (view) => ({ bar: answerOfBar(view), foo: replyTo(view, 'alice'), x: view.observed['x'] }),
        exactly: [{ bar: TOO_LONG, foo: true, x: 2n }]
    })
});

export const raised = scenario('observe-intermediate/full-size-raised', {
    about: 'with the limit raised (--max-message-steps 10000000000) bar comes to its total',
    ...common,
    calls: [directly],
    expect: observes({ at: 'quiescent', of: answerOfBar, exactly: [TOTAL] })
});
