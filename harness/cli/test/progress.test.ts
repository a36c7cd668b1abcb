/** What stderr shows while the tool works, with a clock of the test. */
import { describe, expect, it } from '@jest/globals';
import type { CampaignProgress } from '../../explore/results.ts';
import { exploreProgress } from '../progress.ts';
import { phaseText } from '../progress-text.ts';
import type { Job } from '../protocol.ts';
import { Speed } from '../speed.ts';
import type { Streams } from '../streams.ts';

const exploring: CampaignProgress = {
    phase: 'explore',
    scenario: 'vault-stale/overdraw',
    schedules: 0,
    schedulesMax: 10_000,
    messages: 0,
    broken: []
};

function speedOf(...notes: readonly (readonly [ms: number, amount: number])[]): Speed {
    const speed = new Speed();
    for (const [ms, amount] of notes) speed.note(ms, amount);
    return speed;
}

describe('speed', () => {
    it('is that of the last seconds', () => {
        expect(speedOf().perSecond).toBeUndefined();
        expect(speedOf([0, 0]).perSecond).toBeUndefined();
        expect(speedOf([0, 0], [500, 100]).perSecond).toBe(200);
        const later = Array.from({ length: 101 }, (_, index) => [60_000 + index * 100, index * 10] as const);
        expect(speedOf([0, 0], ...later).perSecond).toBe(100);
    });
});

describe('a job under way', () => {
    const speed = speedOf([0, 0], [1_000, 1_230]);

    it('has its schedules, their speed, and the time left', () => {
        const text = phaseText({ ...exploring, schedules: 1_230 }, speed, undefined);
        expect(text).toBe('1,230/10,000 schedules, 1,230/s, 8 s left');
    });

    it('has no more time than its limit', () => {
        expect(phaseText({ ...exploring, schedules: 1_230 }, speed, 3_000)).toContain(', 2 s left');
        const slow = speedOf([0, 0], [1_000, 2]);
        expect(phaseText({ ...exploring, schedules: 2 }, slow, undefined)).toContain(', 84 min left');
        expect(phaseText({ ...exploring, schedulesMax: 100_000 }, slow, undefined)).toContain(', 14 h left');
    });

    it('says what was covered and when that last grew, and what broke', () => {
        const coverage = { pairs: 12, lastGrew: 919 };
        const text = phaseText({ ...exploring, schedules: 1_230, coverage, broken: ['overdraw'] }, speed, undefined);
        expect(text).toMatch(/ left; 12 pairs, new 310 ago; overdraw broken$/);
    });

    it('says while shrinking how small it is by now', () => {
        const size = { calls: 3, faults: 1, switches: 2, steps: 14 };
        const text = phaseText({ ...exploring, phase: 'shrink', schedules: 300, size, broken: ['overdraw'] }, speed, 1);
        expect(text).toBe('shrinking (3 calls, 1 fault, 14 steps); 300 schedules, 1,230/s; overdraw broken');
    });
});

describe('progress of a run', () => {
    function followed() {
        const lines: string[] = [];
        const to = (kind: string) => (line: string) => void lines.push(`${kind} ${line}`);
        const streams = { status: to('status'), milestone: to('milestone'), reminder: to('reminder') };
        let ms = 0;
        const job = { scenario: 'vault', language: 'motoko', choices: { seed: 1, shrink: true } } as Job;
        const report = exploreProgress([job, { ...job, language: 'azle' }], streams as unknown as Streams, () => ms);
        const at = (time: number, progress: Partial<CampaignProgress>, number = 0): void => {
            ms = time;
            report({ kind: 'progress', job: number, progress: { ...exploring, ...progress } });
        };
        return { lines, at };
    }

    it('redraws one line for all jobs', () => {
        const { lines, at } = followed();
        at(0, { schedules: 1 });
        at(200, { schedules: 5 }, 1);
        expect(lines).toEqual([
            'status [0/2] vault motoko: 1/10,000 schedules',
            'status [0/2] vault motoko: 1/10,000 schedules  |  vault azle: 5/10,000 schedules'
        ]);
    });

    it('reminds once a minute', () => {
        const { lines, at } = followed();
        for (let second = 0; second <= 150; second++) at(second * 1_000, { schedules: second * 10 });
        const reminders = lines.filter(line => line.startsWith('reminder'));
        expect(reminders).toHaveLength(2);
        expect(reminders[0]).toBe('reminder [0/2] vault motoko: 600/10,000 schedules, 10/s, 16 min left');
    });

    it('has a speed of its own for shrinking', () => {
        const { lines, at } = followed();
        at(0, { schedules: 0 });
        at(1_000, { schedules: 5_000 });
        at(2_000, { phase: 'shrink', schedules: 1 });
        expect(lines.at(-1)).toBe('status [0/2] vault motoko: shrinking; 1 schedule');
    });
});
