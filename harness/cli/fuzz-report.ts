/** What `fuzz` prints when it is done, and its exit code. */
import { coverageLine, missingText } from '../report/coverage.ts';
import { findingText } from '../report/finding.ts';
import { standing } from '../report/outcome.ts';
import type { RunOutcome } from '../report/outcome.ts';
import type { Paint } from '../report/paint.ts';
import { closingLine, idleFaultsText, mismatchText } from '../report/summary.ts';
import { verdictTable } from '../report/table.ts';
import { count, plain } from '../report/text.ts';
import { EXIT } from './exit-codes.ts';
import { isInternal } from './failure.ts';
import { shownPath } from './paths.ts';

/** Paths as the user can type them where the command was started. */
export function shownOutcome(outcome: RunOutcome): RunOutcome {
    const result = { ...outcome.result, location: shownPath(outcome.result.location) };
    const files = outcome.files === undefined ? {} : { files: outcome.files.map(shownPath) };
    return { ...outcome, result, ...files, ...(outcome.file === undefined ? {} : { file: shownPath(outcome.file) }) };
}

/** A run that Ctrl-C kept from starting. */
export interface NotRun {
    readonly scenario: string;
    readonly language: string;
}

interface TextFacts {
    readonly findings: string;
    readonly notRun: readonly NotRun[];
    readonly interrupted: boolean;
    readonly seed: number;
    /** Which part of the coverage to print in full. */
    readonly coverage?: 'pairs' | 'branches';
}

/** Table, races, what is not as expected, closing line. */
export function textReport(outcomes: readonly RunOutcome[], facts: TextFacts, paint: Paint): string {
    const parts = [verdictTable(outcomes, paint, { times: true })];
    for (const outcome of outcomes) parts.push(...findingTexts(outcome, paint));
    const mismatches = mismatchText(outcomes, paint);
    if (mismatches !== '') parts.push(mismatches);
    const idleFaults = idleFaultsText(outcomes, paint);
    if (idleFaults !== '') parts.push(idleFaults);
    if (facts.interrupted) {
        const names = facts.notRun.map(({ scenario, language }) => `${plain(scenario)} (${language})`);
        parts.push(`${paint.yellow('interrupted')}; not run: ${names.join(', ') || 'none'}\n`);
    }
    if (facts.coverage !== undefined) parts.push(missingText(outcomes, paint));
    const covered = coverageLine(outcomes) ?? '';
    parts.push(`${covered}seed ${facts.seed}; ${closingLine(outcomes, shownPath(facts.findings), paint)}`);
    return parts.join('\n');
}

function findingTexts({ result, language, files }: RunOutcome, paint: Paint): string[] {
    const { findings, location, furtherFailures } = result;
    const texts = findings.map((finding, index) => {
        const file = files?.[index];
        const place = findings.length === 1 ? {} : { place: `${index + 1} of ${findings.length}` };
        const where = { language, location, ...place, ...(file === undefined ? {} : { file }) };
        return findingText(finding, where, paint);
    });
    if (furtherFailures === 0) return texts;
    const further = count(furtherFailures, 'failure');
    return [...texts, `  ${further} more that the above do not explain: repair these first, then run again\n`];
}

/** Worst first: an interrupt, our bug, a broken scenario, a race or wrong verdict, an open one. Pure. */
export function exitCodeOf(outcomes: readonly RunOutcome[], interrupted: boolean): number {
    if (interrupted) return EXIT.interrupted;
    const standings = outcomes.map(standing);
    if (outcomes.some(({ result }) => result.error !== undefined && isInternal(result.error))) return EXIT.internal;
    if (standings.includes('broken')) return EXIT.usage;
    if (standings.includes('bad')) return EXIT.violated;
    if (standings.includes('open')) return EXIT.undecided;
    return EXIT.asExpected;
}
