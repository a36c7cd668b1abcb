/** Measures of a schedule that shrinking reduces and the catalogue states. */
import type { PendingMessage } from '../trace/types.ts';
import type { FaultChoice } from './strategy/strategy.ts';
import type { Decision } from './walk.ts';

/**
 * Whether going from one root call to another interrupts the first: it could have gone on, because one of its messages is enabled.
 * Calls that run one after the other, in whatever order, have no such switch (the preemptions of Musuvathi & Qadeer 2007).
 */
function isSwitch(from: number, to: number, enabled: readonly PendingMessage[]): boolean {
    if (from === to) return false;
    for (const { root } of enabled) if (root === from) return true;
    return false;
}

/** Whether the step belongs to no call: something that merely happens, and what it has enabled (a stopped canister is started). */
export function isBetweenCalls({ act, message }: Pick<Decision, 'act' | 'message'>): boolean {
    return act === 'strike' || message.kind === 'control' || message.kind === 'heartbeat';
}

/** Whether a decision after those of `trail` is a context switch. What merely happens interrupts nobody. */
export function interrupts(
    decision: Pick<Decision, 'act' | 'message'>,
    trail: readonly Decision[],
    enabled: readonly PendingMessage[]
): boolean {
    if (isBetweenCalls(decision)) return false;
    const last = lastRoot(trail);
    return last !== undefined && isSwitch(last, decision.message.root, enabled);
}

/** The call that the last step belongs to; undefined before the first. */
export function lastRoot(trail: readonly Decision[]): number | undefined {
    // A loop, because every step of every schedule asks.
    for (let at = trail.length - 1; at >= 0; at--) {
        const last = trail[at]!;
        if (!isBetweenCalls(last)) return last.message.root;
    }
    return undefined;
}

/** What of that may happen next without a context switch: never nothing where something may. */
export function withoutSwitch(
    enabled: readonly PendingMessage[],
    faults: readonly FaultChoice[],
    trail: readonly Decision[]
): [readonly PendingMessage[], readonly FaultChoice[]] {
    const goesOn = (decision: Pick<Decision, 'act' | 'message'>): boolean => !interrupts(decision, trail, enabled);
    return [enabled.filter(message => goesOn({ act: 'execute', message })), faults.filter(goesOn)];
}

export function faultsOf(decisions: readonly Decision[]): number {
    return decisions.filter(each => each.act !== 'execute').length;
}
