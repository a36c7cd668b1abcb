/** The reference vault serves one call after the other: the answers alone say what must have happened. */
import type { Answer, CallRecord, Model } from '../../harness/index.ts';
import { EMPTY_LEDGER, pay } from './ledger-model.ts';
import type { LedgerState } from './ledger-model.ts';

export interface VaultState {
    /** Balance at deployment. */
    readonly initial: bigint;
    /** Sum of the deposits that were answered. A deposit is one segment: it is booked exactly when it is answered. */
    readonly deposited: bigint;
    /** The payments that the answers promise: one for each withdrawal answered `true`. */
    readonly ledger: LedgerState;
}

/** A vault that starts with `initial`, as a fold over the answers of `deposit` and of every `withdraw_*` method. */
export function sequentialVault(initial: bigint): Model<VaultState> {
    return { initial: { initial, deposited: 0n, ledger: EMPTY_LEDGER }, answered };
}

/** The balance that a vault with these answers holds once nothing is under way. */
export function balanceOf(vault: VaultState): bigint {
    return vault.initial + vault.deposited - vault.ledger.paid;
}

function answered(vault: VaultState, call: CallRecord, answer: Answer): VaultState {
    // A rejected call promised nothing to its caller.
    if (call.canister !== 'vault' || answer.kind === 'reject') return vault;
    // The amount comes last: deposit(amount), withdraw_stale(amount), withdraw_bounded(to, amount).
    const amount = call.args.at(-1) as bigint;
    if (call.method === 'deposit') return { ...vault, deposited: vault.deposited + amount };
    if (!call.method.startsWith('withdraw_') || answer.value !== true) return vault;
    // A vault pays to the account named by its caller's principal.
    return { ...vault, ledger: pay(vault.ledger, call.principal, amount) };
}
