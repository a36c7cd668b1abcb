import type { Invariant, View } from '../../harness/index.ts';
import type { VaultState } from './vault-model.ts';

/**
 * Always: the vault's balance is not negative, and the ledger did not pay more than the vault ever had.
 * Reads the observations `balance` and `paid`, and the deposits of the model.
 */
export const overdraw: Invariant<VaultState> = {
    name: 'overdraw',
    when: 'always',
    check: ({ observed, model }: View<VaultState>) => {
        const { balance, paid } = observed as { balance: bigint; paid: bigint };
        const funds = model.initial + model.deposited;
        if (paid > funds) return `${paid} were paid out of ${funds}`;
        return balance < 0n ? `the balance is ${balance}` : undefined;
    }
};
