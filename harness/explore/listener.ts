/** Who is told what a walk does. */
import type { Outcome } from '../trace/types.ts';
import type { Decision } from './walk.ts';

/** Told of every commit point; the campaign counts with it, the recorder writes with it. */
export interface WalkListener {
    /** Before a decision is carried out. */
    before?(decision: Decision): void;
    /** After it was carried out and judged; `undefined` at the start of a schedule that begins at the root. */
    committed?(outcome: Outcome | undefined): void;
    /** At a point where nothing is in flight, after `committed`. */
    quiescent?(): void;
    /** Time has passed after the last step, and answered root calls by that: their canister could not pay any more. */
    timePassed?(answered: readonly number[]): void;
}

/** Tells both. */
export function both(one: WalkListener, other: WalkListener): WalkListener {
    return {
        before: decision => {
            one.before?.(decision);
            other.before?.(decision);
        },
        committed: outcome => {
            one.committed?.(outcome);
            other.committed?.(outcome);
        },
        quiescent: () => {
            one.quiescent?.();
            other.quiescent?.();
        },
        timePassed: answered => {
            one.timePassed?.(answered);
            other.timePassed?.(answered);
        }
    };
}
