/** Invariant and observations of the rows in which every user has funds of his own. */
import { query } from '../../harness/index.ts';
import type { Invariant, ObserveSpec } from '../../harness/index.ts';
import { INITIAL } from './funds.ts';

/** The observations `funds_<user>` and `paid_to_<user>` for each of `users`. */
export function observeUsers(users: readonly string[]): Readonly<Record<string, ObserveSpec>> {
    const each = users.flatMap((user) => [
        [`funds_${user}`, query('vault', 'funds_of', (at) => [at.actor(user)])] as const,
        [`paid_to_${user}`, query('ledger', 'paid_to', (at) => [at.actor(user).toText()])] as const
    ]);
    return Object.fromEntries(each);
}

/** Quiescent, user by user: funds + paid = initial. So nobody's funds are touched by another's withdrawal. */
export function userConservation(users: readonly string[]): Invariant {
    return {
        name: 'conservation',
        when: 'quiescent',
        check: ({ observed }) => {
            for (const user of users) {
                const { [`funds_${user}`]: funds, [`paid_to_${user}`]: paid } = observed as Record<string, bigint>;
                if (funds! + paid! !== INITIAL) return `${user} has ${funds} and was paid ${paid}, out of ${INITIAL}`;
            }
            return undefined;
        }
    };
}
