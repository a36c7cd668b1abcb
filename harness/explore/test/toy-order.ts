/** The order of production in its simplest form: iterations of what there was when each began. */
import type { PendingMessage } from '../../trace/types.ts';

/** By ascending canister; of each its timer, then messages of canisters and of users in turn. */
export function iterationOf(messages: readonly PendingMessage[]): PendingMessage[] {
    const canisters = [...new Set(messages.map(each => each.canister))].sort((one, other) => one - other);
    return canisters.flatMap(canister => {
        const own = [...new Set(messages)].filter(each => each.canister === canister);
        const users = own.filter(each => each.kind === 'ingress');
        const others = own.filter(each => each.kind !== 'ingress' && each.kind !== 'timer');
        const inTurn = others.flatMap((each, index) => [each, ...users.slice(index, index + 1)]);
        return [...own.filter(each => each.kind === 'timer'), ...inTurn, ...users.slice(others.length)];
    });
}
