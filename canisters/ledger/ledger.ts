/**
 * The ledger of the vault rows: it never lacks funds and fails only on demand (`fail_next`) or by an injected fault.
 * No method awaits: a transfer is one segment, so it is paid or not paid, never half.
 */
import { IDL, init, query, update } from 'azle';

type TransferResult = { ok: bigint } | { err: string };
const TransferResult = IDL.Variant({ ok: IDL.Nat, err: IDL.Text });

export default class Ledger {
    funds = 0n;
    paidOut = 0n;
    payments = 0n;
    failures = 0n;
    accounts = new Map<string, bigint>();

    @init([IDL.Int])
    init(treasury: bigint): void {
        this.funds = treasury;
    }

    @update([IDL.Text, IDL.Int], TransferResult)
    transfer(to: string, amount: bigint): TransferResult {
        if (this.failures > 0n) {
            this.failures -= 1n;
            return { err: 'failed on demand' };
        }
        if (amount < 0n) return { err: 'negative amount' };
        if (amount > this.funds - this.paidOut) return { err: 'insufficient treasury' };

        this.paidOut += amount;
        this.accounts.set(to, (this.accounts.get(to) ?? 0n) + amount);
        this.payments += 1n;
        return { ok: this.payments - 1n };
    }

    @update([IDL.Nat])
    fail_next(count: bigint): void {
        this.failures = count;
    }

    @query([], IDL.Int)
    paid(): bigint {
        return this.paidOut;
    }

    @query([IDL.Text], IDL.Int)
    paid_to(account: string): bigint {
        return this.accounts.get(account) ?? 0n;
    }

    @query([], IDL.Int)
    treasury(): bigint {
        return this.funds;
    }

    @query([], IDL.Int)
    balance(): bigint {
        return this.funds - this.paidOut;
    }
}
