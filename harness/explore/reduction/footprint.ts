/** What a step touched, as far as the order of steps may matter. */
import { CALLS, IN_FLIGHT } from '../../check/index.ts';
import { isExecution } from '../../trace/types.ts';
import type { MessageDescription, Outcome, PendingMessage } from '../../trace/types.ts';
import type { Decision } from '../walk.ts';

/** Plain data: it is kept for as long as the step may be compared with others. */
export interface Footprint {
    /** The canister that ran; -1 where none did. */
    readonly canister: number;
    /** The queue that a request was taken from, as a number; -1 for none. Putting requests in is no conflict: see `Dependence`. */
    readonly queue: number;
    /** It was a fault: faults compete for what is declared. */
    readonly isFault: boolean;
    /** It may touch anything: nothing may swap places with it. */
    readonly touchesAll: boolean;
    /** What it changed of the things that invariants can read, as bits of `check/reads.ts`. */
    readonly changed: number;
    /** Root calls that began, and that were answered. */
    readonly invoked: number;
    readonly answered: readonly number[];
}

/** What a step is known by besides what it executed. */
export interface StepFacts {
    readonly decision: Decision;
    readonly outcome: Outcome;
    /** The canister whose step sent this request; undefined when that is not known, or it is no request. */
    readonly sender: number | undefined;
    /** Bits of the observations that have another value than before, and of the model if that is another state. */
    readonly observed: number;
    /** Whether it brought about a further ingress message: an actor's next call, sent on an answer. */
    readonly submits: boolean;
    readonly describe: (message: PendingMessage) => MessageDescription;
}

const QUEUE_BASE = 1 << 20;
const NONE: readonly number[] = [];

/** The footprint of a step that was taken. */
export function footprintOf(facts: StepFacts): Footprint {
    const { decision, outcome, sender, observed } = facts;
    const { act, message } = decision;
    const taken = message.kind === 'request' && (act === 'execute' || act === 'reject');
    const invoked = isExecution(act) && message.kind === 'ingress' ? message.root : -1;
    const answered = answeredBy(outcome, message);
    return {
        canister: act === 'execute' ? message.canister : -1,
        queue: taken && sender !== undefined ? sender * QUEUE_BASE + message.canister + 1 : -1,
        isFault: act !== 'execute',
        touchesAll: touchesAll(facts),
        changed: observed | changedBy(decision, outcome, invoked >= 0 || answered.length > 0),
        invoked,
        answered
    };
}

function answeredBy({ answeredRoot, answeredOthers }: Outcome, { root }: PendingMessage): readonly number[] {
    if (!answeredRoot && answeredOthers === undefined) return NONE;
    return [...(answeredRoot ? [root] : []), ...(answeredOthers ?? [])];
}

function changedBy({ act, message }: Decision, { sent }: Outcome, calls: boolean): number {
    const { kind } = message;
    // Requests and responses leave the list of what is under way, or are now something else; new ones join it.
    const underWay = kind === 'request' || kind === 'response' || kind === 'outcall';
    const travels = underWay || act !== 'execute' || sent.length > 0;
    return (travels ? IN_FLIGHT : 0) | (calls ? CALLS : 0);
}

/**
 * Steps whose effects are not known to stay in one canister and its queues. Of the methods of the management canister only `raw_rand` is:
 * its bytes follow from the causal path of the call. The transform function of an outcall reads the canister that asked. Faults other than
 * the rejection of a request are left to whoever can argue for them. A step that sends an actor's next call comes between two points at
 * which nothing is in flight, so that what is judged there depends on what ran just before it.
 */
function touchesAll({ decision, outcome, sender, submits, describe }: StepFacts): boolean {
    const { act, message } = decision;
    if (submits || outcome.answeredOthers !== undefined) return true;
    if (act !== 'execute') return act !== 'reject' || message.kind !== 'request' || sender === undefined;
    switch (message.kind) {
        case 'ingress':
        case 'response':
        case 'timer':
            return message.canister < 0;
        case 'request':
            return sender === undefined || (message.canister < 0 && describe(message).method !== 'raw_rand');
        default:
            return true;
    }
}
