import { describe, expect, it } from '@jest/globals';
import type { ReplayResult } from '../../explore/results.ts';
import { paint } from '../paint.ts';
import { replayJson, replayText } from '../replay.ts';
import type { Recorded } from '../replay.ts';
import { raceFinding, raceTrace } from './fixtures.ts';

const recorded: Recorded = {
    file: 'x.schedule.json',
    scenario: 'vault-stale/overdraw',
    language: 'motoko',
    calls: 2,
    steps: 5,
    invariant: 'overdraw',
    toolVersion: '0.1.0',
    principals: raceFinding.principals,
    changed: []
};
const violation = raceFinding.violations[0]!;
const text = (result: ReplayResult, facts: Partial<Recorded> = {}): string =>
    replayText({ ...recorded, ...facts }, result, paint(false));
const last = (lines: string): string => lines.trimEnd().split('\n').at(-1)!;

describe('a replay', () => {
    it('shows every step with its observed values, and that the race still fails', () => {
        expect(text({ kind: 'still-fails', violation, trace: raceTrace, sameTrace: true })).toMatchSnapshot();
    });

    it('says when the race fails by another trace than recorded', () => {
        const shown = text({ kind: 'still-fails', violation, trace: raceTrace, sameTrace: false });
        expect(last(shown)).toBe(
            'still fails: overdraw: balance is -20, must not be negative, with another trace than recorded'
        );
        expect(last(text({ kind: 'still-fails', violation, trace: raceTrace, sameTrace: 'unknown' }))).not.toContain(
            'trace'
        );
    });

    it('says when another invariant breaks', () => {
        const violations = [{ invariant: 'conservation', message: '-20 + 120 is not 100', step: 5 }];
        expect(last(text({ kind: 'fails-differently', violations, trace: raceTrace }))).toBe(
            'fails differently: conservation: -20 + 120 is not 100'
        );
    });

    it('says when the race is gone', () => {
        expect(last(text({ kind: 'passes', trace: raceTrace }))).toBe(
            'no longer fails: every step of the schedule ran and no invariant broke'
        );
    });

    it('that diverged names the step, what was expected and what could run', () => {
        const enabled = Array.from({ length: 10 }, (_, index) => ({
            path: `bob#1/${index}`,
            name: `message ${index}`
        }));
        const expected = { act: 'execute', path: 'alice#1/0', name: 'vault -> ledger.transfer [alice#1]' } as const;
        const divergence = { step: 3, expected, enabled, reason: 'the message is not there' };
        expect(
            text({ kind: 'diverged', divergence, violations: [], trace: { ...raceTrace, steps: [] } })
        ).toMatchSnapshot();
    });

    it('that diverged says also what broke in the rest of the run', () => {
        const divergence = { step: 3, enabled: [], reason: 'the message is not there' };
        const violations = raceFinding.violations;
        expect(text({ kind: 'diverged', divergence, violations, trace: raceTrace })).toContain(
            '  the rest of the run, in the order of arrival, broke: overdraw\n'
        );
    });

    it('that has messages left when the schedule ends says so', () => {
        const divergence = { step: 6, enabled: [], reason: 'the schedule is over, but messages are still under way' };
        const shown = text({ kind: 'diverged', divergence, violations: [], trace: { ...raceTrace, steps: [] } });
        expect(shown).toContain('diverged at step 6: the schedule is over');
        expect(shown).toContain('  expected: nothing more\n  nothing could run\n');
    });

    it('names canisters that changed since the recording', () => {
        const changed = [{ name: 'vault_motoko', recorded: 'ab'.repeat(32), now: 'cd'.repeat(32) }];
        expect(text({ kind: 'passes', trace: raceTrace }, { changed }).split('\n')[1]).toBe(
            '  vault_motoko is another Wasm (cdcdcdcdcdcd, recorded with abababababab): ' +
                'replayed by the names of the messages'
        );
    });

    it('is one JSON document on demand', () => {
        const document = JSON.parse(
            replayJson(recorded, { kind: 'still-fails', violation, trace: raceTrace, sameTrace: true }, 1)
        );
        expect(document).toMatchObject({
            format: 'interleave-replay',
            file: 'x.schedule.json',
            exitCode: 1,
            result: { kind: 'still-fails', violation: { invariant: 'overdraw' }, sameTrace: true },
            trace: { hash: raceTrace.hash, steps: [{ number: 1, timeNs: '1620328630000000000' }, {}, {}, {}, {}] }
        });
    });
});
