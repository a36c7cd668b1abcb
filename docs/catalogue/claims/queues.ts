/** A forum thread: "How does canister state change when processing multiple messages that await inter-canister calls?" */
import type { Row, Text } from '../row.ts';

const FUNDS: readonly Row[] = [
    {
        id: 'withdraw-10/before',
        claim: 'Ten calls in one queue: does funds leak between them when it is decremented before the await?',
        judged: 'answered',
        shown: 'No: whoever comes during an await sees what is left. Five of ten are paid, in every order.',
        also: ['withdraw-10/before-three-calls']
    },
    {
        id: 'withdraw-10/after',
        claim: 'And when it is decremented after the await?',
        judged: 'answered',
        shown: 'Yes: six calls pass the check on funds for five.',
        fix: { scenario: 'withdraw-10/before', how: 'the decrement stands before the await' }
    },
    {
        id: 'lock-withdraw/before',
        claim:
            'Five calls that lock funds among five that withdraw, in random order, with the decrement before the ' +
            'await?',
        judged: 'answered',
        shown: 'Five of the ten get their 20, in every order.',
        also: ['lock-withdraw/before-four-calls']
    },
    {
        id: 'lock-withdraw/after',
        claim: 'The same with the decrement after the await?',
        judged: 'answered',
        shown: 'Funds that are being withdrawn are locked as well.',
        fix: { scenario: 'lock-withdraw/before', how: 'the decrement stands before the await' }
    },
    {
        id: 'lock-reads',
        claim: 'And when the locking calls only read the funds?',
        judged: 'answered',
        shown: 'Each value read is one that was committed, and each committed value is read in some schedule.',
        also: ['lock-reads/four-calls', 'lock-reads/mutant']
    },
    {
        id: 'per-user-map/entries',
        claim: 'Does the answer change when funds is a map and each call is made by another user?',
        judged: 'answered',
        shown: 'Yes: who writes only its own entry disturbs nobody, even after the await.',
        also: ['per-user-map/entries-three-users']
    },
    {
        id: 'per-user-map/snapshot',
        claim: 'The same: data type does not matter.',
        judged: 'answered',
        shown: 'Indeed it is not the type: a copy of the map written back after the await undoes what other users did.',
        fix: { scenario: 'per-user-map/entries', how: 'write one entry of the map as it is now' }
    },
    {
        id: 'append-text',
        claim: 'Are calls that touch other state (five append to a text) interleaved with the withdrawals?',
        judged: 'answered',
        shown: 'They are, in any order, and nothing is lost: an append is one message.',
        also: ['append-text/four-calls', 'append-text/mutant']
    }
];

const HALTS =
    'All calls in the queue run up to an await and halt there until those ahead of them have passed it: the m-th of ' +
    'N calls sees 0, m and N + m.';

const COUNTING: readonly Row[] = [
    {
        id: 'halt-2',
        claim: HALTS,
        judged: 'limited',
        shown: 'Two calls have 106 legal schedules with 12 outcomes; the published one is one of them.'
    },
    {
        id: 'halt-2-read',
        claim: 'The same when the values are read after the awaits.',
        judged: 'limited',
        shown: 'The 106 schedules have 45 outcomes.'
    },
    {
        id: 'halt-30',
        claim: HALTS,
        judged: 'limited',
        shown:
            'It is one schedule, that of the production order, not a rule. True in every order is only that each ' +
            'call counts on from what it saw and that no count is seen twice. The diagram shows two calls that do ' +
            'not halt.',
        also: ['halt-30/production', 'halt-30/claim', 'halt-30/mutant']
    },
    {
        id: 'halt-100',
        claim: 'The same with a hundred calls, the setup of the experiment.',
        judged: 'limited',
        shown: 'As with thirty.',
        also: ['halt-100/production']
    },
    {
        id: 'no-await',
        claim: 'Without an await (the Rust experiment) the state does not shift.',
        judged: 'confirmed',
        shown: 'Each call sees i and i + 1. With one await between, others come in.',
        also: ['no-await/mutant']
    },
    {
        id: 'query-mutation',
        claim: 'What a query changes affects neither intermediate nor final state.',
        judged: 'confirmed',
        shown: 'It is discarded, also when the query method is called as an update or by an update.',
        also: ['query-mutation/mutant']
    }
];

const GUARDED = 'the published form: check, reserve, transfer, give the amount back on failure';

const WITHDRAWALS: readonly Row[] = [
    {
        id: 'withdraw-guarded',
        claim: 'How it should be done: check, reserve, transfer, give the amount back on failure.',
        judged: 'confirmed',
        shown: 'Holds for withdrawals and deposits, with any number of transfers rejected.',
        also: ['withdraw-guarded/three-calls']
    },
    {
        id: 'withdraw-no-check',
        claim: 'Without the check anyone withdraws anything.',
        judged: 'confirmed',
        shown: 'One call takes 150 out of 100.',
        fix: { scenario: 'withdraw-guarded', how: GUARDED }
    },
    {
        id: 'withdraw-no-rollback',
        claim: 'Without giving back, a failed transfer makes the funds vanish.',
        judged: 'confirmed',
        shown: 'One call, one rejected transfer.',
        fix: { scenario: 'withdraw-guarded', how: GUARDED }
    },
    {
        id: 'withdraw-swapped',
        claim: 'With the reservation after the transfer the funds are spent twice.',
        judged: 'confirmed',
        shown: 'Two calls; the books are in order all the while, only the balance is negative.',
        fix: { scenario: 'withdraw-guarded', how: GUARDED }
    },
    {
        id: 'withdraw-snapshot',
        claim: 'Restoring the old balance may undo what another call did.',
        judged: 'confirmed',
        shown: 'Two calls, one rejected transfer: the other withdrawal is paid and not booked.',
        fix: { scenario: 'withdraw-guarded', how: GUARDED }
    }
];

export const QUEUES: Text = {
    title: 'How does canister state change when processing multiple messages that await inter-canister calls?',
    rows: [...FUNDS, ...COUNTING, ...WITHDRAWALS]
};
