/** Linearizability by trying all orders of all subsets: an oracle for small histories that shares nothing with the search. */
import type { Operation } from '../search.ts';

/** True when some order of the answered operations and any of the others explains everything. Factorial. */
export function isLinearizable<S>(
    operations: readonly Operation<S>[],
    initial: S,
    accepts: (state: S) => boolean
): boolean {
    const optional = operations.filter(each => each.answeredAt === Infinity);
    for (let subset = 0; subset < 1 << optional.length; subset++) {
        const happened = operations.filter(each => {
            const at = optional.indexOf(each);
            return at < 0 || ((subset >> at) & 1) === 1;
        });
        for (const order of permutations(happened)) {
            if (keepsOrder(order) && endStates(order, initial).some(accepts)) return true;
        }
    }
    return false;
}

/** Whatever was answered before another one began comes first. */
function keepsOrder<S>(order: readonly Operation<S>[]): boolean {
    return order.every((later, at) => order.slice(0, at).every(earlier => later.answeredAt >= earlier.invokedAt));
}

function endStates<S>(order: readonly Operation<S>[], initial: S): readonly S[] {
    return order.reduce<readonly S[]>((states, each) => states.flatMap(state => each.next(state)), [initial]);
}

function* permutations<T>(items: readonly T[]): Generator<readonly T[]> {
    if (items.length === 0) yield [];
    for (const [index, item] of items.entries()) {
        for (const rest of permutations(items.toSpliced(index, 1))) yield [item, ...rest];
    }
}
