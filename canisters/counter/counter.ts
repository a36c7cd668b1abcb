/** Canister A: what is changed before an await is committed at the await. Others see it, and others may change it. */
import { call, IDL, query, update } from 'azle';
import type { Principal } from 'azle';

export default class Counter {
    x = 0n;

    /** Rows `observe-intermediate` and `modify-intermediate`. Goes on when the call fails, as published. */
    @update([IDL.Principal, IDL.Nat64], IDL.Bool)
    async foo(callee: Principal, limit: bigint): Promise<boolean> {
        this.x += 1n;
        // Commit point: from here until the reply get_x answers 1, and increment may come between.
        await bar(callee, limit).catch(() => undefined);
        this.x += 1n;
        return true;
    }

    /** Row `detect-shift`: `foo` that looks whether X is still what it was. */
    @update([IDL.Principal, IDL.Nat64], IDL.Bool)
    async foo_detect_shift(callee: Principal, limit: bigint): Promise<boolean> {
        this.x += 1n;
        const before = this.x;
        await bar(callee, limit).catch(() => undefined);
        // A local keeps its value across the await, the canister's field does not.
        if (this.x !== before) return false;
        this.x += 1n;
        return true;
    }

    @update
    increment(): void {
        this.x += 1n;
    }

    @query([], IDL.Nat)
    get_x(): bigint {
        return this.x;
    }
}

/** The request to canister B, which takes time in proportion to `limit`. Rejects when the call is rejected. */
function bar(callee: Principal, limit: bigint): Promise<bigint> {
    return call<[bigint], bigint>(callee, 'bar', {
        paramIdlTypes: [IDL.Nat64],
        returnIdlType: IDL.Nat64,
        args: [limit]
    });
}
