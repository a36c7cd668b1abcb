/** "Canisters are Non-Blocking". */
import type { Text } from '../row.ts';

export const NON_BLOCKING: Text = {
    title: 'Canisters are Non-Blocking',
    rows: [
        {
            id: 'observe-intermediate',
            claim: 'While foo waits for B.bar, others read the X that foo has already incremented.',
            judged: 'confirmed',
            shown: 'Bob reads 0, 1 or 2: 1 exactly while the call of B.bar is outstanding, 2 after it.'
        },
        {
            id: 'modify-intermediate',
            claim: 'While foo waits, others change X, and foo goes on with what they made of it.',
            judged: 'confirmed',
            shown: 'X ends at 3 in every schedule; the second half of foo starts with 1 or with 2.'
        },
        {
            id: 'detect-shift',
            claim: 'A call that compares X before and after its await notices that somebody changed it.',
            judged: 'confirmed',
            shown:
                'foo returns false, with X = 2, exactly when the increment fell into its await; else true, with X = 3.'
        },
        {
            id: 'vault-stale/lost-update',
            claim: 'A balance read before an await and used after it to compute the new one may be stale.',
            judged: 'confirmed',
            shown: 'Two withdrawals that the vault can afford: the second write forgets the first, money is made.',
            fix: { scenario: 'vault-rollback', how: 'change the balance before the await, undo the change on failure' }
        },
        {
            id: 'vault-stale/lost-deposit',
            claim: 'While a withdrawal waits, another user may deposit.',
            judged: 'confirmed',
            shown: 'The deposit is overwritten.',
            fix: { scenario: 'vault-rollback', how: 'change the balance before the await, undo the change on failure' }
        },
        {
            id: 'vault-stale/overdraw',
            claim: 'While a withdrawal waits, another one may already have reduced the balance.',
            judged: 'confirmed',
            shown: 'Both withdrawals of 60 pass the check on 100: the ledger pays 120.',
            fix: { scenario: 'vault-rollback', how: 'check and change the balance in one message, before the await' }
        },
        {
            id: 'vault-rollback-stale',
            claim:
                'The corrected vault takes the amount off before the transfer and, when that fails, reads the ' +
                'balance again and puts the amount back.',
            judged: 'refuted',
            shown:
                'The published lines read the new balance, but add the amount to the old one. One rejected transfer ' +
                'of 10 makes 110 out of 100, without any concurrency. With others at work the error is the amount ' +
                'minus their net change.',
            also: ['vault-rollback-stale/net-change'],
            fix: { scenario: 'vault-rollback', how: 'add the amount to the balance that was read after the await' }
        },
        {
            id: 'vault-rollback',
            claim: 'Take the amount off first; on failure add it to the balance as it is by then.',
            judged: 'confirmed',
            shown: 'Meant so, it holds: with a check before, and with any number of transfers rejected.',
            also: ['vault-rollback/three-calls']
        },
        {
            id: 'vault-rollback-bounded',
            claim:
                'The corrected vault makes a bounded-wait call and undoes the withdrawal when the result is an error.',
            judged: 'refuted',
            shown:
                'A bounded-wait call may end with SYS_UNKNOWN after the ledger has paid: the vault gives back what ' +
                'is gone. Any other error is safe.',
            also: ['vault-rollback-bounded/rejected-only'],
            fix: {
                scenario: 'vault-rollback-bounded/fixed',
                how: 'an unbounded-wait call, which never ends with SYS_UNKNOWN'
            },
            languages: 'Motoko and a WAT module only: Azle 0.33 makes unbounded-wait calls only.'
        }
    ]
};
