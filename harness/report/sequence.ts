/**
 * A trace as a message sequence for a terminal: one numbered line a message with the observed values that it changed beside it,
 * then what the canister printed, why it trapped, what it answered, and the invariants that broke.
 */
import type { NamedText, Trace, TraceStep, Violation } from '../explore/results.ts';
import { messageText, rejectText } from './message-text.ts';
import type { Named } from './message-text.ts';
import type { Paint } from './paint.ts';
import { cut, plain, plainLines } from './text.ts';

/** A message longer than this pushes its observed values to the next line instead of widening the column for all. */
const COLUMN_MAX = 72;
const VALUE_MAX = 60;
/** Lines of one message's prints that are shown; the rest is counted. */
const PRINTS_MAX = 20;
const START = '(start)';

/** How foreign text is shown: in which colours, and with which principals under their names. */
interface Looks {
    readonly paint: Paint;
    readonly named: Named;
}

/**
 * Lines of the sequence, without indentation. `violations` stand under the message after which they were first seen (step 0:
 * before the first message). Pure.
 */
export function sequenceLines(trace: Trace, violations: readonly Violation[], looks: Looks): string[] {
    const { paint, named } = looks;
    const texts = trace.steps.map(step => messageText(step, named));
    const column = Math.max(START.length, ...texts.map(text => (text.length > COLUMN_MAX ? 0 : text.length)));
    const digits = Math.max(2, String(trace.steps.length).length);
    const gutter = ' '.repeat(digits);
    const initial = state(trace.initial.observed, trace.initial.model, looks);
    const lines = initial === '' ? [] : [`${gutter}  ${paint.dim(START.padEnd(column))}  ${initial}`];
    const brokenAt = (step: number): string[] =>
        brokenLines(
            violations.filter(broken => broken.step === step),
            gutter,
            looks
        );
    lines.push(...brokenAt(0));
    let model = trace.initial.model;
    trace.steps.forEach((step, index) => {
        const changed = step.observed.filter(value => step.changed.includes(value.name));
        const values = state(changed, step.model === model ? undefined : step.model, looks);
        model = step.model;
        lines.push(...stepLines(step, texts[index]!, { column, digits, values }, looks), ...brokenAt(step.number));
    });
    return lines;
}

interface StepLayout {
    readonly column: number;
    readonly digits: number;
    /** Observed values beside the message. */
    readonly values: string;
}

function stepLines(step: TraceStep, text: string, layout: StepLayout, looks: Looks): string[] {
    const { paint } = looks;
    const gutter = ' '.repeat(layout.digits);
    const number = paint.dim(String(step.number).padStart(layout.digits));
    const message = step.step.act === 'execute' ? text : paint.yellow(text);
    const pad = ' '.repeat(Math.max(0, layout.column - text.length));
    const lines: string[] = [];
    if (layout.values === '') {
        lines.push(`${number}  ${message}`);
    } else if (text.length <= layout.column) {
        lines.push(`${number}  ${message}${pad}  ${layout.values}`);
    } else {
        lines.push(`${number}  ${message}`, `${gutter}  ${' '.repeat(layout.column)}  ${layout.values}`);
    }
    lines.push(...detailLines(step, looks).map(line => `${gutter}    ${line}`));
    return lines;
}

function brokenLines(violations: readonly Violation[], gutter: string, { paint, named }: Looks): string[] {
    return violations.map(
        broken => `${gutter}  ${paint.red(`BROKEN ${plain(broken.invariant)}: ${plain(named(broken.message))}`)}`
    );
}

/** What happened inside the message: prints, a trap, the answer to the root call. */
function detailLines(step: TraceStep, { paint, named }: Looks): string[] {
    const prints = step.prints.flatMap(print => plainLines(named(print)));
    const lines = prints.slice(0, PRINTS_MAX).map(line => paint.dim(`${plain(step.canister)} prints: ${line}`));
    if (prints.length > PRINTS_MAX) lines.push(paint.dim(`... ${prints.length - PRINTS_MAX} more lines printed`));
    const failure = failureText(step, named);
    if (failure !== undefined) lines.push(paint.yellow(failure));
    if (step.answered !== undefined) {
        const { label, text, ok } = step.answered;
        const answer = `${plain(label)} ${ok ? 'answered' : 'rejected'}: ${cut(plain(named(text)), VALUE_MAX * 2)}`;
        lines.push(ok ? paint.cyan(answer) : paint.yellow(answer));
    }
    return lines;
}

function failureText(step: TraceStep, named: Named): string | undefined {
    const why = step.error === undefined ? '' : `: ${rejectText(step.error, named)}`;
    switch (step.status) {
        case 'committed':
            return undefined;
        case 'trapped':
            return `trapped, rolled back${why}${cleanupText(step.cleanup)}`;
        case 'refused':
            // The fault itself is in the message's line.
            return step.step.act === 'execute' ? `refused${why}` : undefined;
    }
}

function cleanupText(cleanup: TraceStep['cleanup']): string {
    switch (cleanup) {
        case 'none':
            return '';
        case 'ran':
            return ' (cleanup callback ran)';
        case 'trapped':
            return ' (cleanup callback trapped too)';
    }
}

function state(values: readonly NamedText[], model: string | undefined, { paint, named }: Looks): string {
    const shown = values.map(value => `${plain(value.name)} = ${cut(plain(named(value.text)), VALUE_MAX)}`);
    if (model !== undefined) shown.push(paint.dim(`model = ${cut(plain(named(model)), VALUE_MAX)}`));
    return shown.join('  ');
}
