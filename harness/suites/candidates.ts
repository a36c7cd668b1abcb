/**
 * What one more deviation from a run could be, and how much it promises. Races need few deviations from a deterministic order
 * (delay-bounded scheduling: Emmi, Qadeer & Rakamaric 2011; context bounding: Musuvathi & Qadeer 2007), so few come first, and among as
 * few those that let another call into one that waits for an answer.
 *
 * Differences from them: messages are put forward as well as put off, and what changes no order at any canister counts double instead of
 * being left out, because with a second deviation it may matter.
 */
import type { Deviation } from './run-file.ts';
import type { RanMessage, TracedStep } from './trace.ts';

/** What one instance did. */
export interface InstanceTrace {
    readonly steps: readonly TracedStep[];
    readonly ran: readonly RanMessage[];
}

/** One more deviation. */
export interface Candidate {
    readonly deviation: Deviation;
    /** How much it adds to the bound. */
    readonly cost: 1 | 2;
    /** Lower is more promising. */
    readonly rank: number;
}

/** What the clients' own calls have no part in, timers of an installation for instance, promises less by so much. */
const BACKGROUND = 3;
/** How promising, from best to worst. */
const RANK = { window: 0, answer: 1, calls: 2, ownCall: 4, management: 6, neutral: 8 } as const;

/**
 * All that come after the last deviation of a run, so that no list of deviations is met twice. `reject`: also faults. Pure; costs steps
 * x choices x messages between.
 */
export function candidatesOf({ steps, ran }: InstanceTrace, reject: boolean): readonly Candidate[] {
    const last = steps.findLastIndex(({ deviation }) => deviation !== undefined);
    const from = last < 0 ? -1 : (steps[last]!.number ?? 0);
    const place = new Map(ran.map((each, index) => [each.ran, index]));
    const calls = new Set(ran.filter(({ kind, at }) => kind === 'ingress' && at >= 0).map((each) => each.ran));
    const run = { ran, place, calls };
    const orders = steps.slice(last + 1).flatMap((step) => ordersAt(step, run));
    const rejected = reject ? ran.slice(from + 1).filter(({ kind }) => kind === 'request') : [];
    return [...orders, ...rejected.map((message) => rejection(message))];
}

/** A run, prepared. */
interface Prepared {
    readonly ran: readonly RanMessage[];
    /** Index of each message in it. */
    readonly place: ReadonlyMap<string, number>;
    /** Calls that clients made to canisters. */
    readonly calls: ReadonlySet<string>;
}

function ordersAt(
    { server, instance, path, others = [], number = 0 }: TracedStep,
    run: Prepared
): readonly Candidate[] {
    const instead = path;
    const forward = others.map((other): Candidate => {
        const rank = forwardRank(run, number, run.place.get(other));
        const deviation = { server, instance, instead, path: other, act: 'execute' } as const;
        return { deviation, cost: rank === RANK.neutral ? 2 : 1, rank };
    });
    const rank = postponedRank(run, number);
    // With one other message that has nothing to come after it, both are the same.
    if (rank === undefined || others.length === 0) return forward;
    return [...forward, { deviation: { server, instance, instead, path, act: 'postpone' }, cost: 1, rank }];
}

/** Of a message that would execute at `from` instead of at `to`. */
function forwardRank({ ran, calls }: Prepared, from: number, to: number | undefined): number {
    const moved = to === undefined ? undefined : ran[to];
    if (moved === undefined || to === undefined) return RANK.neutral;
    const rivals = ran.slice(from, to).filter(({ at }) => at === moved.at);
    if (rivals.length === 0) return RANK.neutral;
    if (moved.at < 0) return RANK.management;
    const foreign = rivals.filter((rival) => rootOf(rival) !== rootOf(moved));
    if (foreign.length === 0) return RANK.ownCall;
    const isCall = calls.has(rootOf(moved)) && foreign.some((rival) => calls.has(rootOf(rival)));
    const less = isCall ? 0 : BACKGROUND;
    if (moved.kind === 'response') return RANK.answer + less;
    // Somebody else's call has begun there and waits: in comes another one.
    const begun = new Set(ran.slice(0, from).filter(({ at }) => at === moved.at).map(rootOf));
    const waits = foreign.some((rival) => rival.kind === 'response' && begun.has(rootOf(rival)));
    return (waits ? RANK.window : RANK.calls) + less;
}

/** Of a message that would execute after all others; undefined when nothing of another call follows at its canister. */
function postponedRank({ ran, calls }: Prepared, number: number): number | undefined {
    const put = ran[number];
    if (put === undefined) return undefined;
    const passed = ran.slice(number + 1).filter((each) => each.at === put.at && rootOf(each) !== rootOf(put));
    if (passed.length === 0) return undefined;
    if (put.at < 0) return RANK.management;
    const isCall = calls.has(rootOf(put)) && passed.some((each) => calls.has(rootOf(each)));
    return (put.kind === 'response' ? RANK.answer : RANK.calls + 1) + (isCall ? 0 : BACKGROUND);
}

function rejection({ server, instance, ran }: RanMessage): Candidate {
    return { deviation: { server, instance, instead: ran, path: ran, act: 'reject' }, cost: 1, rank: RANK.calls };
}

/** The call that a message belongs to: what comes first in its causal path. */
function rootOf({ ran }: RanMessage): string {
    return ran.split('/', 1)[0]!;
}
