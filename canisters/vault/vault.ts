/**
 * A vault that pays withdrawals through a ledger, in every way that the catalogue knows.
 *
 * Each withdraw method stands whole, so that what happens on which side of its `await` can be read off. All are one
 * ingress message, one ledger request and one reply: the segment before the await commits when the request leaves, the
 * segment after it runs in whatever state the vault is in by then. The comment in a body marks the line that makes the
 * difference to `withdraw_guarded`. Balances are `int`: a missing check shows as a negative balance, not as a trap.
 */
import { call, IDL, init, msgCaller, Principal, query, update } from 'azle';

type TransferResult = { ok: bigint } | { err: string };
const TransferResult = IDL.Variant({ ok: IDL.Nat, err: IDL.Text });

export default class Vault {
    ledger = Principal.anonymous();
    balance = 0n;

    @init([IDL.Principal, IDL.Int])
    init(ledger: Principal, initial: bigint): void {
        this.ledger = ledger;
        this.balance = initial;
    }

    @update([IDL.Int])
    deposit(amount: bigint): void {
        this.balance += amount;
    }

    @query([], IDL.Int)
    get_balance(): bigint {
        return this.balance;
    }

    // ---- "Canisters are Non-Blocking" ----

    /** Rows `vault-stale/lost-update`, `/lost-deposit` and `/overdraw`. Breaks. */
    @update([IDL.Int], IDL.Bool)
    async withdraw_stale(amount: bigint): Promise<boolean> {
        const before = this.balance;
        if (before < amount) return false;
        const ok = await pay(this.ledger, amount);
        if (!ok) return false;
        // Stale: `before` was read before the await. Whatever others deposited or withdrew meanwhile is overwritten.
        this.balance = before - amount;
        return true;
    }

    /** Row `vault-rollback-stale`, as published: no check, and the roll back uses the old balance. Breaks. */
    @update([IDL.Int], IDL.Bool)
    async withdraw_rollback_stale(amount: bigint): Promise<boolean> {
        const before = this.balance;
        this.balance = before - amount;
        const ok = await pay(this.ledger, amount);
        if (ok) return true;
        // Stale: `before` lacks the reservation, so `amount` is given back on top of a balance that never lost it.
        this.balance = before + amount;
        return false;
    }

    /** Row `vault-rollback`: the roll back as it was meant. Holds. */
    @update([IDL.Int], IDL.Bool)
    async withdraw_rollback(amount: bigint): Promise<boolean> {
        const before = this.balance;
        if (before < amount) return false;
        this.balance = before - amount;
        const ok = await pay(this.ledger, amount);
        if (ok) return true;
        // Read again after the await: only this call's own change is undone.
        const now = this.balance;
        this.balance = now + amount;
        return false;
    }

    // ---- "Message queues and funds" ----

    /** Row `withdraw-guarded`: check, reserve, transfer, give back on failure. Holds; rows below change one line. */
    @update([IDL.Int], IDL.Bool)
    async withdraw_guarded(amount: bigint): Promise<boolean> {
        if (this.balance < amount) return false;
        this.balance -= amount;
        const ok = await pay(this.ledger, amount);
        if (!ok) this.balance += amount;
        return ok;
    }

    /** Row `withdraw-no-check`. Breaks. */
    @update([IDL.Int], IDL.Bool)
    async withdraw_no_check(amount: bigint): Promise<boolean> {
        // The check is missing: anyone withdraws anything, without any concurrency.
        this.balance -= amount;
        const ok = await pay(this.ledger, amount);
        if (!ok) this.balance += amount;
        return ok;
    }

    /** Row `withdraw-no-rollback`. Breaks when a transfer fails. */
    @update([IDL.Int], IDL.Bool)
    async withdraw_no_rollback(amount: bigint): Promise<boolean> {
        if (this.balance < amount) return false;
        this.balance -= amount;
        const ok = await pay(this.ledger, amount);
        // Nothing is given back: after a failed transfer the caller was told so, and the funds are gone.
        return ok;
    }

    /** Row `withdraw-swapped`. Breaks. */
    @update([IDL.Int], IDL.Bool)
    async withdraw_swapped(amount: bigint): Promise<boolean> {
        if (this.balance < amount) return false;
        const ok = await pay(this.ledger, amount);
        // Reserved after the transfer, not before: a second call that came during the await passed the same check.
        this.balance -= amount;
        if (!ok) this.balance += amount;
        return ok;
    }

    /** Row `withdraw-snapshot`. Breaks when a transfer fails while another withdrawal is under way. */
    @update([IDL.Int], IDL.Bool)
    async withdraw_snapshot(amount: bigint): Promise<boolean> {
        if (this.balance < amount) return false;
        const original = this.balance;
        this.balance -= amount;
        const ok = await pay(this.ledger, amount);
        // Restores the balance instead of giving back the amount: what others did in between is undone too.
        if (!ok) this.balance = original;
        return ok;
    }
}

/** The one request of a withdrawal: pays the caller; false when the ledger answers `#err` or the call is rejected. */
async function pay(ledger: Principal, amount: bigint): Promise<boolean> {
    try {
        const result = await call<[string, bigint], TransferResult>(ledger, 'transfer', {
            paramIdlTypes: [IDL.Text, IDL.Int],
            returnIdlType: TransferResult,
            args: [msgCaller().toText(), amount]
        });
        return 'ok' in result;
    } catch {
        return false;
    }
}
