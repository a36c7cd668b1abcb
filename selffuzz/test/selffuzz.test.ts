/** The self-fuzzer finds nothing with fixed seeds, and finds what there is to find. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kind } from '../kind.ts';
import { bases, modules } from '../modules.ts';
import { programs } from '../programs.ts';
import { requests } from '../requests.ts';
import { differs } from '../twins.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const LONG_MS = 120_000;

describe('with fixed seeds nothing is found among', () => {
    it.each([1, 2])('random programs, seed %i', async (seed) => {
        expect(await programs.check(seed, 40)).toBeUndefined();
    }, LONG_MS);

    it('damaged modules', async () => {
        expect(await modules(await bases(false)).check(3, 60)).toBeUndefined();
    }, LONG_MS);

    it('damaged requests', async () => {
        expect(await requests.check(4, 60)).toBeUndefined();
    }, LONG_MS);
});

describe('what is wrong is found:', () => {
    it('a difference between the engines, with the line', () => {
        const problem = differs(() => undefined, (twin) => twin.tell(twin.replica === undefined ? '' : `${drawn++}`));
        expect(problem).toMatch(/^fast: \d+\nreference: \d+\nafter: $/);
    });

    it('a rollback that does not restore', () => {
        expect(() => differs(() => undefined, ({ replica }) => {
            replica.rollback = () => undefined;
            replica.advanceTime(1n);
        })).toThrow('with the fast memory');
    });

    it('the smallest input, with the seed', async () => {
        const tooLarge = kind<number>({
            name: 'numbers', about: '', draw: fc.nat(1_000), show: String,
            judge: (n) => (n > 10 ? `${n} is too large` : undefined)
        });
        expect(await tooLarge.check(7, 100)).toEqual({
            kind: 'numbers', seed: 7, problem: '11 is too large', input: '11'
        });
    });

    it('an error, with where it was thrown', async () => {
        const throws = kind<number>({
            name: 'numbers', about: '', draw: fc.nat(3), show: String,
            judge: () => { throw new TypeError('broken'); }
        });
        expect((await throws.check(1, 1))?.problem).toContain('TypeError: broken');
    });
});

let drawn = 0;

describe('npm run selffuzz', () => {
    const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
        spawnSync(process.execPath, [join(REPOSITORY, 'selffuzz', 'run.ts'), ...args], { encoding: 'utf8' });

    it('prints its seed and ends with 0 when asked for a number of runs', () => {
        const { status, stdout, stderr } = run('--seed', '5', '--runs', '5', '--only', 'programs,requests');
        expect([status, stdout]).toEqual([0, '']);
        expect(stderr).toContain('seed 5: 5 inputs each of programs, requests, nothing found');
    }, LONG_MS);

    it.each([
        [['--only', 'nothing'], 'the kinds are modules, programs, requests, explorations'],
        [['--runs', '0'], 'give a whole number from 1'],
        [['--what'], "Unknown option '--what'"]
    ])('%j is a usage error', (args, message) => {
        const { status, stderr } = run(...args);
        expect(status).toBe(3);
        expect(stderr).toContain(message);
    });
});
