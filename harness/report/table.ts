/** The table of verdicts: one row a scenario and language. */
import Table from 'cli-table3';
import { standing } from './outcome.ts';
import type { RunOutcome } from './outcome.ts';
import type { Paint } from './paint.ts';
import { grouped, plain } from './text.ts';

const HEAD = ['scenario', 'language', 'expected', 'verdict', 'schedules', 'steps', 'time'];

/** Look of all tables: aligned columns and no lines, to be read on terminals and pasted into issues. */
export const PLAIN_TABLE = {
    chars: {
        'top': '',
        'top-mid': '',
        'top-left': '',
        'top-right': '',
        'bottom': '',
        'bottom-mid': '',
        'bottom-left': '',
        'bottom-right': '',
        'left': '',
        'left-mid': '',
        'mid': '',
        'mid-mid': '',
        'right': '',
        'right-mid': '',
        'middle': '  '
    },
    style: { 'head': [], 'border': [], 'compact': true, 'padding-left': 0, 'padding-right': 0 }
};

/**
 * The table as text, ending in a line end. `steps` counts executed messages, faults included. Pure: the times are those of the
 * outcomes; `times: false` leaves the column out, which makes the text the same for the same seed.
 */
export function verdictTable(
    outcomes: readonly RunOutcome[],
    paint: Paint,
    options: { readonly times: boolean }
): string {
    const columns = options.times ? HEAD.length : HEAD.length - 1;
    const right = 'right' as const;
    const left = 'left' as const;
    const table = new Table({
        ...PLAIN_TABLE,
        head: HEAD.slice(0, columns).map(name => paint.dim(name)),
        colAligns: [left, left, left, left, right, right, right].slice(0, columns)
    });
    for (const outcome of outcomes) table.push(row(outcome, paint).slice(0, columns));
    const lines = table
        .toString()
        .split('\n')
        .map(line => line.trimEnd());
    return `${lines.join('\n')}\n`;
}

function row(outcome: RunOutcome, paint: Paint): string[] {
    const { result, language, elapsedMs } = outcome;
    return [
        plain(result.scenario),
        language,
        plain(result.expected ?? '-'),
        verdictCell(outcome, paint),
        grouped(result.stats.schedules),
        grouped(result.stats.messages),
        timeText(elapsedMs)
    ];
}

function verdictCell(outcome: RunOutcome, paint: Paint): string {
    const text = verdictText(outcome);
    switch (standing(outcome)) {
        case 'good':
            return paint.green(text);
        case 'bad':
        case 'broken':
            return paint.red(text);
        case 'open':
            return paint.yellow(text);
    }
}

/** `violated overdraw, conservation`, `passed (exhaustive: all 636)`, `passed (unexpected)`. Pure. */
export function verdictText(outcome: RunOutcome): string {
    const { verdict, broken, comparison } = outcome.result;
    const notes: string[] = [];
    if (verdict === 'passed') notes.push(...basisNotes(outcome.result));
    if (comparison === 'unexpected' && verdict !== 'error') notes.push('unexpected');
    if (outcome.stopped !== undefined) notes.push(outcome.stopped === 'interrupted' ? 'interrupted' : 'time limit');
    const names = verdict === 'violated' ? ` ${broken.map(({ name }) => plain(name)).join(', ')}` : '';
    return `${verdict}${names}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}

/** What a pass rests on, where that is more than the schedules in their column. */
function basisNotes({ basis, exhaustive }: RunOutcome['result']): string[] {
    const { switches } = basis.bound;
    const within = switches === undefined ? '' : `within ${switches} switches`;
    if (exhaustive) {
        const name = `exhaustive${within === '' ? '' : ` ${within}`}`;
        const isEach = basis.kind !== 'exhaustive' || (basis.exact && basis.standsFor === basis.schedulesRun);
        if (isEach) return [name];
        return [`${name}: all ${basis.exact ? '' : 'of at least '}${grouped(basis.standsFor)}`];
    }
    if (within !== '') return [within];
    if (basis.kind !== 'sampled' || basis.missed === undefined) return [];
    const { depth, atMost } = basis.missed;
    // Rounded up, and only where it says something.
    const percent = Math.ceil(atMost * 1_000) / 10;
    return percent >= 99 ? [] : [`a race of depth ${depth} missed with at most ${percent} %`];
}

/** `950 ms`, `12.3 s`, `4 min 5 s`. Pure. */
export function timeText(milliseconds: number): string {
    if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
    const seconds = milliseconds / 1000;
    if (seconds < 60) return `${seconds.toFixed(1)} s`;
    return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}
