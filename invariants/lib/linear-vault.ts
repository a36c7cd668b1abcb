/** What a vault that serves one withdrawal after the other may answer: the specification behind `linearizable`. */
import { linearizable } from '../../harness/index.ts';
import type { Invariant, Transition } from '../../harness/index.ts';
import type { Variant } from './vault.ts';

interface Vault {
    readonly balance: bigint;
    readonly paid: bigint;
}

/**
 * Quiescent: the deposits and withdrawals might as well have come one after the other, for what they were answered and for what
 * vault and ledger hold at the end. A withdrawal may be refused at any time: its transfer may fail, and funds may be reserved for
 * another one. It may succeed only where the balance allows it. Reads the observations `balance` and `paid`.
 */
export function linearizableVault(variant: Variant, initial: bigint): Invariant {
    return linearizable<Vault>({
        initial: { balance: initial, paid: 0n },
        operations: {
            [`vault.withdraw_${variant}`]: (vault, [amount]: readonly bigint[]) => withdrawals(vault, amount!),
            'vault.deposit': (vault, [amount]: readonly bigint[]) => {
                return [[[], { ...vault, balance: vault.balance + amount! }]];
            },
            // Only says how later transfers end.
            'ledger.fail_next': (vault) => [[[], vault]]
        },
        observed: (vault) => ({ balance: vault.balance, paid: vault.paid })
    });
}

function withdrawals(vault: Vault, amount: bigint): readonly Transition<Vault>[] {
    const refused: Transition<Vault> = [false, vault];
    if (vault.balance < amount) return [refused];
    return [[true, { balance: vault.balance - amount, paid: vault.paid + amount }], refused];
}
