/** "Asynchronous Execution on ICP" and "Properties of message executions on ICP". */
import type { Text } from '../row.ts';

const CLAIM =
    'When Canister1 fails after its call of Canister2, its own change reverts and that of Canister2 does not.';
const HOW = 'what can fail comes before the first change';

export const ACROSS_CANISTERS: Text = {
    title: 'Asynchronous Execution on ICP',
    rows: [
        {
            id: 'increment-both-throw',
            claim: CLAIM,
            judged: 'refuted',
            shown:
                'Neither reverts: stateVar is 1 and externalState is 1, because the await committed stateVar. Only ' +
                'the answer differs: an uncaught throw is CANISTER_REJECT in Motoko and a trap, CANISTER_ERROR, in ' +
                'Azle.',
            also: ['increment-both-throw/motoko', 'increment-both-throw/azle', 'increment-both-throw/reject'],
            fix: { scenario: 'increment-both-throw/fixed', how: HOW }
        },
        {
            id: 'increment-both-trap',
            claim: `${CLAIM} With a trap?`,
            judged: 'refuted',
            shown: 'Neither reverts: a trap undoes what followed the await, and nothing did.',
            fix: { scenario: 'increment-both-trap/fixed', how: HOW }
        },
        {
            id: 'increment-both-err',
            claim: `${CLAIM} With a result that says #err?`,
            judged: 'refuted',
            shown: 'Neither reverts, and the call replies: for the replica it succeeded.',
            fix: { scenario: 'increment-both-err/fixed', how: HOW }
        }
    ]
};

export const MESSAGE_PROPERTIES: Text = {
    title: 'Properties of message executions on ICP',
    rows: [
        {
            id: 'fifo-two-requests',
            claim:
                'Requests are executed in the order in which they were sent; for responses there is no such promise.',
            judged: 'confirmed',
            shown: 'B logs m1 before m2 in every schedule; both orders of the responses occur.'
        },
        {
            id: 'example-twice',
            claim: 'Messages of two calls interleave in any order that keeps each call in its own.',
            judged: 'confirmed',
            shown: 'All six orders of the four blocks occur; the text draws two of them.'
        }
    ]
};
