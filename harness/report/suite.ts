/** What exploring a user's own tests came to, as text and as one JSON document. */
import { stripVTControlCharacters } from 'node:util';
import type { SuiteFinding, SuiteResult } from '../suites/results.ts';
import { jsonText } from './json.ts';
import type { Paint } from './paint.ts';
import { count, grouped, plain, plainLines } from './text.ts';

export interface SuiteFacts {
    readonly toolVersion: string;
    readonly seed: number;
    readonly command: readonly string[];
    readonly exitCode: number;
    /** Schedule file, as the user can type it. */
    readonly file?: string;
}

/** Lines of the tests' own output that are shown. */
const OUTPUT_LINES = 40;
/** Steps shown before the first deviation and after the last. */
const AROUND = 4;

/** Verdict, minimal schedule, what the tests said, how to replay. Pure. */
export function suiteText(result: SuiteResult, facts: SuiteFacts, paint: Paint): string {
    switch (result.verdict) {
        case 'violated':
            return `${findingLines(result.finding, facts, paint).join('\n')}\n`;
        case 'unsteady':
            return `${unsteadyLines(result, facts, paint).join('\n')}\n`;
        case 'passed':
            return (
                `${paint.green('passed')}: the tests hold in ${count(result.runs, 'schedule')} (seed ${facts.seed}), ` +
                `with ${grouped(result.choices)} steps at which there was a choice; ` +
                `${result.exhausted ? 'no other order is left to try' : 'this is sampling, not a proof'}\n` +
                liveLines(result).map(line => `${line}\n`).join('')
            );
        case 'vacuous':
            return (
                `${paint.yellow('vacuous')}: in ${count(result.runs, 'run')} there was never more than one message ` +
                'to choose from: let the tests send calls at once (Promise.all, deferred actors)\n'
            );
        case 'stopped':
            return `${paint.yellow('stopped')} after ${count(result.runs, 'schedule')}; no test failed so far\n`;
    }
}

/** The same as data. Pure. */
export function suiteJson(result: SuiteResult, facts: SuiteFacts): string {
    return jsonText({ format: 'interleave-suite-result', version: 1, ...facts, file: facts.file ?? null, result });
}

function findingLines(finding: SuiteFinding, { file, command }: SuiteFacts, paint: Paint): string[] {
    const { run, deviations, shrunk, repeats } = finding;
    const size = `${count(deviations.length, 'step')} out of production's order`;
    return [
        `${paint.red('violated')}: a test fails under schedule ${run}; ${shrunk}: ${size}`,
        '',
        ...stepLines(finding, paint),
        '',
        paint.bold('the tests said:'),
        ...saidLines(finding.output),
        '',
        ...liveLines(finding),
        `repeated: ${repeats.failed} of ${repeats.runs} runs of this schedule failed`,
        ...(file === undefined ? [] : [`replay: npm run fuzz-tests -- --replay ${file}`]),
        `command: ${command.map(plain).join(' ')}`
    ];
}

function unsteadyLines(
    { run, repeated, production, output, live }: Extract<SuiteResult, { verdict: 'unsteady' }>,
    { command }: SuiteFacts,
    paint: Paint
): string[] {
    const why =
        production.failed > 0
            ? "the suite fails by itself: a test failed in production's order as well, in which all had passed"
            : `a test failed under schedule ${run}, and not again under the same one`;
    return [
        `${paint.yellow('unsteady')}: ${why}`,
        `failed: ${repeated.failed} of ${repeated.runs} runs of that schedule, ` +
            `${production.failed} of ${production.runs} more in production's order`,
        ...liveLines({ live }),
        'Let the tests wait for what they look at, share nothing with others, and run one after the other.',
        '',
        paint.bold('the tests said:'),
        ...saidLines(output),
        '',
        `command: ${command.map(plain).join(' ')}`
    ];
}

/** What is to be known of suites with live instances. */
function liveLines({ live }: { readonly live: boolean }): readonly string[] {
    return live
        ? ['live: an instance makes rounds by itself, when the clock says so: schedules may not repeat']
        : [];
}

function saidLines(output: string): string[] {
    return plainLines(stripVTControlCharacters(output)).slice(-OUTPUT_LINES).map(line => `  ${line}`);
}

function stepLines({ steps }: SuiteFinding, paint: Paint): string[] {
    const deviating = steps.flatMap(({ deviation }, index) => (deviation === undefined ? [] : [index]));
    const [first = 0, last = steps.length] = [deviating[0], deviating.at(-1)];
    const from = Math.max(0, first - AROUND);
    const shown = steps.slice(from, last + AROUND + 1);
    const isOnSeveral = shown.some(({ server }) => server !== shown[0]!.server);
    return shown.map(({ name, server, deviation }, index) => {
        const where = isOnSeveral ? `server ${server + 1}: ` : '';
        const line = `${String(from + index + 1).padStart(5)}  ${where}${plain(name)}`;
        return deviation === undefined ? line : paint.yellow(`${line}   <- production: ${plain(deviation.instead)}`);
    });
}
