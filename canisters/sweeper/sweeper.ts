/**
 * Collects deposits; its heartbeat pays what was collected into the ledger. A heartbeat awaits like any other method, and nobody
 * says that the last one has ended when the next one begins.
 */
import { call, heartbeat, IDL, init, Principal, query, update } from 'azle';

type TransferResult = { ok: bigint } | { err: string };
const TransferResult = IDL.Variant({ ok: IDL.Nat, err: IDL.Text });

export default class Sweeper {
    ledger = Principal.anonymous();
    takesFirst = false;
    collected = 0n;

    @init([IDL.Principal, IDL.Bool])
    init(ledger: Principal, careful: boolean): void {
        this.ledger = ledger;
        this.takesFirst = careful;
    }

    @update([IDL.Int])
    deposit(amount: bigint): void {
        this.collected += amount;
    }

    @query([], IDL.Int)
    get_balance(): bigint {
        return this.collected;
    }

    @heartbeat
    async beat(): Promise<void> {
        const amount = this.collected;
        if (amount === 0n) return;
        if (this.takesFirst) {
            // Row `heartbeat-race/fixed`. Holds: what is about to be paid is nobody else's any more.
            this.collected -= amount;
            await pay(this.ledger, amount);
        } else {
            // Row `heartbeat-race`. Breaks: during the await others deposit, or the next heartbeat pays the same once more.
            await pay(this.ledger, amount);
            this.collected = 0n;
        }
    }
}

async function pay(ledger: Principal, amount: bigint): Promise<void> {
    await call<[string, bigint], TransferResult>(ledger, 'transfer', {
        paramIdlTypes: [IDL.Text, IDL.Int],
        returnIdlType: TransferResult,
        args: ['treasury', amount]
    });
}
