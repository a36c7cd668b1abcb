/** The page: one row a race, one column a strategy. Pure. */
import { COMPARED, SCHEDULES_MAX } from './measure.ts';
import type { Measured, MeasuredLanguage } from './measure.ts';

/** Seeds of which every count is on the page, so that a sample can be compared. */
export const SAMPLE = 5;

const TITLES: Readonly<Record<MeasuredLanguage, string>> = { motoko: 'Motoko', azle: 'Azle' };

/** The page with the measured part of a language replaced. Throws RangeError where the page has no place for it. */
export function withMeasured(
    page: string,
    language: MeasuredLanguage,
    rows: readonly Measured[],
    seeds: number
): string {
    const { from, to } = place(page, language);
    return `${page.slice(0, from)}\n\n${measuredPart(language, rows, seeds)}\n\n${page.slice(to)}`;
}

/**
 * The races whose counts of the first seeds are not those on the page: one line each. Throws RangeError where the page has no place for
 * the language.
 */
export function differences(page: string, language: MeasuredLanguage, rows: readonly Measured[]): readonly string[] {
    const { from, to } = place(page, language);
    const known = new Set(page.slice(from, to).split('\n'));
    return rows.map(sampleLine).filter((line) => !known.has(line));
}

/** What is between the text, which people write: from behind one mark to the next. */
function place(page: string, language: MeasuredLanguage): { readonly from: number; readonly to: number } {
    const begin = `<!-- measured, ${language}: do not edit, run \`npm run strategies\` -->`;
    const end = `<!-- end of measured, ${language} -->`;
    const from = page.indexOf(begin) + begin.length;
    const to = page.indexOf(end);
    if (from < begin.length || to < from) throw new RangeError(`the page needs the lines ${begin} and ${end}`);
    return { from, to };
}

function measuredPart(language: MeasuredLanguage, rows: readonly Measured[], seeds: number): string {
    const head = `| race | ${COMPARED.join(' | ')} |\n|---|${COMPARED.map(() => '--:|').join('')}`;
    const lines = rows.map(({ scenario, counts }) => {
        const cells = COMPARED.map((strategy) => cell(counts[strategy] ?? []));
        return `| \`${scenario}\` | ${cells.join(' | ')} |`;
    });
    return [
        `${TITLES[language]}, ${seeds} seeds: median / 95th percentile of the schedules to the first failure;\n` +
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
