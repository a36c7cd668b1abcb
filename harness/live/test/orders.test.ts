import { describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../scenario/types.ts';
import { overlapped } from '../history.ts';
import { foldedStates } from '../orders.ts';

/** A call from `invokedAt` to `answeredAt`; without the latter its outcome is unknown. */
function call(label: string, invokedAt: number, answeredAt?: number): CallRecord {
    const common = { index: 0, label, actor: 'a', principal: 'p', canister: 'c', method: 'm', args: [], invokedAt };
    if (answeredAt === undefined) return { ...common, state: 'running' };
    return { ...common, state: 'answered', answer: { kind: 'reply', value: [] }, answeredAt };
}

/** A state that remembers the whole order. */
const WORD = { initial: '', fold: (state: unknown, { label }: CallRecord) => `${String(state)}${label}`, text: String };
/** A state that does not depend on it. */
const COUNT = { initial: 0, fold: (state: unknown) => Number(state) + 1, text: String };

function labels(calls: readonly CallRecord[]): unknown[] {
    return [...foldedStates(calls, WORD).states];
}

describe('possible orders of the answers', () => {
    it('begin with the one in which they came', () => expect(labels([call('b', 2, 4), call('a', 1, 3)])[0]).toBe('ab'));
    it('are all for calls that overlap', () =>
        expect(labels([call('a', 1, 4), call('b', 2, 5), call('c', 3, 6)])).toHaveLength(6));
    it('are one where nothing overlaps', () => expect(labels([call('a', 1, 2), call('b', 3, 4)])).toEqual(['ab']));
    it('keep apart what did not overlap', () =>
        expect(new Set(labels([call('a', 1, 3), call('b', 2, 6), call('c', 4, 5)]))).toEqual(
            new Set(['abc', 'acb', 'bac'])
        ));
    it('leave out calls of unknown outcome', () => expect(labels([call('a', 1, 3), call('b', 2)])).toEqual(['a']));
    it('say so when there are too many', () => {
        const many = Array.from({ length: 8 }, (_each, index) => call(String(index), index, 100 + index));
        expect(foldedStates(many, WORD)).toMatchObject({ complete: false });
        expect(labels(many)[0]).toBe('01234567');
        expect(foldedStates(many.slice(0, 5), WORD)).toMatchObject({ complete: true, states: { length: 120 } });
    });

    it('are not told apart where the state does not', () => {
        const many = Array.from({ length: 12 }, (_each, index) => call(String(index), index, 100 + index));
        expect(foldedStates(many, COUNT)).toEqual({ states: [12], complete: true });
    });
});

describe('overlap', () => {
    const event = (invokedAt: number, answeredAt?: number) => {
        const common = { call: 0, invokedAt, sent: 0, settled: 0 };
        if (answeredAt === undefined) return { ...common, outcome: { kind: 'unknown' as const, reason: '' } };
        return { ...common, answeredAt, outcome: { kind: 'reply' as const, reply: new Uint8Array() } };
    };
    it('is seen', () => expect(overlapped({ events: [event(1, 3), event(2, 4)] })).toBe(true));
    it('is not where one ended first', () => expect(overlapped({ events: [event(1, 2), event(3, 4)] })).toBe(false));
    it('is with a call that never ended', () => expect(overlapped({ events: [event(1), event(2, 3)] })).toBe(true));
});
