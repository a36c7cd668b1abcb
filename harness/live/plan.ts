/**
 * A plan says when which root call is sent. It is all of a schedule that a caller of a running replica can choose; the replica
 * does the rest, so that a plan repeats a race often, and not always.
 */
import type { Random } from '../explore/random.ts';
import type { BoundCall, BoundProgram } from '../scenario/program.ts';

/** When a call is sent. */
export interface PlannedCall {
    /** Index in the program's calls. */
    readonly call: number;
    /**
     * Units of time (milliseconds on a network, rounds on PocketIC) after the attempt began or, for a call that waits for its actor's
     * previous one, after that was answered.
     */
    readonly delay: number;
}

export interface LivePlan {
    readonly program: BoundProgram;
    /** In the order in which calls with equal delays are sent. */
    readonly order: readonly PlannedCall[];
    /** Calls under way at once, at most. */
    readonly concurrency: number;
}

const CONCURRENCY_MAX = 16;

/** Draws a plan for a program, with delays below one of the windows, drawn too. */
export function planOf(program: BoundProgram, windows: readonly number[], random: Random): LivePlan {
    const window = windows[random.below(windows.length)]!;
    const order = shuffled(program.calls.length, random).map(call => ({ call, delay: random.below(window + 1) }));
    // Now and then a few at a time, as a client with few connections would.
    const narrow = program.calls.length > 2 && random.oneIn(8);
    return { program, order, concurrency: narrow ? 2 : CONCURRENCY_MAX };
}

/** The plan without some of its calls; the delays of the others stay. `keep` sees indexes of the old program. */
export function keepPlanned(plan: LivePlan, program: BoundProgram, keep: (index: number) => boolean): LivePlan {
    const kept = plan.program.calls.flatMap((_call, index) => (keep(index) ? [index] : []));
    const order = plan.order.flatMap(({ call, delay }) => {
        const now = kept.indexOf(call);
        return now < 0 ? [] : [{ call: now, delay }];
    });
    return { ...plan, program, order };
}

/** A call of a plan with its delay, in the order of sending. */
export function plannedCalls(plan: LivePlan): readonly (BoundCall & { readonly delay: number })[] {
    return plan.order.map(({ call, delay }) => ({ ...plan.program.calls[call]!, delay }));
}

/** Fisher & Yates. */
function shuffled(length: number, random: Random): number[] {
    const order = Array.from({ length }, (_each, index) => index);
    for (let last = length - 1; last > 0; last--) {
        const other = random.below(last + 1);
        [order[last], order[other]] = [order[other]!, order[last]!];
    }
    return order;
}
