/**
 * In which order were the calls answered? Where one answer came before another call was sent, that is known. Otherwise the replica
 * may have answered them in either order, whatever the network made of it, and a model that folds answers has to be asked for each.
 */
import type { CallRecord } from '../scenario/types.ts';

/** Pairs of calls left and a state that are followed; beyond that the rest is left out, and `complete` says so. */
const VISITED_MAX = 5_000;

/** A fold over answered calls, with states that are told apart by their text. Pure. */
export interface Folding {
    readonly initial: unknown;
    readonly fold: (state: unknown, call: CallRecord) => unknown;
    readonly text: (state: unknown) => string;
}

export interface FoldedStates {
    /** Without repetitions; that of the order in which the answers came is the first. */
    readonly states: readonly unknown[];
    readonly complete: boolean;
}

/**
 * States after the answered calls in every order that keeps apart what did not overlap. What follows from the same calls left and the
 * same state is followed once, as in the search for linearizability. Throws what the fold throws.
 */
export function foldedStates(calls: readonly CallRecord[], { initial, fold, text }: Folding): FoldedStates {
    const answered = calls
        .filter(({ answeredAt }) => answeredAt !== undefined)
        .sort((one, other) => one.answeredAt! - other.answeredAt!);
    const visited = new Set<string>();
    const ends = new Map<string, unknown>();
    let complete = true;
    const follow = (left: readonly CallRecord[], state: unknown): void => {
        const stateText = text(state);
        const key = `${left.map(({ label }) => label).join(' ')}\n${stateText}`;
        if (visited.has(key)) return;
        if (visited.size >= VISITED_MAX) {
            complete = false;
            return;
        }
        visited.add(key);
        const [first] = left;
        if (first === undefined) {
            ends.set(stateText, state);
            return;
        }
        for (const call of left) {
            // What was sent after the first answer of those left comes after it.
            if (call !== first && (call.invokedAt ?? call.answeredAt!) > first.answeredAt!) continue;
            follow(left.filter(each => each !== call), fold(state, call));
            if (!complete) return;
        }
    };
    follow(answered, initial);
    return { states: [...ends.values()], complete };
}
