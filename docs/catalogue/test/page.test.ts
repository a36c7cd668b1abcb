/** The page without its minutes of runs: its parts on made-up outcomes, and the committed page against the rows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { campaign, raceFinding } from '../../../harness/report/test/fixtures.ts';
import type { CampaignResult } from '../../../harness/explore/results.ts';
import type { Explored } from '../explore.ts';
import { pageOf } from '../page.ts';
import type { Row } from '../row.ts';
import { rowSection } from '../section.ts';
import { TEXTS, disagreements } from '../texts.ts';

const row: Row = {
    id: 'race',
    claim: 'It is safe.',
    judged: 'refuted',
    shown: 'It is not.',
    fix: { scenario: 'race/fixed', how: 'lock' }
};

function run(language: string, part: Partial<CampaignResult>): Explored {
    return { language, result: campaign(part), elapsedMs: 12_345, file: 'invariants/race.invariant.ts' };
}

const broken = {
    scenario: 'race',
    verdict: 'violated',
    broken: [{ name: 'overdraw', schedules: 3, firstSchedule: 0, message: 'm' }],
    finding: raceFinding
} as const;
const runs = [
    run('motoko', broken),
    run('azle', broken),
    run('motoko', { scenario: 'race/fixed', verdict: 'passed', exhaustive: true, strategy: 'exhaustive' })
];

describe('a row of the page', () => {
    it('says what was claimed, the verdicts, the fix and its verdict', () => {
        const section = rowSection(row, runs);
        expect(section).toContain('*Refuted:* It is not.');
        expect(section).toMatch(/\| Azle \| \*\*breaks\*\* `overdraw` \| (all [\d,]+|[\d,]+, sampled|[\d,]+, enumerated until after the violation) \|/);
        expect(section).toMatch(/\*Fix:\* lock\. `race\/fixed`: holds in Motoko \(all [\d,]+\)\./);
    });

    it('draws a schedule once when the languages agree, and each of them when they do not', () => {
        const diagrams = (each: readonly Explored[]): number => rowSection(row, each).split('```mermaid').length - 1;
        expect(diagrams(runs)).toBe(1);
        const other = { ...raceFinding, trace: { ...raceFinding.trace, steps: raceFinding.trace.steps.slice(1) } };
        expect(diagrams([...runs, run('custom', { ...broken, finding: other })])).toBe(2);
    });

    it('holds no time', () => {
        const slower = runs.map(each => ({ ...each, elapsedMs: 1 }));
        expect(pageOf([{ title: 'T', rows: [row] }], slower)).toBe(pageOf([{ title: 'T', rows: [row] }], runs));
    });
});

describe('rows and scenarios', () => {
    it.each([
        ['a scenario without a row', ['race', 'race/fixed', 'new'], 'scenario new stands in no row'],
        ['a row without its scenario', ['race/fixed'], 'no scenario is called race:']
    ])('%s is told', (_what, ids, told) => {
        expect(disagreements([{ title: 'T', rows: [row] }], ids)).toEqual([expect.stringContaining(told)]);
    });
});

it('The committed page has a section for every row, and a diagram for every row with a fix', () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', 'catalogue.md'), 'utf8');
    const sections = new Map(page.split('\n### ').map(text => [text.slice(0, text.indexOf('\n')), text]));
    for (const { id, shown, fix } of TEXTS.flatMap(({ rows }) => rows)) {
        expect(sections.get(id)).toContain(shown);
        if (fix !== undefined) expect(sections.get(id)).toContain('```mermaid');
    }
    expect(page).toContain('`http-outcall-await`');
});
