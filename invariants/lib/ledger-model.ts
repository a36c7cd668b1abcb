/** The reference ledger: what must have been paid, and to whom. */

export interface LedgerState {
    /** Paid out in total. */
    readonly paid: bigint;
    /** Paid out by account; accounts that were never paid are absent. */
    readonly accounts: Readonly<Record<string, bigint>>;
}

export const EMPTY_LEDGER: LedgerState = { paid: 0n, accounts: {} };

/** The ledger after one more payment of `amount` to `account`. */
export function pay(ledger: LedgerState, account: string, amount: bigint): LedgerState {
    return {
        paid: ledger.paid + amount,
        accounts: { ...ledger.accounts, [account]: paidTo(ledger, account) + amount }
    };
}

/** What `account` was paid so far; 0 for an account that is not known. */
export function paidTo(ledger: LedgerState, account: string): bigint {
    return ledger.accounts[account] ?? 0n;
}
