/** Stable memory is sparse and copied on write (IC interface specification, "Stable memory"). */
import { describe, expect, it } from '@jest/globals';
import { Journal } from '../journal.ts';
import { StableMemory } from '../stable.ts';

const PAGE = 65_536;

function digest(stable: StableMemory): string {
    const parts: number[] = [];
    stable.digest((bytes) => parts.push(...bytes));
    return parts.join();
}

describe('Stable memory', () => {
    it('grows to 500 GiB without allocating, and not beyond', () => {
        const stable = new StableMemory(new Journal(), 4096);
        expect(stable.grow(1)).toBe(0);
        expect(stable.grow(500 * 16_384 - 1)).toBe(1);
        expect(stable.grow(1)).toBe(-1);
        expect(stable.bytes).toBe(500 * 2 ** 30);
        expect(stable.read(stable.bytes - 3, 3)).toEqual(new Uint8Array(3));
    });

    it('reads back what was written across pages, and zero elsewhere', () => {
        const stable = new StableMemory(new Journal(), PAGE);
        stable.grow(1);
        const bytes = Uint8Array.from({ length: 9000 }, (_, at) => 1 + (at % 255));
        stable.write(4000, bytes);
        expect(stable.read(4000, 9000)).toEqual(bytes);
        expect(stable.read(3999, 1)).toEqual(new Uint8Array(1));
        expect(stable.read(13_000, 100)).toEqual(new Uint8Array(100));
    });

    it('does not allocate for zeroes, and a page of zeroes is the same as none', () => {
        const [empty, zeroed] = [new StableMemory(new Journal(), 8192), new StableMemory(new Journal(), 8192)];
        for (const stable of [empty, zeroed]) {
            stable.grow(2);
        }
        zeroed.write(0, new Uint8Array(100_000));
        zeroed.write(10, new Uint8Array([5]));
        expect(digest(zeroed)).not.toBe(digest(empty));
        zeroed.write(10, new Uint8Array([0]));
        expect(digest(zeroed)).toBe(digest(empty));
    });

    it('is undone page by page, to each of several points', () => {
        const journal = new Journal();
        const stable = new StableMemory(journal, PAGE);
        const points: { position: number; digest: string }[] = [];
        for (let at = 0; at < 6; at++) {
            points.push({ position: journal.savepoint(), digest: digest(stable) });
            stable.grow(1);
            stable.write(at * 1000, new Uint8Array(3000).fill(at + 1));
            stable.write(at * 1000 + 7, new Uint8Array([99]));
        }
        for (const point of points.toReversed()) {
            journal.undoTo(point.position);
            expect(digest(stable)).toBe(point.digest);
        }
    });

    it('that is undone can be written again without touching the past', () => {
        const journal = new Journal();
        const stable = new StableMemory(journal, PAGE);
        stable.grow(1);
        stable.write(0, new Uint8Array([1]));
        const position = journal.savepoint();
        stable.write(0, new Uint8Array([2]));
        journal.undoTo(position);
        stable.write(0, new Uint8Array([3]));
        journal.undoTo(position);
        expect(stable.read(0, 1)).toEqual(new Uint8Array([1]));
    });
});
