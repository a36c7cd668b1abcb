/** Canister B of `observe-intermediate`: a call that can be made as slow as wanted. Stateless. */
import { IDL, update } from 'azle';

export default class SlowBar {
    @update([IDL.Nat64], IDL.Nat64)
    bar(limit: bigint): bigint {
        let total = 0n;
        for (let i = 0n; i < limit; i += 1n) {
            // Wrapping addition, and a term without a closed form that a compiler would find.
            total = BigInt.asUintN(64, total + (i ^ (i >> 3n)));
        }
        return total;
    }
}
