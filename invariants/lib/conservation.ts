/** Money is neither made nor lost. Both forms have one name: a scenario uses the one that its vault can keep. */
import type { InFlightRecord, Invariant, View } from '../../harness/index.ts';
import type { VaultState } from './vault-model.ts';

/**
 * Quiescent: balance + paid out = initial + deposits. For vaults that book a withdrawal only after its transfer.
 * Reads the observations `balance` and `paid`, and the deposits of the model.
 */
export const conservation: Invariant<VaultState> = {
    name: 'conservation',
    when: 'quiescent',
    check: (view) => difference(view, 0n)
};

/**
 * Always, for vaults that reserve before they transfer: balance + paid out + transfers in flight = initial + deposits.
 * At a quiescent point nothing is in flight and this is the quiescent form.
 */
export const conservationAlways: Invariant<VaultState> = {
    name: 'conservation',
    when: 'always',
    check: (view) => difference(view, reserved(view.inFlight))
};

function difference({ observed, model }: View<VaultState>, inFlight: bigint): string | undefined {
    const { balance, paid } = observed as { balance: bigint; paid: bigint };
    const funds = model.initial + model.deposited;
    if (balance + paid + inFlight === funds) return undefined;
    const transfers = inFlight === 0n ? '' : ` + ${inFlight} in flight`;
    return `${balance} in the vault + ${paid} paid${transfers} = ${balance + paid + inFlight}, not ${funds}`;
}

/** Sum of the transfers that left the vault's balance and were not paid: the ledger did not run yet, or did not pay. */
function reserved(inFlight: readonly InFlightRecord[]): bigint {
    return inFlight
        .filter((message) => message.caller === 'vault' && message.callee === 'ledger' && message.method === 'transfer')
        .filter((message) => message.kind === 'request' || !isPaid(message))
        .reduce((sum, message) => sum + (message.args[1] as bigint), 0n);
}

function isPaid({ answer }: InFlightRecord): boolean {
    return answer?.kind === 'reply' && 'ok' in (answer.value as object);
}
