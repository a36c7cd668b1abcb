/** The page: one row a race, one column a strategy. Pure. */
import { COMPARED, SCHEDULES_MAX } from './measure.ts';
import type { Measured } from './measure.ts';

/** Seeds of which every count is on the page, so that a sample can be compared. */
export const SAMPLE = 5;

/** Between the text, which people write, and what is measured. */
const BEGIN = '<!-- measured: do not edit, run `npm run strategies` -->';
const END = '<!-- end of measured -->';

/** The page with its measured part replaced. Throws RangeError where the page has no place for it. */
export function withMeasured(page: string, rows: readonly Measured[], seeds: number): string {
    const begin = page.indexOf(BEGIN);
    const end = page.indexOf(END);
    if (begin < 0 || end < begin) throw new RangeError(`the page needs the lines ${BEGIN} and ${END}`);
    return `${page.slice(0, begin)}${BEGIN}\n\n${measuredPart(rows, seeds)}\n\n${page.slice(end)}`;
}

/** The races whose counts of the first seeds are not those on the page: one line each. */
export function differences(page: string, rows: readonly Measured[]): readonly string[] {
    const known = new Set(page.split('\n'));
    return rows.map(sampleLine).filter((line) => !known.has(line));
}

function measuredPart(rows: readonly Measured[], seeds: number): string {
    const head = `| race | ${COMPARED.join(' | ')} |\n|---|${COMPARED.map(() => '--:|').join('')}`;
    const lines = rows.map(({ scenario, counts }) => {
        const cells = COMPARED.map((strategy) => cell(counts[strategy] ?? []));
        return `| \`${scenario}\` | ${cells.join(' | ')} |`;
    });
    return [
        `Motoko, ${seeds} seeds: median / 95th percentile of the schedules to the first failure;\n` +
            `— where ${SCHEDULES_MAX} schedules do not find it.`,
        [head, ...lines].join('\n'),
        `The first ${SAMPLE} seeds, for \`npm run strategies -- --check\`:`,
        ['```text', ...rows.map(sampleLine), '```'].join('\n')
    ].join('\n\n');
}

function cell(counts: readonly number[]): string {
    const sorted = [...counts].sort((one, other) => one - other);
    const at = (share: number): string => {
        const count = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]!;
        return count > SCHEDULES_MAX ? '—' : String(count);
    };
    return sorted.length === 1 ? at(1) : `${at(0.5)} / ${at(0.95)}`;
}

function sampleLine({ scenario, counts }: Measured): string {
    const parts = COMPARED.map((strategy) => `${strategy} ${(counts[strategy] ?? []).slice(0, SAMPLE).join(',')}`);
    return `${scenario}: ${parts.join('  ')}`;
}
