import { describe, expect, it } from '@jest/globals';
import { Worth } from '../remember/worth.ts';

/** Schedules of four steps of which so many are known; returns in how many of them the table was left alone. */
function offIn(schedules: number, known: number, dear = false): number {
    const worth = new Worth();
    let off = 0;
    for (let count = 0; count < schedules; count++) {
        worth.begin(dear);
        if (worth.isOff) off++;
        else for (let step = 0; step < 4; step++) worth.asked(step < known);
    }
    return off;
}

describe('the transition table', () => {
    it('is left alone where nothing is known, but for a trial now and then', () => {
        const off = offIn(10_000, 0);
        expect(off).toBeGreaterThan(9_000);
        expect(off).toBeLessThan(10_000);
    });

    it.each([
        ['one step in four is known', 1, false],
        ['steps are dear', 0, true]
    ])('is used where %s', (_, known, dear) => {
        expect(offIn(10_000, known, dear)).toBe(0);
    });
});
