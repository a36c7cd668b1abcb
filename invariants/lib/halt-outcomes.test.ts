/**
 * The outcomes that the scenarios state are derived here a second time, without a canister: from nothing but the rules of
 * delivery (IC interface specification, "Ordering guarantees"). Requests of a canister to itself stay in order; ingress and
 * responses come in any order.
 */
import { describe, expect, it } from '@jest/globals';
import { READS, REPLIES } from './halt-outcomes.ts';

/** One call of `test`: what it has seen, and where its foo is. */
interface Progress {
    readonly seen: readonly number[];
    readonly foo: 'none' | 'requested' | { readonly replied: number };
}

interface State {
    readonly i: number;
    readonly calls: readonly Progress[];
    /** Requests under way, oldest first: the call that each belongs to. */
    readonly requests: readonly number[];
}

const START: State = { i: 0, calls: [0, 1].map(() => ({ seen: [], foo: 'none' })), requests: [] };

/** The ends of all legal schedules, each as often as there are schedules that lead to it. */
function ends(state: State, reads: boolean): readonly string[] {
    const next = [...started(state), ...counted(state), ...resumed(state, reads)];
    if (next.length === 0) return [state.calls.map(({ seen }) => seen.join(' ')).join(' | ')];
    return next.flatMap((each) => ends(each, reads));
}

/** An ingress message executes: i0, and the first request. */
function started(state: State): State[] {
    return state.calls.flatMap(({ seen }, call) => (seen.length === 0 ? [sends(state, call, state.i)] : []));
}

/** The oldest request executes. */
function counted(state: State): State[] {
    const [call, ...requests] = state.requests;
    if (call === undefined) return [];
    const i = state.i + 1;
    return [{ ...replaced(state, call, { seen: state.calls[call]!.seen, foo: { replied: i } }), i, requests }];
}

/** A response executes: i1 and the second request, or i2 and the answer. */
function resumed(state: State, reads: boolean): State[] {
    return state.calls.flatMap(({ seen, foo }, call) => {
        if (typeof foo === 'string') return [];
        const sees = reads ? state.i : foo.replied;
        return seen.length < 2
            ? [sends(state, call, sees)]
            : [replaced(state, call, { seen: [...seen, sees], foo: 'none' })];
    });
}

function sends(state: State, call: number, sees: number): State {
    const progress: Progress = { seen: [...state.calls[call]!.seen, sees], foo: 'requested' };
    return { ...replaced(state, call, progress), requests: [...state.requests, call] };
}

function replaced(state: State, call: number, progress: Progress): State {
    return { ...state, calls: state.calls.with(call, progress) };
}

describe('Two calls that count through calls to themselves', () => {
    it.each([
        ['the replies', REPLIES, false, 12],
        ['the counter itself', READS, true, 45]
    ] as const)('that read %s see exactly the stated outcomes in 106 legal schedules', (_, stated, reads, count) => {
        const found = ends(START, reads);
        expect(found).toHaveLength(106);
        expect([...new Set(found)].sort()).toEqual([...stated].sort());
        expect(stated).toHaveLength(count);
    });
});
