/** Rules that a look at the lines of a file decides. */
import type { Finding, SourceText } from './finding.ts';
import { findLines, lineCount } from './finding.ts';

const LINES_MAX = 400;
const MEDIAN_MAX = 120;

/** One idea a file: nobody should have to read more than 400 lines before changing one. */
export function filesTooLong(files: readonly SourceText[]): Finding[] {
    return files
        .filter(({ text }) => lineCount(text) > LINES_MAX)
        .map(({ path, text }) => ({
            file: path,
            line: LINES_MAX + 1,
            problem: `${lineCount(text)} lines, more than ${LINES_MAX}`,
            fix: 'Move an idea of its own to a file of its own.'
        }));
}

/** The median keeps "just under the limit" from becoming the habit. Names the longest file when it is broken. */
export function medianTooLong(files: readonly SourceText[]): Finding[] {
    const byLength = [...files].sort((a, b) => lineCount(a.text) - lineCount(b.text));
    const median = byLength[Math.floor(byLength.length / 2)];
    const longest = byLength.at(-1);
    if (median === undefined || longest === undefined || lineCount(median.text) < MEDIAN_MAX) return [];
    return [
        {
            file: longest.path,
            line: lineCount(longest.text),
            problem: `the median file has ${lineCount(median.text)} lines, the limit is ${MEDIAN_MAX - 1}`,
            fix: 'Split the longest files, this one first.'
        }
    ];
}

// Assembled, so that these rules do not find themselves.
const MARKERS = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK']
    .join('|')})\\b`);
const REASON = /\b(until|because|once|when|after|issue|blocked)\b|#\d+/i;

/** A note for later that does not say what it waits for is never taken up. */
export function markersWithoutReason(files: readonly SourceText[]): Finding[] {
    return findLines(files, line => MARKERS.test(line) && !REASON.test(line), {
        problem: 'a marker for later without a reason',
        fix: 'Say on the line what it waits for (until ..., because ..., an issue), or do it.'
    });
}

const FOCUSED = /\b(?:it|test|describe)(?:\.\w+)*\.only\b|\b(?:fit|fdescribe)\(/;
const SKIPPED = /\b(?:it|test|describe)(?:\.\w+)*\.(?:skip|todo|failing)\b|\bx(?:it|test|describe)\(/;
const LINE_REASON = /\/\/ ?\S.{9,}/;

/** A focused test silences all others; a skipped one needs its reason on the same line. */
export function testsSkipped(files: readonly SourceText[]): Finding[] {
    const focused = findLines(files, line => FOCUSED.test(line), {
        problem: 'a focused test hides the rest of the file',
        fix: 'Remove the focus.'
    });
    const skipped = findLines(files, line => SKIPPED.test(line) && !LINE_REASON.test(line), {
        problem: 'a test is skipped without a reason',
        fix: 'Run it, delete it, or say why in a comment on the line.'
    });
    return [...focused, ...skipped];
}

const MACHINE_PATH = /(?<![\w.*}-])(?:\/(?:home|Users|root|work|tmp)\/[\w.-]|[A-Z]:\\\\?Users)/;

/** A path of one machine is wrong on every other. */
export function machinePaths(files: readonly SourceText[]): Finding[] {
    return findLines(files, line => MACHINE_PATH.test(line), {
        problem: 'an absolute path of one machine',
        fix: 'Derive it from import.meta.dirname, os.tmpdir() or an option.'
    });
}

/** Turning a lint rule off is a decision, and a decision has a reason. */
export function lintDisabledWithoutReason(files: readonly SourceText[]): Finding[] {
    const disables = new RegExp('eslint-' + 'disable');
    return findLines(files, line => disables.test(line) && !/ -- \S.{9,}/.test(line), {
        problem: 'a lint rule is turned off without a reason',
        fix: 'Name the rule and add " -- why" to the comment.'
    });
}
