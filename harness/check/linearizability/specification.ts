/** A sequential specification: what a canister that serves one call after the other may answer. */
import type { CallRecord, CandidValue } from '../../scenario/types.ts';

/** Stands for any reject in the answers that an operation allows. */
export const REJECTED: unique symbol = Symbol('rejected');

/** An answer that is allowed, and the state after it. */
export type Transition<S> = readonly [answer: CandidValue | typeof REJECTED, next: S];

export interface SequentialSpec<S> {
    /** Name of the invariant. Default `linearizable`. */
    readonly name?: string;
    readonly initial: S;
    /**
     * By `role.method`: all answers that the method may give in a state, each with the state after it. More than one where the
     * specification leaves a choice. Pure, no change of `state`. Every method that the scenario's calls use must be there.
     */
    readonly operations: Readonly<
        Record<string, (state: S, args: readonly any[], call: CallRecord) => readonly Transition<S>[]>
    >;
    /** What the observe queries give in a state, for those that count: then the end must be explained too. */
    readonly observed?: (state: S) => Readonly<Record<string, CandidValue>>;
    /** Bound of the search in one history, in pairs of a set of calls and a state. Default 100,000. */
    readonly statesMax?: number;
}
