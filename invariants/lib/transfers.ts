/** Programs and faults of the vaults that must survive everything: `vault-rollback` and `withdraw-guarded`. */
import { bigInt } from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { programs, rejects } from '../../harness/index.ts';
import type { CallSpec } from '../../harness/index.ts';
import type { Variant } from './vault.ts';

/** One actor for each call of a program, so that every account belongs to one withdrawal (see `answers`). */
export const ACTORS = ['alice', 'bob', 'carol', 'dave'] as const;

/** Any number of transfers is rejected before the ledger sees them. */
export const ANY_TRANSFER_REJECTED = [rejects({ callee: 'ledger', method: 'transfer', max: Infinity })];

/**
 * Two to four calls, each by another actor: withdrawals (some larger than the vault), deposits, and orders to the
 * ledger to answer its next transfers with an error.
 */
export function withdrawalsAndDeposits(variant: Variant): Arbitrary<readonly CallSpec[]> {
    return programs({
        actors: ACTORS,
        calls: [2, ACTORS.length],
        sessions: 'one-call',
        methods: {
            vault: {
                [`withdraw_${variant}`]: { args: [bigInt(1n, 120n)], weight: 4 },
                deposit: { args: [bigInt(1n, 60n)], weight: 2 }
            },
            ledger: { fail_next: [bigInt(1n, 2n)] }
        }
    });
}
