/**
 * Canister A of "Message queues and funds": does `funds` leak between calls that wait in one message queue?
 *
 * Nothing leaks inside a segment. What counts is on which side of the `await` a line stands: the comments mark the lines.
 * As published there is no roll back; no row of this canister injects a failed transfer.
 */
import { call, IDL, init, msgCaller, Principal, query, update } from 'azle';

type TransferResult = { ok: bigint } | { err: string };
const TransferResult = IDL.Variant({ ok: IDL.Nat, err: IDL.Text });

export default class Funds {
    ledger = Principal.anonymous();
    initial = 0n;
    funds = 0n;
    locked = 0n;
    users = new Map<string, bigint>();
    text = '';

    @init([IDL.Principal, IDL.Int])
    init(ledger: Principal, initial: bigint): void {
        this.ledger = ledger;
        this.initial = initial;
        this.funds = initial;
    }

    // ---- One number for all ----

    /** Rows `withdraw-10/before` and `lock-withdraw/before`. Holds. */
    @update([IDL.Int], IDL.Bool)
    async withdraw_before(amount: bigint): Promise<boolean> {
        if (this.funds < amount) return false;
        // In the segment of the check: whoever comes during the await sees what is left.
        this.funds -= amount;
        return transferFunds(this.ledger, msgCaller(), amount);
    }

    /** Rows `withdraw-10/after` and `lock-withdraw/after`. Breaks. */
    @update([IDL.Int], IDL.Bool)
    async withdraw_after(amount: bigint): Promise<boolean> {
        if (this.funds < amount) return false;
        const ok = await transferFunds(this.ledger, msgCaller(), amount);
        // A segment after the check: any number of calls passed it on the same funds.
        if (ok) this.funds -= amount;
        return ok;
    }

    /** Row family `lock-withdraw`. No await, one segment. */
    @update([IDL.Int], IDL.Bool)
    lock_funds(amount: bigint): boolean {
        if (this.funds < amount) return false;
        this.funds -= amount;
        this.locked += amount;
        return true;
    }

    /** Row `lock-reads`. Sees what other calls have committed, never less than a whole segment of theirs. */
    @update([], IDL.Int)
    read_funds(): bigint {
        return this.funds;
    }

    /** Row `lock-reads/mutant`. Breaks. */
    @update([], IDL.Int)
    async read_funds_stale(): Promise<bigint> {
        const before = this.funds;
        await treasury(this.ledger);
        // Committed once, but overtaken: a later reader may have seen less already.
        return before;
    }

    @query([], IDL.Int)
    get_funds(): bigint {
        return this.funds;
    }

    @query([], IDL.Int)
    get_locked(): bigint {
        return this.locked;
    }

    // ---- One entry a user ----

    /** A user who never withdrew has `initial`. */
    entry(of: ReadonlyMap<string, bigint>, user: Principal): bigint {
        return of.get(user.toText()) ?? this.initial;
    }

    /** Row `per-user-map/entries`. Holds as long as a user has one call at a time, even with the write after the await. */
    @update([IDL.Int], IDL.Bool)
    async withdraw_entry(amount: bigint): Promise<boolean> {
        const caller = msgCaller();
        const before = this.entry(this.users, caller);
        if (before < amount) return false;
        if (!(await transferFunds(this.ledger, caller, amount))) return false;
        // Writes one entry of the map as it is now; calls of other users change other entries.
        this.users.set(caller.toText(), before - amount);
        return true;
    }

    /** Row `per-user-map/snapshot`. Breaks. */
    @update([IDL.Int], IDL.Bool)
    async withdraw_map(amount: bigint): Promise<boolean> {
        const caller = msgCaller();
        const copy = new Map(this.users);
        const before = this.entry(copy, caller);
        if (before < amount) return false;
        if (!(await transferFunds(this.ledger, caller, amount))) return false;
        copy.set(caller.toText(), before - amount);
        // Writes the whole map as it was before the await: what other users did meanwhile is undone.
        this.users = copy;
        return true;
    }

    @query([IDL.Principal], IDL.Int)
    funds_of(user: Principal): bigint {
        return this.entry(this.users, user);
    }

    // ---- State that withdrawals do not touch ----

    /** Row `append-text`. No await: nothing can come between the read and the write. */
    @update([IDL.Text])
    append_text(addition: string): void {
        this.text += addition;
    }

    /** Row `append-text/mutant`. Breaks. */
    @update([IDL.Text])
    async append_text_stale(addition: string): Promise<void> {
        const before = this.text;
        await treasury(this.ledger);
        // Stale: what others appended during the await is overwritten.
        this.text = before + addition;
    }

    @query([], IDL.Text)
    get_text(): string {
        return this.text;
    }
}

/** The one request of a withdrawal: pays `to`; false when the ledger answers `#err`. Rejects when the call is rejected. */
async function transferFunds(ledger: Principal, to: Principal, amount: bigint): Promise<boolean> {
    const result = await call<[string, bigint], TransferResult>(ledger, 'transfer', {
        paramIdlTypes: [IDL.Text, IDL.Int],
        returnIdlType: TransferResult,
        args: [to.toText(), amount]
    });
    return 'ok' in result;
}

/** A request that changes nothing, for the rows in which only the await itself matters. */
function treasury(ledger: Principal): Promise<bigint> {
    return call<[], bigint>(ledger, 'balance', { returnIdlType: IDL.Int });
}
