/** Programs and faults of the vaults that must survive everything: `vault-rollback` and `withdraw-guarded`. */
import { bigInt, oneof } from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { call, rejects, someCalls } from '../../harness/index.ts';
import type { CallSpec } from '../../harness/index.ts';
import { deposit, withdraw } from './vault.ts';
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
    const anyone = ACTORS[0];
    const one = oneof(
        { weight: 4, arbitrary: bigInt(1n, 120n).map((amount) => withdraw(variant, anyone, amount)) },
        { weight: 2, arbitrary: bigInt(1n, 60n).map((amount) => deposit(anyone, amount)) },
        { weight: 1, arbitrary: bigInt(1n, 2n).map((count) => call(anyone, 'ledger', 'fail_next', [count])) }
    );
    return someCalls(2, ACTORS.length, one).map((calls) => {
        return calls.map((each, index) => ({ ...each, actor: ACTORS[index] ?? anyone }));
    });
}
