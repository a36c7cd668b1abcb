/** Live campaigns as text and as one JSON document. Unlike explorations they are not the same for the same seed. */
import Table from 'cli-table3';
import type { LiveEvent, LiveFinding, LiveResult } from '../live/results.ts';
import { replayCommand } from './finding.ts';
import { jsonText } from './json.ts';
import type { Paint } from './paint.ts';
import { PLAIN_TABLE, timeText } from './table.ts';
import { count, cut, grouped, namer, oneLine, plain, plainLines } from './text.ts';

/** One scenario in one language. */
export interface LiveOutcomeRow {
    readonly language: string;
    readonly result: LiveResult;
    /** Plan file, as the user can type it. */
    readonly file?: string;
    readonly elapsedMs: number;
    readonly stopped?: 'interrupted' | 'time-limit';
}

/** As `Standing` of explorations; a scenario that cannot be run here is `skipped`. */
export type LiveStanding = 'good' | 'bad' | 'open' | 'broken' | 'skipped';

/** What a row means for the exit code and its colour. Pure. */
export function liveStanding({ result }: LiveOutcomeRow): LiveStanding {
    if (result.error !== undefined) return 'broken';
    if (result.verdict === 'skipped') return 'skipped';
    if (result.comparison === 'as-expected') return 'good';
    if (result.verdict === 'violated') return 'bad';
    // A race that was expected and not seen: sampling cannot say that it is not there.
    return result.verdict === 'passed' && result.comparison === 'no-expectation' ? 'good' : 'open';
}

export interface LiveFacts {
    readonly toolVersion: string;
    readonly seed: number;
    readonly exitCode: number;
    readonly interrupted: boolean;
    readonly notRun: readonly { readonly scenario: string; readonly language: string }[];
    /** Where it ran: the URL, or that the server was of our own. */
    readonly replica: string;
    /** Directory of plan files, as the user can type it. */
    readonly findings: string;
    readonly totalMs: number;
}

const HEAD = ['scenario', 'language', 'expected', 'verdict', 'plans', 'calls', 'time'];
const ARGUMENTS_MAX = 80;

/** Table, races, what is not as expected, closing line. Pure. */
export function liveText(rows: readonly LiveOutcomeRow[], facts: LiveFacts, paint: Paint): string {
    const parts = [table(rows, paint)];
    for (const row of rows) {
        if (row.result.finding !== undefined) parts.push(liveFindingText(row.result.finding, row, paint));
    }
    const reasons = rows.filter(row => liveStanding(row) !== 'good').map(row => reasonText(row, paint));
    parts.push(...reasons);
    const notes = noteLines(rows);
    if (notes.length > 0) parts.push(`${notes.join('\n')}\n`);
    if (facts.interrupted) {
        const names = facts.notRun.map(({ scenario, language }) => `${plain(scenario)} (${language})`);
        parts.push(`${paint.yellow('interrupted')}; not run: ${names.join(', ') || 'none'}\n`);
    }
    parts.push(closing(rows, facts, paint));
    return parts.join('\n');
}

/** One race: the calls and when they were sent, what came back, what broke, how often. Pure. */
export function liveFindingText(
    finding: LiveFinding,
    where: { readonly language: string; readonly file?: string; readonly result?: { readonly location: string } },
    paint: Paint
): string {
    const named = namer(finding.principals);
    const time = (at: number): string => (finding.unit === 'ms' ? `${at} ms` : `round ${at}`);
    const width = Math.max(...finding.events.map(({ at }) => time(at).length), 4);
    const values = (texts: LiveFinding['before']): string =>
        texts.map(({ name, text }) => `${plain(name)} = ${plain(named(text))}`).join('  ');
    const lines = [
        paint.bold(
            `${plain(finding.scenario)} (${where.language}): ${paint.red(`${plain(finding.invariant)} broken`)}`
        ),
        `  ${summary(finding)}`,
        '',
        ...finding.calls.map(({ label, canister, method, argText, order, delay }) => {
            const args = cut(plain(named(argText)), ARGUMENTS_MAX);
            const when = order === 'after-reply' ? later(finding.unit, delay) : `at ${time(delay)}`;
            return `  call ${plain(label)}: ${plain(canister)}.${plain(method)}(${args})  ${when}`;
        }),
        '',
        `  ${' '.repeat(width)} (start)  ${values(finding.before)}`,
        ...finding.events.map(event => `  ${time(event.at).padStart(width)}  ${eventText(event, named, paint)}`),
        `  ${' '.repeat(width)} (rest)   ${values(finding.after)}`,
        ...finding.violations.map(({ invariant, message, at }) => {
            const early = at === 'start' ? ' (before the first call)' : '';
            return `  ${paint.red('BROKEN')} ${plain(invariant)}: ${oneLine(named(message))}${early}`;
        }),
        ''
    ];
    if (where.result !== undefined) lines.push(`  scenario  ${plain(where.result.location)}`);
    if (where.file !== undefined)
        lines.push(`  file      ${plain(where.file)}`, `  repeat    ${paint.bold(replayCommand(where.file))}`);
    return `${lines.join('\n').trimEnd()}\n`;
}

function later(unit: LiveFinding['unit'], delay: number): string {
    return `${unit === 'ms' ? `${delay} ms` : count(delay, 'round')} after the reply before`;
}

function summary({ calls, shrunk, repeats, seed, planIndex }: LiveFinding): string {
    const size = count(calls.length, 'call');
    const how = { minimal: 'fewest calls seen to break it', reduced: 'shrinking was stopped', raw: 'as found' };
    const origin = `seed ${seed}, plan ${planIndex + 1}`;
    const counted = `the race appeared in ${repeats?.appeared} of ${repeats?.times} repetitions`;
    const often = repeats === undefined ? 'not repeated' : counted;
    return `${size} (${how[shrunk]}; ${origin}); ${often}`;
}

function eventText({ label, kind, text }: LiveEvent, named: (text: string) => string, paint: Paint): string {
    const said = oneLine(named(text));
    switch (kind) {
        case 'sent':
            return `${plain(label)} ->`;
        case 'reply':
            return `${plain(label)} <- (${said})`;
        case 'reject':
        case 'refused':
            return `${plain(label)} <- ${paint.yellow(`${kind}: ${said}`)}`;
        case 'unknown':
            return `${plain(label)} ?  ${paint.yellow(`no answer: ${said}`)}`;
    }
}

function table(rows: readonly LiveOutcomeRow[], paint: Paint): string {
    const colAligns = HEAD.map((_name, index) => (index < 4 ? ('left' as const) : ('right' as const)));
    const made = new Table({ ...PLAIN_TABLE, head: HEAD.map(name => paint.dim(name)), colAligns });
    for (const row of rows) {
        const { result, language, elapsedMs } = row;
        const { plans, calls } = result.stats;
        const verdict = colour(row, paint)(liveVerdictText(row));
        const cells = [plain(result.scenario), language, plain(result.expected ?? '-'), verdict];
        made.push([...cells, grouped(plans), grouped(calls), timeText(elapsedMs)]);
    }
    return `${made.toString().split('\n').map(line => line.trimEnd()).join('\n')}\n`;
}

/** `violated overdraw (unexpected)`. Pure. */
export function liveVerdictText({ result, stopped }: LiveOutcomeRow): string {
    const { verdict, broken, comparison, error } = result;
    const notes: string[] = [];
    if (comparison === 'unexpected' && verdict !== 'error') notes.push('unexpected');
    if (error !== undefined && verdict !== 'error') notes.push('then an error');
    if (stopped !== undefined) notes.push(stopped === 'interrupted' ? 'interrupted' : 'time limit');
    const names = verdict === 'violated' ? ` ${broken.map(({ name }) => plain(name)).join(', ')}` : '';
    return `${verdict}${names}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}

function colour(row: LiveOutcomeRow, paint: Paint): (text: string) => string {
    switch (liveStanding(row)) {
        case 'good':
            return paint.green;
        case 'bad':
        case 'broken':
            return paint.red;
        case 'open':
            return paint.yellow;
        case 'skipped':
            return paint.dim;
    }
}

function reasonText({ result, language }: LiveOutcomeRow, paint: Paint): string {
    const name = paint.bold(`${plain(result.scenario)} (${language})`);
    if (result.error !== undefined) {
        const { code, message, fix } = result.error;
        return [
            `${name}: ${paint.red(`error ${plain(code)}`)}`,
            ...plainLines(message).map(line => `  ${line}`),
            ...plainLines(fix).map(line => `  ${paint.dim('fix')} ${line}\n`)
        ].join('\n');
    }
    const why = result.mismatches.length > 0 ? result.mismatches : [`${result.verdict}: ${result.reason}`];
    return `${[name, ...why.map(line => `  ${plain(line)}`)].join('\n')}\n`;
}

/** What was not judged, once for all scenarios that share it. */
function noteLines(rows: readonly LiveOutcomeRow[]): string[] {
    const scenarios = new Map<string, Set<string>>();
    for (const { result } of rows) {
        for (const note of result.notes) scenarios.set(note, (scenarios.get(note) ?? new Set()).add(result.scenario));
    }
    return [...scenarios].map(([note, names]) => `note: ${plain(note)}  [${[...names].map(plain).join(', ')}]`);
}

function closing(rows: readonly LiveOutcomeRow[], { seed, replica, findings }: LiveFacts, paint: Paint): string {
    const counted = (wanted: LiveStanding): number => rows.filter(row => liveStanding(row) === wanted).length;
    const expecting = rows.filter(({ result }) => result.comparison !== 'no-expectation');
    const met = expecting.filter(({ result }) => result.comparison === 'as-expected').length;
    const parts = [`seed ${seed}`, `on ${plain(replica)}`];
    if (expecting.length > 0) {
        const text = `${met} of ${count(expecting.length, 'verdict')} as expected`;
        parts.push(met === expecting.length ? paint.green(text) : paint.red(text));
    }
    if (counted('skipped') > 0) parts.push(`${counted('skipped')} skipped`);
    if (counted('open') > 0) parts.push(paint.yellow(`${counted('open')} vacuous or undecided`));
    if (counted('broken') > 0) parts.push(paint.red(`${counted('broken')} ended with an error`));
    const races = rows.filter(({ result }) => result.finding !== undefined).length;
    const files = rows.some(({ file }) => file !== undefined) ? `, plan files in ${plain(findings)}` : '';
    parts.push(races === 0 ? 'no race found' : `${count(races, 'race')} found${files}`);
    return `${parts.join('; ')}\n`;
}

/** The whole run as JSON text. Pure. */
export function liveJson(rows: readonly LiveOutcomeRow[], facts: LiveFacts): string {
    const { toolVersion, totalMs, findings: _findings, ...rest } = facts;
    return jsonText({
        format: 'interleave-live-result',
        version: 1,
        tool: { name: 'interleave', version: toolVersion },
        ...rest,
        results: rows.map(row => {
            const { error, finding, ...result } = row.result;
            const { code, message, fix } = error ?? {};
            return {
                ...result,
                language: row.language,
                standing: liveStanding(row),
                stopped: row.stopped ?? null,
                error: error === undefined ? null : { code, message, fix },
                finding: finding === undefined ? null : liveFindingJson(finding, row.file)
            };
        }),
        timing: {
            totalMs: Math.round(totalMs),
            results: rows.map(({ result, language, elapsedMs }) => {
                return { scenario: result.scenario, language, elapsedMs: Math.round(elapsedMs) };
            })
        }
    });
}

/** A finding as JSON data. Pure. */
export function liveFindingJson({ calls, ...finding }: LiveFinding, file: string | undefined): object {
    return {
        ...finding,
        calls: calls.map(({ arg, ...call }) => ({ ...call, argHex: arg })),
        file: file ?? null,
        repeat: file === undefined ? null : replayCommand(file)
    };
}
