/**
 * A desk that serves one withdrawal at a time: a lock is held across the await.
 *
 * Both methods are one ingress message, one ledger request and one reply. The ledger always pays, so that the only question is
 * what becomes of the lock when the segment after the await fails.
 */
import { call, IDL, init, msgCaller, Principal, query, update } from 'azle';

type TransferResult = { ok: bigint } | { err: string };
const TransferResult = IDL.Variant({ ok: IDL.Nat, err: IDL.Text });

export default class Desk {
    ledger = Principal.anonymous();
    balance = 0n;
    locked = false;

    @init([IDL.Principal, IDL.Int])
    init(ledger: Principal, initial: bigint): void {
        this.ledger = ledger;
        this.balance = initial;
    }

    @query([], IDL.Bool)
    is_locked(): boolean {
        return this.locked;
    }

    @query([], IDL.Int)
    get_balance(): bigint {
        return this.balance;
    }

    /** Row `trap-in-callback`. Breaks. */
    @update([IDL.Int], IDL.Bool)
    async withdraw_locked(amount: bigint): Promise<boolean> {
        if (this.locked || this.balance < amount) return false;
        this.locked = true;
        this.balance -= amount;
        await pay(this.ledger, amount);
        // Belongs to the segment after the await: when that traps, nobody opens the lock any more.
        this.locked = false;
        return true;
    }

    /** Row `trap-in-callback/fixed`. Holds: after a trap Azle's cleanup rejects the promise, and `finally` runs. */
    @update([IDL.Int], IDL.Bool)
    async withdraw_finally(amount: bigint): Promise<boolean> {
        if (this.locked || this.balance < amount) return false;
        this.locked = true;
        this.balance -= amount;
        try {
            await pay(this.ledger, amount);
            return true;
        } finally {
            this.locked = false;
        }
    }
}

/** The one request of a withdrawal: pays the caller. */
async function pay(ledger: Principal, amount: bigint): Promise<void> {
    await call<[string, bigint], TransferResult>(ledger, 'transfer', {
        paramIdlTypes: [IDL.Text, IDL.Int],
        returnIdlType: TransferResult,
        args: [msgCaller().toText(), amount]
    });
}
