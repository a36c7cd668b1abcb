/** A bank that credits what users send to their own subaccount of the ledger. */
import { call, canisterSelf, IDL, init, msgCaller, Principal, query, update } from 'azle';
import { Account, TransferArg, TransferResult } from '../icrc1-ledger/types';

const FEE = 10n;

export default class Bank {
    ledger = Principal.anonymous();
    book = new Map<string, bigint>();

    @init([IDL.Principal])
    init(ledger: Principal): void {
        this.ledger = ledger;
    }

    @update([], IDL.Nat)
    async deposit_counted(): Promise<bigint> {
        const owner = msgCaller();
        const held = await this.heldBy(owner);
        if (held <= FEE) return 0n;
        // Another deposit of the same caller has counted the same tokens, if it asked before they were moved.
        this.book.set(owner.toText(), this.creditOf(owner) + held - FEE);
        await this.pay([subaccountOf(owner)], { owner: canisterSelf(), subaccount: [] }, held - FEE);
        return held - FEE;
    }

    @update([], IDL.Nat)
    async deposit_swept(): Promise<bigint> {
        const owner = msgCaller();
        const held = await this.heldBy(owner);
        if (held <= FEE) return 0n;
        // The ledger moves the same tokens once only.
        const moved = await this.pay([subaccountOf(owner)], { owner: canisterSelf(), subaccount: [] }, held - FEE);
        if (!moved) return 0n;
        this.book.set(owner.toText(), this.creditOf(owner) + held - FEE);
        return held - FEE;
    }

    @update([IDL.Nat], IDL.Bool)
    async withdraw(amount: bigint): Promise<boolean> {
        const owner = msgCaller();
        if (amount <= FEE || this.creditOf(owner) < amount) return false;
        this.book.set(owner.toText(), this.creditOf(owner) - amount);
        const paid = await this.pay([], { owner, subaccount: [] }, amount - FEE);
        if (!paid) this.book.set(owner.toText(), this.creditOf(owner) + amount);
        return paid;
    }

    @query([IDL.Principal], IDL.Nat)
    credit_of(owner: Principal): bigint {
        return this.creditOf(owner);
    }

    @query([], IDL.Nat)
    credits(): bigint {
        return [...this.book.values()].reduce((sum, amount) => sum + amount, 0n);
    }

    creditOf(owner: Principal): bigint {
        return this.book.get(owner.toText()) ?? 0n;
    }

    heldBy(owner: Principal): Promise<bigint> {
        return call<[Account], bigint>(this.ledger, 'icrc1_balance_of', {
            paramIdlTypes: [Account],
            returnIdlType: IDL.Nat,
            args: [{ owner: canisterSelf(), subaccount: [subaccountOf(owner)] }]
        });
    }

    async pay(from_subaccount: [] | [Uint8Array], to: Account, amount: bigint): Promise<boolean> {
        try {
            const result = await call<[TransferArg], TransferResult>(this.ledger, 'icrc1_transfer', {
                paramIdlTypes: [TransferArg],
                returnIdlType: TransferResult,
                args: [{ from_subaccount, to, amount, fee: [FEE], memo: [], created_at_time: [] }]
            });
            return 'Ok' in result;
        } catch {
            return false;
        }
    }
}

/** The subaccount of a user: the length of the principal, its bytes, zeros. */
function subaccountOf(owner: Principal): Uint8Array {
    const bytes = owner.toUint8Array();
    const subaccount = new Uint8Array(32);
    subaccount.set([bytes.length, ...bytes]);
    return subaccount;
}
