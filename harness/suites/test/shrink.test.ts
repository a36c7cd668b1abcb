/** Shrinking of deviations, and what choosers do. */
import { describe, expect, it } from '@jest/globals';
import type { Message } from '../../replica/index.ts';
import { chooserOf, type Chosen } from '../chooser.ts';
import type { Deviation, Run } from '../run-file.ts';
import { shrinkDeviations } from '../shrink.ts';

function deviation(path: string, instead = 'x', instance = 0): Deviation {
    return { instance, instead, path, act: 'execute' };
}

function message(path: string, kind = 'request'): Message {
    return { path, kind } as Message;
}

const RUN: Run = { seed: 1, run: 1, mode: 'random', faultsMax: 0, deviations: [], arrivals: [], traces: '' };
const forever = (): boolean => true;

describe('shrinking', () => {
    it.each([[[3]], [[0, 7]], [[2, 3, 4]], [[]]])('leaves exactly the steps that matter: %j', async (matter) => {
        const all = Array.from({ length: 9 }, (_, index) => deviation(String(index)));
        let tried = 0;
        const fails = async (kept: readonly Deviation[]): Promise<boolean> => {
            tried++;
            return matter.every((each) => kept.some(({ path }) => path === String(each)));
        };
        const { deviations, complete } = await shrinkDeviations(all, { fails, mayGoOn: forever });
        expect(deviations.map(({ path }) => Number(path))).toEqual(matter);
        expect(complete).toBe(true);
        expect(tried).toBeLessThan(40);
    });

    it('says when it was stopped, and keeps what fails', async () => {
        const all = [deviation('a'), deviation('b')];
        const stopped = await shrinkDeviations(all, { fails: async () => true, mayGoOn: () => false });
        expect(stopped).toEqual({ deviations: all, complete: false });
    });
});

describe('choosers', () => {
    const [a, b] = [message('a'), message('b')];

    it('follow: a deviation once, where production would do what it says and its message is there', () => {
        const chooser = chooserOf({ ...RUN, mode: 'follow', deviations: [deviation('b', 'a')] }, 0, () => true);
        const choose = (instance: number, expected: Message, enabled: Message[]): string =>
            chooser.choose({ instance, expected, enabled }).message.path;
        expect(choose(1, a, [a, b])).toBe('a');
        expect(choose(0, a, [a])).toBe('a');
        expect(choose(0, b, [a, b])).toBe('b');
        expect(choose(0, a, [a, b])).toBe('b');
        expect(choose(0, a, [a, b])).toBe('a');
    });

    it('follow: what is meant for another server is not for this one; files that name none mean each', () => {
        const ofSecond = { ...deviation('b', 'a'), server: 1 };
        const taken = (each: Deviation, server: number): string => {
            const chooser = chooserOf({ ...RUN, mode: 'follow', deviations: [each] }, server, () => true);
            return chooser.choose({ instance: 0, expected: a, enabled: [a, b] }).message.path;
        };
        expect([taken(ofSecond, 0), taken(ofSecond, 1)]).toEqual(['a', 'b']);
        expect([taken(deviation('b', 'a'), 0), taken(deviation('b', 'a'), 1)]).toEqual(['b', 'b']);
    });

    it('random: the same run makes the same choices, others make others, and faults are bounded', () => {
        const chosen = (run: number, faultsMax = 0, server = 0): Chosen[] => {
            let taken = 0;
            const chooser = chooserOf({ ...RUN, run, faultsMax }, server, () => taken++ < faultsMax);
            return Array.from({ length: 200 }, () => chooser.choose({ instance: 0, expected: a, enabled: [a, b] }));
        };
        const paths = (run: number, server = 0): string =>
            chosen(run, 0, server).map((each) => each.message.path).join('');
        expect(paths(5)).toBe(paths(5));
        expect(new Set([1, 2, 3, 4, 5, 6].map((run) => paths(run))).size).toBeGreaterThan(3);
        expect(paths(1, 1)).not.toBe(paths(1));
        expect(chosen(1, 2).filter(({ act }) => act === 'reject')).toHaveLength(2);
        expect(chosen(1).filter(({ act }) => act === 'reject')).toHaveLength(0);
    });
});
