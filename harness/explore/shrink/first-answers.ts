/** The expected answers of HTTP outcalls where the race does not need others: what is left says which answer matters. */
import type { Failure } from '../failure.ts';
import { faultsOf } from '../switches.ts';
import type { Decision } from '../walk.ts';
import type { Search } from './search.ts';

/** Replaces answers by earlier declared ones, the first that will do, as long as the schedule does not grow in any measure. */
export function withFirstAnswers(search: Search, failure: Failure): Failure {
    let best = failure;
    for (let at = 0; at < best.decisions.length; at++) {
        for (const earlier of earlierAnswers(best.decisions[at]!)) {
            const found = search.follow(best.program, best.decisions.with(at, earlier));
            if (found === undefined || isLarger(found, best)) continue;
            best = found;
            break;
        }
    }
    return best;
}

/** The first declared answer first. */
function earlierAnswers(decision: Decision): readonly Decision[] {
    const earlier: Decision[] = [];
    if (decision.act !== 'execute') return earlier;
    for (let { message } = decision; message.earlier !== undefined; message = message.earlier) {
        earlier.unshift({ ...decision, message: message.earlier });
    }
    return earlier;
}

/** In steps, faults or context switches. Pure. */
export function isLarger(one: Failure, other: Failure): boolean {
    return (
        one.decisions.length > other.decisions.length ||
        faultsOf(one.decisions) > faultsOf(other.decisions) ||
        one.switches > other.switches
    );
}
