/**
 * Amounts of cycles. Balances have 128 bits, but those of nearly all canisters fit into a number, which costs nothing to add, while
 * a bigint costs an allocation and a call into V8.
 */

/** A number where that is exact, else a bigint: an amount has one form only. Forms compare with each other (`<`, `>`) as they are. */
export type Amount = number | bigint;

/** The amount of so many cycles. */
export function amountOf(cycles: bigint): Amount {
    const number = Number(cycles);
    return Number.isSafeInteger(number) ? number : cycles;
}

/** a + b. */
export function plus(a: Amount, b: Amount): Amount {
    if (typeof a === 'number' && typeof b === 'number') {
        const sum = a + b;
        // A sum that was rounded is beyond this too.
        if (sum <= Number.MAX_SAFE_INTEGER && sum >= Number.MIN_SAFE_INTEGER) {
            return sum;
        }
    }
    return amountOf(BigInt(a) + BigInt(b));
}

/** a - b. */
export function minus(a: Amount, b: Amount): Amount {
    if (typeof a === 'number' && typeof b === 'number') {
        const difference = a - b;
        if (difference <= Number.MAX_SAFE_INTEGER && difference >= Number.MIN_SAFE_INTEGER) {
            return difference;
        }
    }
    return amountOf(BigInt(a) - BigInt(b));
}
