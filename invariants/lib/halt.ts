/** What is true of `test`, which counts twice through calls to itself, in every legal schedule and in the published one. */
import type { CallRecord, Invariant } from '../../harness/index.ts';
import { seenBy, seenText } from './queue.ts';

/** Quiescent: of each call i0 < i1 < i2. */
export const rising: Invariant = {
    name: 'rising',
    when: 'quiescent',
    check: ({ calls }) => {
        const wrong = calls.find((call) => {
            const seen = seenBy(call);
            return seen === undefined || seen.i0 >= seen.i1 || seen.i1 >= seen.i2;
        });
        return wrong === undefined ? undefined : `${wrong.label} saw ${seenText(wrong)}`;
    }
};

/** Quiescent: the i1 and i2 of all N calls are 1 to 2N, each once. */
export const eachCountOnce: Invariant = {
    name: 'each-count-once',
    when: 'quiescent',
    check: ({ calls }) => {
        const counts = calls.flatMap((call) => [seenBy(call)?.i1, seenBy(call)?.i2]);
        const missing = counts.findIndex((_, index) => !counts.includes(BigInt(index) + 1n));
        return missing < 0 ? undefined : `nobody saw ${missing + 1}: ${calls.map(seenText).join(', ')}`;
    }
};

/**
 * Quiescent: the m-th of N calls saw 0, m and N + m, as published: all wait at an await until those ahead have passed it.
 * That is the production order, not a rule.
 */
export const halts: Invariant = {
    name: 'halts',
    when: 'quiescent',
    check: ({ calls }) => {
        const wrong = calls.find((call) => seenText(call) !== published(call, calls.length));
        if (wrong === undefined) return undefined;
        return `${wrong.label} saw ${seenText(wrong)}, published is ${published(wrong, calls.length)}`;
    }
};

function published({ index }: CallRecord, calls: number): string {
    return `0 ${index + 1} ${calls + index + 1}`;
}
