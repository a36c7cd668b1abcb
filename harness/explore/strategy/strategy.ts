/** What decides the order of messages. A strategy picks among what may happen next and does nothing else. */
import type { Act, Outcome, PendingMessage, RejectCode } from '../../trace/types.ts';
import type { StrategyName } from '../../scenario/strategy-name.ts';
import type { Random } from '../random.ts';
import type { Finished } from '../reduction/finished.ts';
import type { Frontier } from '../reduction/frontier.ts';
import type { Promised } from '../results.ts';
import type { Decision } from '../walk.ts';
import type { Trial } from './trials.ts';

/** A fault that may be injected now. */
export interface FaultChoice {
    readonly act: Exclude<Act, 'execute'>;
    readonly message: PendingMessage;
    /** Of a reject. */
    readonly code: RejectCode;
    /** Index of the declared fault that allows it. */
    readonly spec: number;
}

/** What may happen next. Live: valid until the choice is made. */
export interface ChoicePoint {
    /** Messages that may execute, in creation order. May be empty when only faults are possible. */
    readonly enabled: readonly PendingMessage[];
    /**
     * Faults that may be injected, computed when asked for. Where nothing is under way but something may still happen, the first choice
     * among them is that nothing does, and the schedule ends.
     */
    faults(): readonly FaultChoice[];
    /** The enabled message that the production replica would execute next; undefined when none is enabled. */
    nextInRound(): PendingMessage | undefined;
    /**
     * Equal numbers mean equal states of all canisters and of what is under way; undefined when the backend does not know.
     */
    readonly stateId: number | undefined;
    /** How often in this schedule no message was left, and things went on by themselves: time moved, or late responses came. */
    readonly rests: number;
}

/** Returned by `pick` to end the schedule here. */
export const STOP = -1;
/** Returned by `pick` to give the schedule up: all that could follow was explored before. The next one begins at once. */
export const BLOCKED = -2 as const;
/** Returned by `begin` when there is no further schedule. */
export const EXHAUSTED = -1;

/** The legal schedules that one which was run stands for, itself included. */
export interface Standing {
    readonly schedules: number;
    /** False when there are more than that. */
    readonly exact: boolean;
    /** Whether two root calls were open at once in one of them. */
    readonly overlapped: boolean;
    /** Whether the enumeration began anew with this one: what the ones before it stood for is counted again. */
    readonly anew: boolean;
}

export interface Strategy {
    /**
     * True when `begin` may return a depth above 0: the explorer then keeps a mark at every choice point with more than one choice.
     */
    readonly backtracks: boolean;
    /**
     * Begins the next schedule: returns the number of steps of the previous one that it shares (0: from the root), or EXHAUSTED.
     * `random` is the generator of this schedule.
     */
    begin(random: Random): number;
    /**
     * Told what trial schedules of the program were like, before the first schedule of it. A strategy that has this must not learn in
     * any other way: a schedule is a function of the program and its generator alone, whatever ran before it, or where.
     */
    learn?(trials: readonly Trial[]): void;
    /** What its theorem speaks of in the schedules since the first, the one under way included; undefined where it promises nothing. */
    promised?(): Promised | undefined;
    /** Of a strategy that is several: the name of the one that drew the schedule under way. */
    readonly member?: StrategyName;
    /** Where `backtracks`: makes the next schedule the last one again, from the root. */
    again?(): void;
    /** Where `backtracks`: where it stands after a schedule that came to its end; undefined where nobody else could go on from there. */
    frontier?(): Frontier | undefined;
    /** What goes with that, where it goes through each state once. */
    readonly finished?: Finished;
    /** Told what each step did, after it was carried out and judged. `submits`: it brought about an actor's next call. */
    executed?(outcome: Outcome, decision: Decision, submits: boolean): void;
    /** Index into `enabled`, or `enabled.length` plus an index into `faults()`, or STOP. */
    pick(point: ChoicePoint): number;
    /**
     * The schedule came to its end: what it stands for, where that is more than itself; or BLOCKED where it does not count, because it
     * will be run once more.
     */
    ended?(): Standing | typeof BLOCKED | undefined;
    /** There is no further schedule: what was given up since the last one that came to its end. */
    left?(): Standing | undefined;
}
