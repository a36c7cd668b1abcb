/** Rows `fifo-two-requests` and `example-twice`: what is promised about the order of messages, and what is not. */
import { call, invariant, observes, query, scenario } from '../harness/index.ts';
import type { View } from '../harness/index.ts';
import { replyTo } from './lib/counter.ts';

/** Property 3: requests are executed in the order in which they were sent. */
const fifo = invariant('fifo', 'always', ({ observed }) => {
    const log = (observed['log'] as readonly string[]).join(' ');
    return ['', 'm1', 'm1 m2'].includes(log) ? undefined : `B logged ${log}`;
});

/** What is under way between A and B: `request m1, request m2`. Once a response is gone A has it. */
function underWay({ inFlight }: View): string {
    const messages = inFlight.filter(({ caller, callee }) => caller === 'a' && callee === 'b');
    return messages.map(({ kind, args }) => `${kind} ${String(args[0])}`).sort().join(', ');
}

/**
 * "response m1" alone says that the response to m2 was delivered first, "response m2" alone the opposite: no promise is made
 * about responses, and both orders occur.
 */
export const fifoTwoRequests = scenario('fifo-two-requests', {
    about: 'A sends m1 and m2 to B in one message: B executes m1 first, the responses come in any order',
    canisters: { b: 'callee', a: 'commit_points' },
    observe: { log: query('b', 'get_log') },
    calls: [call('alice', 'a', 'send_two', (at) => [at.canister('b')])],
    invariants: [fifo],
    required: {
        witnessed: {
            'both were logged, and the call was answered': (view) =>
                view.observed['log'].length === 2 && replyTo(view, 'alice') !== undefined
        }
    },
    expect: observes({
        at: 'commit',
        of: underWay,
        exactly: [
            '',
            'request m1, request m2',
            'request m2, response m1',
            'response m1, response m2',
            'request m2',
            'response m1',
            'response m2'
        ]
    })
});

export const exampleTwice = scenario('example-twice', {
    about: 'two calls of example, each with a block before and a block after its await: all six orders occur',
    canisters: { b: 'callee', a: 'commit_points' },
    observe: { log: query('a', 'get_log') },
    calls: [
        call('alice', 'a', 'example', (at) => [at.canister('b'), '1']),
        call('bob', 'a', 'example', (at) => [at.canister('b'), '2'])
    ],
    invariants: [],
    expect: observes({
        at: 'quiescent',
        of: ({ observed }) => (observed['log'] as readonly string[]).join(' '),
        exactly: ['1a 1b 2a 2b', '1a 2a 1b 2b', '1a 2a 2b 1b', '2a 1a 1b 2b', '2a 1a 2b 1b', '2a 2b 1a 1b']
    })
});
