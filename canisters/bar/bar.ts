/** Canister B as published: `bar` increments Y. Row `missing-method` calls the `increment_y` that it does not have. */
import { IDL, query, update } from 'azle';

export default class Bar {
    y = 0n;

    @update([], IDL.Bool)
    bar(): boolean {
        this.y += 1n;
        return true;
    }

    @query([], IDL.Nat)
    get_y(): bigint {
        return this.y;
    }
}
