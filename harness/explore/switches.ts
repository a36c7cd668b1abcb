/** Context switches of a schedule, the measure that shrinking reduces and the catalogue states. */
import type { Decision } from './walk.ts';

/**
 * How often a schedule returns to a root call that another one had interrupted: 0 when the calls run one after the other, in
 * whatever order. (Musuvathi & Qadeer 2007 bound preemptions of threads; a first step of a new root call is no return.)
 */
export function switchesOf(decisions: readonly Decision[]): number {
    const started = new Set<number>();
    let last: number | undefined;
    let switches = 0;
    for (const { message } of decisions) {
        if (message.root !== last && started.has(message.root)) switches++;
        started.add(message.root);
        last = message.root;
    }
    return switches;
}

export function faultsOf(decisions: readonly Decision[]): number {
    return decisions.filter((each) => each.act !== 'execute').length;
}
