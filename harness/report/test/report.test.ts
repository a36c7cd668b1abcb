import { describe, expect, it } from '@jest/globals';
import { coverageLine, missingText } from '../coverage.ts';
import { findingText, replayCommand } from '../finding.ts';
import type { CampaignResult } from '../../explore/results.ts';
import { jsonReport, jsonText } from '../json.ts';
import { standing } from '../outcome.ts';
import type { RunOutcome } from '../outcome.ts';
import { paint } from '../paint.ts';
import { sequenceLines } from '../sequence.ts';
import { closingLine, idleFaultsText, mismatchText } from '../summary.ts';
import { timeText, verdictTable, verdictText } from '../table.ts';
import { campaign, faultTrace, raceFinding, rows } from './fixtures.ts';

const bare = paint(false);
const all = Object.values(rows);
const named = (text: string): string => text;

describe('what a pass rests on', () => {
    const bound = { messages: 10_000, timeAdvances: 20 };
    const shown = (basis: CampaignResult['basis'], exhaustive: boolean): string => {
        return verdictText({ ...rows['holds']!, result: { ...rows['holds']!.result, basis, exhaustive } });
    };

    it('stands in its row', () => {
        const all = { kind: 'exhaustive', schedulesRun: 9, standsFor: 61_800, exact: true, bound } as const;
        expect(shown(all, true)).toBe('passed (exhaustive: all 61,800)');
        expect(shown({ ...all, exact: false }, true)).toBe('passed (exhaustive: all of at least 61,800)');
        expect(shown({ ...all, schedulesRun: 61_800 }, true)).toBe('passed (exhaustive)');
        const some = { kind: 'sampled', schedulesRun: 100, bound } as const;
        expect(shown(some, false)).toBe('passed');
        const missed = { depth: 2, threads: 2, steps: 12, atMost: 0.0142 };
        expect(shown({ ...some, missed }, false)).toBe('passed (a race of depth 2 missed with at most 1.5 %)');
        expect(shown({ ...some, missed: { ...missed, atMost: 0.999 } }, false)).toBe('passed');
    });
});

describe('terminal text', () => {
    it('shows a race as calls, a message sequence with observed values, and the replay command', () => {
        const context = {
            language: 'motoko',
            location: 'invariants/vault-stale.invariant.ts:12',
            file: rows['race']!.file!
        };
        expect(findingText(raceFinding, context, bare)).toMatchSnapshot();
    });

    it('marks what is broken in red on a terminal only', () => {
        const context = { language: 'motoko', location: 'a.ts:1' };
        expect(findingText(raceFinding, context, paint(true))).toContain('\u001b[31mBROKEN overdraw');
        expect(findingText(raceFinding, context, bare)).not.toContain('\u001b');
    });

    it('shows faults, rejects, traps, cleanup, refusals and timers', () => {
        expect(sequenceLines(faultTrace, [], { paint: bare, named }).join('\n')).toMatchSnapshot();
    });

    it('shows an invariant that is broken before the first message at the start', () => {
        const violations = [{ invariant: 'conservation', message: 'nothing adds up', step: 0 }];
        const lines = sequenceLines(raceFinding.trace, violations, { paint: bare, named });
        expect(lines[2]).toBe('    BROKEN conservation: nothing adds up');
    });

    it('says how far shrinking came', () => {
        const text = (shrunk: 'raw' | 'reduced'): string =>
            findingText({ ...raceFinding, shrunk }, { language: 'motoko', location: 'a.ts:1' }, bare).split('\n')[1]!;
        expect(text('raw')).toBe(
            '  as found, not shrunk: 2 calls, 0 faults, 1 context switch (seed 7, random, schedule 1,234)'
        );
        expect(text('reduced')).toContain('reduced, perhaps not minimal (shrinking was stopped)');
    });

    it('shows the table of verdicts, with times', () => {
        expect(verdictTable(all, bare, { times: true })).toMatchSnapshot();
    });

    it('shows the table without times, so that two runs can be compared', () => {
        const slower = all.map(row => ({ ...row, elapsedMs: row.elapsedMs * 2 }));
        expect(verdictTable(slower, bare, { times: false })).toBe(verdictTable(all, bare, { times: false }));
        expect(verdictTable(all, bare, { times: false })).not.toContain('time\n');
    });

    it('sums up what was covered, and names what never met', () => {
        const covered = (exact: boolean): RunOutcome[] => {
            const missing = [{ ran: 'vault.deposit', within: 'vault.withdraw\u001b[31m' }];
            const numbers = { segments: 4, pairs: 1_200, pairsMost: 1_201, lastGrew: 2_345, missing };
            const coverage = { ...numbers, orders: { count: 5_000, exact } };
            return all.slice(0, 2).map(each => ({ ...each, result: { ...each.result, coverage } }));
        };
        expect(coverageLine(all)).toBeUndefined();
        expect(coverageLine([...covered(true), ...all])).toBe(
            'coverage: 2,400 of at most 2,402 pairs of segments met within an await; 10,000 partial orders\n'
        );
        expect(coverageLine(covered(false))).toContain('; about 10,000 partial orders');
        const [row, never] = missingText(covered(true), bare).split('\n');
        expect(row).toMatch(/ \(\w+\): 1,200 of at most 1,201 pairs, the last new one in schedule 2,345$/);
        expect(never).toBe('  never: vault.deposit while a call waits in vault.withdraw\\u{1b}[31m');
    });

    it('explains every row that is not good, and no other', () => {
        expect(mismatchText(all, bare)).toMatchSnapshot();
        expect(mismatchText([rows['race']!, rows['holds']!], bare)).toBe('');
    });

    it('names faults that struck nothing', () => {
        const idleFaults = ["rejects({ callee: 'ledger' })"];
        const run = { ...rows['holds']!, result: { ...rows['holds']!.result, idleFaults } };
        expect(idleFaultsText([rows['race']!, run], bare)).toBe(
            `${run.result.scenario} (${run.language}): rejects({ callee: 'ledger' }) struck in none of ` +
                `${run.result.stats.schedules} schedules; check what it selects\n`
        );
        expect(idleFaultsText([rows['race']!], bare)).toBe('');
    });

    it('closes with how many verdicts are the expected ones', () => {
        expect(closingLine(all, '.interleave/findings', bare)).toBe(
            '2 of 5 verdicts as expected; 1 vacuous or undecided; 1 failed with an error; ' +
                '2 races found, schedule files in .interleave/findings\n'
        );
        expect(closingLine([rows['holds']!], 'x', bare)).toBe('1 of 1 verdict as expected; no race found\n');
    });

    it.each([
        [0, '0 ms'],
        [999, '999 ms'],
        [1000, '1.0 s'],
        [59_900, '59.9 s'],
        [245_000, '4 min 5 s']
    ])('writes %d milliseconds as %s', (milliseconds, text) => {
        expect(timeText(milliseconds)).toBe(text);
    });

    it('quotes a file name that a shell would split', () => {
        expect(replayCommand('a/b.schedule.json')).toBe('npm run repro -- a/b.schedule.json');
        expect(replayCommand("my dir/it's.json")).toBe(`npm run repro -- 'my dir/it'\\''s.json'`);
    });
});

describe('standing', () => {
    it.each([
        ['race', 'good'],
        ['unexpectedRace', 'bad'],
        ['holds', 'good'],
        ['missed', 'bad'],
        ['vacuous', 'open'],
        ['outcomes', 'bad'],
        ['error', 'broken']
    ])('of the row "%s" is %s', (name, wanted) => {
        expect(standing(rows[name]!)).toBe(wanted);
    });

    it('of a race is bad also when another verdict was expected', () => {
        const result = campaign({ verdict: 'violated', comparison: 'unexpected', expected: 'holds' });
        expect(standing({ language: 'motoko', elapsedMs: 1, result })).toBe('bad');
    });

    it.each(['vacuous', 'budget-exhausted', 'diverged'] as const)(
        'of a %s run without expectation is open',
        verdict => {
            expect(standing({ language: 'motoko', elapsedMs: 1, result: campaign({ verdict }) })).toBe('open');
        }
    );
});

describe('JSON', () => {
    const facts = {
        toolVersion: '0.1.0',
        seed: 7,
        exitCode: 1,
        interrupted: false,
        notRun: [],
        buildMs: 12.5,
        totalMs: 99
    };

    it('is one document with rows, findings and errors', () => {
        expect(jsonReport([rows['race']!, rows['error']!], facts)).toMatchSnapshot();
    });

    it('names faults that struck nothing', () => {
        const run = { ...rows['holds']!, result: { ...rows['holds']!.result, idleFaults: ['stops()'] } };
        expect(JSON.parse(jsonReport([run], facts)).results[0].idleFaults).toEqual(['stops()']);
    });

    it('is the same for other times, but for `timing`', () => {
        const without = (text: string): unknown => ({ ...JSON.parse(text), timing: undefined });
        const slower = all.map(row => ({ ...row, elapsedMs: row.elapsedMs * 2 }));
        const other = jsonReport(slower, { ...facts, buildMs: 1, totalMs: 2 });
        expect(other).not.toBe(jsonReport(all, facts));
        expect(without(other)).toEqual(without(jsonReport(all, facts)));
    });

    it('writes bigints as strings and bytes as hex', () => {
        expect(JSON.parse(jsonText({ big: 2n ** 70n, bytes: new Uint8Array([1, 255]) }))).toEqual({
            big: '1180591620717411303424',
            bytes: '01ff'
        });
    });
});
