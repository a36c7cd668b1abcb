/**
 * A trace as a message sequence for a terminal: one numbered line a message with the observed values that it changed beside it,
 * then what the canister printed, why it trapped, what it answered, what the model became, and the invariants that broke.
 */
import { isExecution } from '../trace/types.ts';
import type { NamedText, Trace, TraceStep, Violation } from '../explore/results.ts';
import { answersOf, messageText, rejectText } from './message-text.ts';
import type { Named } from './message-text.ts';
import type { Paint } from './paint.ts';
import { cut, oneLine, plain, plainLines } from './text.ts';

/** A message longer than this pushes its observed values to the next line instead of widening the column for all. */
const COLUMN_MAX = 72;
const VALUE_MAX = 60;
const ANSWER_MAX = 120;
/** The model is the least surprising part: one line at most. */
const MODEL_MAX = 100;
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
    const texts = trace.steps.map(step => messageText(step, looks.named));
    const column = Math.max(START.length, ...texts.map(text => (text.length > COLUMN_MAX ? 0 : text.length)));
    const digits = Math.max(2, String(trace.steps.length).length);
    const under = (text: string): string => `${' '.repeat(digits + 4)}${text}`;
    const atMessage = (text: string): string => `${' '.repeat(digits + 2)}${text}`;
    const brokenAt = (at: number): string[] =>
        violations.filter(({ step }) => step === at).map(broken => atMessage(brokenText(broken, looks)));
    const { observed, model } = trace.initial;
    const lines = observed.length === 0 ? [] : [row('', looks.paint.dim(START), START.length, observed)];
    if (model !== undefined) lines.push(under(modelText(model, looks)));
    lines.push(...brokenAt(0));
    trace.steps.forEach((step, index) => {
        const text = texts[index]!;
        const changed = step.observed.filter(value => step.changed.includes(value.name));
        const shown = step.step.act === 'execute' ? text : looks.paint.yellow(text);
        lines.push(row(String(step.number), shown, text.length, changed));
        lines.push(...detailLines(step, looks).map(under));
        const before = index === 0 ? model : trace.steps[index - 1]!.model;
        if (step.model !== undefined && step.model !== before) lines.push(under(modelText(step.model, looks)));
        lines.push(...brokenAt(step.number));
    });
    return lines;

    /** Number, message, values; `width` is the printed width of `message`. */
    function row(number: string, message: string, width: number, values: readonly NamedText[]): string {
        const head = `${looks.paint.dim(number.padStart(digits))}  ${message}`;
        if (values.length === 0) return head;
        const gap = width > column ? `\n${' '.repeat(digits + 2 + column)}` : ' '.repeat(column - width);
        return `${head}${gap}  ${valuesText(values, looks)}`;
    }
}

/** What happened inside the message: prints, a trap, the answer to the root call. */
function detailLines(step: TraceStep, { paint, named }: Looks): string[] {
    const prints = step.prints.flatMap(print => plainLines(named(print)));
    const lines = prints.slice(0, PRINTS_MAX).map(line => paint.dim(`${plain(step.canister)} prints: ${line}`));
    if (prints.length > PRINTS_MAX) lines.push(paint.dim(`... ${prints.length - PRINTS_MAX} more lines printed`));
    const failure = failureText(step, named);
    if (failure !== undefined) lines.push(paint.yellow(failure));
    for (const { label, text, ok } of answersOf(step)) {
        const shown = cut(oneLine(named(text)), ANSWER_MAX, 0) || '()';
        const answer = `${plain(label)} ${ok ? 'answered' : 'rejected'}: ${shown}`;
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
            // A fault instead of an execution is in the message's line.
            return isExecution(step.step.act) ? `refused${why}` : undefined;
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

function valuesText(values: readonly NamedText[], { named }: Looks): string {
    return values.map(({ name, text }) => `${plain(name)} = ${cut(plain(named(text)), VALUE_MAX)}`).join('  ');
}

function modelText(model: string, { paint, named }: Looks): string {
    return paint.dim(`model: ${cut(plain(named(model)), MODEL_MAX, 0)}`);
}

function brokenText({ invariant, message }: Violation, { paint, named }: Looks): string {
    return paint.red(`BROKEN ${plain(invariant)}: ${oneLine(named(message))}`);
}
