/** How a campaign is divided into chunks. What they bring is told by plain data here; that results do not depend on it, by campaigns. */
import { describe, expect, it } from '@jest/globals';
import { settle } from '../../explore/options.ts';
import { NOTHING_SEEN } from '../../explore/seen.ts';
import { call, holds, scenario } from '../../index.ts';
import { JobRun } from '../job-run.ts';
import type { ChunkTask, Job } from '../protocol.ts';

const SCHEDULES = 10_000;
/** Of one schedule. */
const MS = 2;

function job(): Job {
    const program = scenario('divided', {
        about: 'two calls',
        canisters: { vault: { canister: 'vault' } },
        calls: [call('alice', 'vault', 'deposit', []), call('bob', 'vault', 'deposit', [])],
        invariants: [{ name: 'never', when: 'always', check: () => undefined }],
        expect: holds()
    });
    return {
        index: 0, scenario: 'divided', about: '', location: '', language: 'motoko', project: '', path: '',
        canisters: [],
        choices: { seed: 1, shrink: false },
        settled: settle(program, { seed: 1, strategy: 'random', schedules: SCHEDULES }),
        metering: 'auto', findings: '', toolVersion: ''
    };
}

/** A worker takes a chunk and runs all of it. */
function one(run: JobRun): ChunkTask {
    const task = run.next(false) as ChunkTask;
    const { chunk } = task;
    const seen = { ...NOTHING_SEEN, stats: { ...NOTHING_SEEN.stats, schedules: chunk.to - chunk.from } };
    const result = { chunk, to: chunk.to, end: 'completed', seen } as const;
    const facts = { id: 'divided', about: '', location: '', invariants: ['never'], faults: [] };
    run.ran(task, { kind: 'ran', facts, result, exploredMs: MS * (chunk.to - chunk.from) });
    return task;
}

describe('chunks', () => {
    it('take a twentieth of a second where a journal has them, because that is what a kill takes away', () => {
        const written: number[] = [];
        const run = new JobRun(job(), record => written.push(record.kind === 'chunk' ? record.result.to : NaN));
        const ran = [one(run), one(run), one(run)];
        for (const { cutAfterMs } of ran) expect(cutAfterMs).toBe(50);
        const [, second] = ran.map(({ chunk }) => MS * (chunk.to - chunk.from));
        expect(second).toBeGreaterThan(25);
        expect(second).toBeLessThanOrEqual(50);
        expect(written).toEqual(ran.map(({ chunk }) => chunk.to));
    });

    it('are longer without one, and small at the end, when others would wait for them', () => {
        const run = new JobRun(job());
        one(run);
        const lengths: number[] = [];
        while (run.schedules < SCHEDULES) {
            const { chunk } = one(run);
            lengths.push(MS * (chunk.to - chunk.from));
        }
        expect(lengths[0]).toBeGreaterThan(100);
        expect(Math.max(...lengths)).toBeLessThanOrEqual(250);
        expect(lengths.at(-1)).toBeLessThanOrEqual(22);
        expect(lengths.length).toBeLessThan(SCHEDULES * MS / 100);
    });
});
