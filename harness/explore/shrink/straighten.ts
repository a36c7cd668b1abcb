/** Fewer context switches and fewer steps, for a program and a number of faults that stay. */
import type { Failure } from '../failure.ts';
import { faultsOf } from '../switches.ts';
import type { Decision } from '../walk.ts';
import type { Search } from './search.ts';

/** Greedy moves bring a long schedule down; bounded enumeration then finds the fewest switches, and the fewest steps at that. */
export function straightened(search: Search, failure: Failure): Failure {
    return shortest(search, fewestSwitches(search, moved(search, failure)));
}

/** Moves the next step of an interrupted call to where it was interrupted, as long as the race stays and switches get fewer. */
function moved(search: Search, failure: Failure): Failure {
    let best = failure;
    for (let at = 1; at < best.decisions.length; at++) {
        const { decisions } = best;
        const { root } = decisions[at - 1]!.message;
        if (decisions[at]!.message.root === root) continue;
        const next = decisions.findIndex((each, index) => index > at && each.message.root === root);
        if (next < 0) continue;
        const found = search.follow(best.program, withMoved(decisions, next, at));
        if (found === undefined || !isStraighter(found, best)) continue;
        best = found;
        at = 0;
    }
    return best;
}

function withMoved(decisions: readonly Decision[], from: number, to: number): readonly Decision[] {
    const rest = decisions.filter((_each, index) => index !== from);
    return [...rest.slice(0, to), decisions[from]!, ...rest.slice(to)];
}

function isStraighter(one: Failure, other: Failure): boolean {
    if (faultsOf(one.decisions) > faultsOf(other.decisions)) return false;
    return one.switches < other.switches;
}

function fewestSwitches(search: Search, best: Failure): Failure {
    const faultsMax = faultsOf(best.decisions);
    for (let switchesMax = 0; switchesMax < best.switches; switchesMax++) {
        const found = search.within(best.program, { faultsMax, switchesMax, stepsMax: Infinity });
        if (found !== undefined) return found;
    }
    return best;
}

function shortest(search: Search, failure: Failure): Failure {
    let best = failure;
    for (;;) {
        const { program, decisions, switches } = best;
        // Broken before anything ran: there is nothing to leave out.
        if (decisions.length === 0) return best;
        const bounds = { faultsMax: faultsOf(decisions), switchesMax: switches, stepsMax: decisions.length - 1 };
        const found = search.within(program, bounds);
        if (found === undefined) return best;
        best = found;
    }
}
