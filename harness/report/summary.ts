/** What stands below the table: verdicts that are not the expected ones, outcomes of observe rows, errors, and the closing line. */
import { standing } from './outcome.ts';
import type { RunOutcome, Standing } from './outcome.ts';
import type { Paint } from './paint.ts';
import { count, cut, plain, plainLines } from './text.ts';

const OUTCOME_MAX = 60;

/** Why each row that is not good is not good, one paragraph a row; empty when all are. Pure. */
export function mismatchText(outcomes: readonly RunOutcome[], paint: Paint): string {
    return outcomes
        .filter(outcome => standing(outcome) !== 'good')
        .map(outcome => `${explanation(outcome, paint).join('\n')}\n`)
        .join('\n');
}

/** Declared faults that never struck, a line each; empty when there are none. Pure. */
export function idleFaultsText(outcomes: readonly RunOutcome[], paint: Paint): string {
    const lines = outcomes.flatMap(({ result, language }) => {
        const name = paint.bold(`${plain(result.scenario)} (${language})`);
        const where = `struck in none of ${count(result.stats.schedules, 'schedule')}`;
        return (result.idleFaults ?? []).map(fault => `${name}: ${plain(fault)} ${where}; check what it selects\n`);
    });
    return lines.join('');
}

function explanation(run: RunOutcome, paint: Paint): string[] {
    const { result, language } = run;
    const name = paint.bold(`${plain(result.scenario)} (${language})`);
    if (result.error !== undefined) {
        const [first = '', ...more] = plainLines(withoutPlace(result.error.message, result.scenario));
        return [
            `${name}: ${paint.red(`error ${plain(result.error.code)}`)}`,
            ...[first, ...more].map(line => `  ${line}`),
            `  ${paint.dim('scenario')} ${plain(result.location)}`,
            ...plainLines(result.error.fix).map(line => `  ${paint.dim('fix')} ${line}`)
        ];
    }
    const why = result.mismatches.length > 0 ? result.mismatches : [`${result.verdict}: ${result.reason}`];
    const lines = [name, ...why.map(line => `  ${plain(line)}`)];
    for (const outcome of result.outcomes ?? []) {
        if (outcome.expected && outcome.seen > 0) continue;
        const problem = outcome.expected ? 'expected, never seen' : 'seen, not expected';
        lines.push(`  outcome ${cut(plain(outcome.text), OUTCOME_MAX)}: ${problem}`);
    }
    return lines;
}

/** Errors of scenarios begin with the scenario and its place, which stand on lines of their own here. */
function withoutPlace(message: string, scenario: string): string {
    const start = `${scenario} (`;
    const end = message.indexOf('): ');
    return message.startsWith(start) && end > 0 ? message.slice(end + 3) : message;
}

/** The last line: `16 of 16 verdicts as expected; 10 races, schedule files in .interleave/findings`. Pure. */
export function closingLine(outcomes: readonly RunOutcome[], findings: string, paint: Paint): string {
    const counted = (wanted: Standing): number => outcomes.filter(outcome => standing(outcome) === wanted).length;
    const expecting = outcomes.filter(outcome => outcome.result.comparison !== 'no-expectation');
    const met = expecting.filter(outcome => outcome.result.comparison === 'as-expected').length;
    const parts: string[] = [];
    if (expecting.length > 0) {
        const text = `${met} of ${count(expecting.length, 'verdict')} as expected`;
        parts.push(met === expecting.length ? paint.green(text) : paint.red(text));
    }
    if (counted('open') > 0) parts.push(paint.yellow(`${counted('open')} vacuous or undecided`));
    if (counted('broken') > 0) parts.push(paint.red(`${counted('broken')} failed with an error`));
    const files = outcomes.filter(outcome => outcome.file !== undefined).length;
    const races = outcomes.reduce((sum, { result }) => sum + result.findings.length, 0);
    parts.push(
        races === 0
            ? 'no race found'
            : `${count(races, 'race')} found${files > 0 ? `, schedule files in ${findings}` : ''}`
    );
    return `${parts.join('; ')}\n`;
}
