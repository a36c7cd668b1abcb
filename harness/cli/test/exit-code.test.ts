import { describe, expect, it } from '@jest/globals';
import type { CampaignError, CampaignResult } from '../../explore/results.ts';
import type { RunOutcome } from '../../report/outcome.ts';
import { paint } from '../../report/paint.ts';
import { NoScenariosError } from '../errors.ts';
import { explainFailure } from '../failure.ts';
import { exitCodeOf } from '../fuzz-report.ts';

function outcome(
    verdict: CampaignResult['verdict'],
    comparison: CampaignResult['comparison'],
    error?: Partial<CampaignError>
): RunOutcome {
    const result = { verdict, comparison, ...(error === undefined ? {} : { error }) } as CampaignResult;
    return { language: 'motoko', elapsedMs: 0, result };
}

const good = outcome('violated', 'as-expected');
const clean = outcome('passed', 'no-expectation');
const open = outcome('vacuous', 'unexpected');
const race = outcome('violated', 'no-expectation');
const missed = outcome('passed', 'unexpected');
const wrong = outcome('error', 'unexpected', { code: 'SCENARIO_INVALID' });
const bug = outcome('error', 'unexpected', { code: 'INTERNAL_ERROR' });

describe('the exit code of fuzz', () => {
    it.each<[string, readonly RunOutcome[], number]>([
        ['every verdict is the expected one', [good, clean], 0],
        ['a race has no expectation', [good, race], 1],
        ['an expected race was missed', [missed, clean], 1],
        ['a run is vacuous', [good, open], 2],
        ['a race counts more than a vacuous run', [open, race], 1],
        ['a scenario that failed counts more than a race', [race, wrong, open], 3],
        ['a bug of ours counts most', [race, wrong, bug, open], 4]
    ])('when %s', (_what, outcomes, exitCode) => {
        expect(exitCodeOf(outcomes, false)).toBe(exitCode);
        expect(exitCodeOf([...outcomes].reverse(), false)).toBe(exitCode);
    });

    it('is 130 when the user stopped it, whatever was found', () => {
        expect(exitCodeOf([good, race, bug], true)).toBe(130);
    });
});

describe('an error that ends a command', () => {
    it('of the user is told with code, message and fix, without a stack', () => {
        const { lines, exitCode } = explainFailure(new NoScenariosError('*.ts', '/p'), paint(false));
        expect(lines).toEqual([
            "error NO_SCENARIOS: No scenario found: '*.ts' in /p matches no file that exports one.",
            expect.stringMatching(/^fix: Create invariants/)
        ]);
        expect(exitCode).toBe(3);
    });

    it('of ours asks for a report and shows its stack', () => {
        const { lines, exitCode } = explainFailure(new TypeError('undefined is not a\u001b function'), paint(false));
        expect(lines[0]).toBe('error INTERNAL_ERROR: undefined is not a\\u{1b} function');
        expect(lines.some(line => line.includes('exit-code.test.ts'))).toBe(true);
        expect(lines.at(-1)).toContain('please report it');
        expect(exitCode).toBe(4);
    });

    it.each([undefined, null, 'text', 7, { code: 'X' }])('that is no error but %j is told too', thrown => {
        expect(explainFailure(thrown, paint(false)).exitCode).toBe(4);
    });
});
