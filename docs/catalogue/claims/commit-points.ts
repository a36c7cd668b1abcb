/** "Asynchronous Execution". */
import type { Text } from '../row.ts';

export const COMMIT_POINTS: Text = {
    title: 'Asynchronous Execution',
    rows: [
        {
            id: 'atomic-increment',
            claim: 'Without a call to another canister a function is atomic: it commits once, at its end.',
            judged: 'confirmed',
            shown: 'Bob reads 0 or 2, never 1.'
        },
        {
            id: 'atomic-trap',
            claim: 'When such a function traps, nothing of it is committed.',
            judged: 'confirmed',
            shown: 'X is 0 whenever it is read.'
        },
        {
            id: 'trap-after-await',
            claim: 'A trap after the await undoes neither what was done before it nor what the callee did.',
            judged: 'confirmed',
            shown: 'The call is rejected, and both increments stay.',
            fix: { scenario: 'trap-before-await', how: 'what can fail comes before the first await' }
        },
        {
            id: 'trap-before-await',
            claim: 'A trap before the await undoes everything.',
            judged: 'confirmed',
            shown: 'X stays 0, and B hears nothing: the request leaves only with the commit.'
        },
        {
            id: 'commit-points',
            claim: 'State is committed when the call leaves, when the callee replies, and at the end.',
            judged: 'confirmed',
            shown: 'X and Y, read atomically, go through exactly four stages.'
        },
        {
            id: 'callee-trap',
            claim: 'When the callee traps nothing is committed there, and the caller goes on with an error.',
            judged: 'confirmed',
            shown: 'Y stays 0; foo sees CANISTER_ERROR and makes X 3.'
        },
        {
            id: 'callee-reject',
            claim: 'The same for a callee that rejects?',
            judged: 'answered',
            shown: 'No: an explicit reject commits. foo sees CANISTER_REJECT, and Y is 1.'
        },
        {
            id: 'callee-late-trap',
            claim: 'When the callee traps, no state changes are committed there.',
            judged: 'limited',
            shown: 'Only when it had no await of its own: trapped after one, foo sees CANISTER_ERROR, and Y is 1.'
        },
        {
            id: 'trap-after-second-write',
            claim: 'A trap after the second write undoes that write only.',
            judged: 'confirmed',
            shown: 'X = 1 and Y = 1 stay.',
            fix: { scenario: 'commit-points', how: 'nothing that can fail after the await' }
        },
        {
            id: 'two-calls',
            claim: 'A function with two calls is executed as five messages.',
            judged: 'confirmed',
            shown: 'On A, B, A, B and A, and in no other order.'
        },
        {
            id: 'missing-method',
            claim: 'The published foo calls a method that the published B does not have.',
            judged: 'answered',
            shown: 'The call is rejected with CANISTER_ERROR (IC0536), Y stays 0, and foo goes on.'
        },
        {
            id: 'bounded-wait',
            claim: 'The published calls are bounded-wait calls: what does an error of one say about the callee?',
            judged: 'answered',
            shown:
                'Nothing, when it is SYS_UNKNOWN. A bounded-wait call that ends so leaves Y at 0 or at 1. An ' +
                'unbounded-wait call never does.',
            languages: 'Motoko and a WAT module only: Azle 0.33 makes unbounded-wait calls only.'
        },
        {
            id: 'callback-trap-catch',
            claim: 'try and catch around an await handle its failure. Also that of the lines after it?',
            judged: 'answered',
            shown:
                'In Azle the cleanup after the trap rejects the promise, the catch block runs, and a transfer that ' +
                'was paid is refunded. In Motoko the catch block does not run, only the finally block does.',
            also: ['callback-trap-catch/motoko'],
            fix: {
                scenario: 'callback-trap-catch/fixed',
                how: 'in Azle the catch block tests whether it runs in the cleanup; in Motoko there is nothing to test'
            },
            languages: 'The race is of Azle alone; Motoko runs the same calls as an observation.'
        },
        {
            id: 'http-outcall-await',
            claim: 'The same execution model applies to other asynchronous system APIs, such as HTTP outcalls.',
            judged: 'confirmed',
            shown:
                'X is 1 from the commit before the outcall until its answer is handled, and 3 then, whatever is ' +
                'answered: also when the remote server is too late.'
        },
        {
            id: 'http-outcall-await/swapped',
            claim: 'So an outcall has the races of any other await?',
            judged: 'answered',
            shown: 'Yes: what was checked before it need not hold after it. The bank pays twice.',
            also: ['http-outcall-await/reserved'],
            fix: { scenario: 'http-outcall-await/reserved', how: 'the balance is reduced before the outcall' }
        }
    ]
};
