import type { Invariant, View } from '../../harness/index.ts';
import { paidTo } from './ledger-model.ts';
import type { VaultState } from './vault-model.ts';

/**
 * Quiescent: a withdrawal was answered with success exactly when the ledger paid it.
 *
 * Judged account by account, so that a payment to one caller does not excuse a false promise to another; exact for
 * programs in which each actor withdraws at most once. Reads the observations `paid` and `paid_to_<actor>` of `actors`.
 */
export function answers(actors: readonly string[]): Invariant<VaultState> {
    return { name: 'answers', when: 'quiescent', check: (view) => brokenPromise(view, actors) };
}

function brokenPromise(view: View<VaultState>, actors: readonly string[]): string | undefined {
    for (const actor of actors) {
        const promised = paidTo(view.model.ledger, principalOf(view, actor));
        const paid = view.observed[`paid_to_${actor}`] as bigint;
        if (paid !== promised) return `${actor} was promised ${promised} and paid ${paid}`;
    }
    // Nobody else was paid either.
    const paid = view.observed['paid'] as bigint;
    const promised = view.model.ledger.paid;
    return paid === promised ? undefined : `${promised} were promised in total, ${paid} were paid`;
}

/** The account of an actor; the empty account, which nobody pays, of an actor that makes no call in this program. */
function principalOf(view: View<VaultState>, actor: string): string {
    return view.calls.find((call) => call.actor === actor)?.principal ?? '';
}
