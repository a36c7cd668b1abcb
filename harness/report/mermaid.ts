/**
 * A finding as a Mermaid sequence diagram, for pages that render Markdown (https://mermaid.js.org/syntax/sequenceDiagram.html):
 * a lifeline an actor and a canister, an arrow a message with the number of its step, a note for what each commit changed.
 */
import type { Finding, NamedText, TraceStep, Violation } from '../explore/results.ts';
import { isExecution, isTask, REJECT_CODE_NAMES } from '../trace/types.ts';
import { answersOf, controlText, rejectText } from './message-text.ts';
import type { Named } from './message-text.ts';
import { cut, namer, oneLine, plain } from './text.ts';

const DATA_MAX = 60;
const VALUE_MAX = 60;
const NOTE_MAX = 160;

/** Lines of the diagram, without a code fence. Pure. */
export function mermaidLines(finding: Finding): string[] {
    const named = namer(finding.principals);
    const { steps, initial } = finding.trace;
    const actors = [...new Set(finding.calls.map(({ actor }) => actor))];
    const canisters = [...new Set(steps.flatMap(canistersOf(actors)))];
    const all = [...actors, ...canisters];
    const ids = new Map(all.map((name, index) => [name, `p${index}`]));
    const over = `Note over ${ids.get(all[0]!)}${all.length > 1 ? `,${ids.get(all.at(-1)!)}` : ''}`;
    const broken = (at: number): string[] =>
        finding.violations.filter(({ step }) => step === at).map(each => `${over}: ${brokenText(each, named)}`);
    const start = initial.observed.length === 0 ? [] : [`${over}: ${escaped(valuesText(initial.observed, named))}`];
    return [
        'sequenceDiagram',
        ...actors.map(name => `actor ${ids.get(name)} as ${escaped(plain(name))}`),
        ...canisters.map(name => `participant ${ids.get(name)} as ${escaped(plain(name))}`),
        ...start,
        ...broken(0),
        ...steps.flatMap(step => [...stepLines(step, ids, named), ...broken(step.number)])
    ].map((line, index) => (index === 0 ? line : `    ${line}`));
}

/** The canisters of a step in the order in which a reader meets them. */
function canistersOf(actors: readonly string[]): (step: TraceStep) => string[] {
    return ({ kind, canister, sender, callee }) => {
        const other = kind === 'response' ? (callee ?? sender) : isTask(kind) ? canister : sender;
        return (kind === 'response' ? [canister, other] : [other, canister]).filter(name => !actors.includes(name));
    };
}

function stepLines(step: TraceStep, ids: ReadonlyMap<string, string>, named: Named): string[] {
    const at = (name: string): string => ids.get(name)!;
    const here = at(step.canister);
    const lines = [arrow(step, at, named)];
    const note = (text: string): void => {
        lines.push(`Note over ${here}: ${escaped(cut(oneLine(text), NOTE_MAX, 0))}`);
    };
    const failure = step.error === undefined ? '' : `: ${rejectText(step.error, named)}`;
    if (step.status === 'trapped') note(`trapped, rolled back${failure}`);
    if (step.status === 'refused' && isExecution(step.step.act)) note(`refused${failure}`);
    const changed = step.observed.filter(({ name }) => step.changed.includes(name));
    if (changed.length > 0) note(valuesText(changed, named));
    for (const { label, ok, text } of answersOf(step)) {
        const shown = cut(oneLine(named(text)), DATA_MAX, 0) || '()';
        const actor = ids.get(label.replace(/#\d+$/, ''));
        const answer = escaped(`${label} ${ok ? 'answered' : 'rejected'}: ${shown}`);
        lines.push(`${here}${ok ? '-->>' : '--x'}${actor}: ${answer}`);
    }
    return lines;
}

function arrow(step: TraceStep, at: (name: string) => string, named: Named): string {
    const { kind, canister, sender, number } = step;
    const data = cut(plain(named(step.dataText)), DATA_MAX);
    const root = step.rootLabel === undefined || kind === 'ingress' ? '' : ` [${plain(step.rootLabel)}]`;
    const call = `${plain(step.method)}(${data})${root}`;
    const say = (text: string): string => escaped(`${number}. ${faultText(step)}${text}`);
    const result = step.reject === undefined ? `reply ${data || '()'}` : `reject ${rejectText(step.reject, named)}`;
    const head = isExecution(step.step.act) ? '->>' : '-x';
    const answer = `${plain(step.method)}: ${result}${root}`;
    switch (kind) {
        case 'ingress':
            return `${at(sender)}${head}${at(canister)}: ${say(`${call} [${plain(step.rootLabel ?? sender)}]`)}`;
        case 'request':
            return `${at(sender)}${head}${at(canister)}: ${say(call)}`;
        case 'response':
            // Two dashes: a dashed line.
            return `${at(step.callee ?? sender)}-${head}${at(canister)}: ${say(answer)}`;
        case 'outcall': {
            const asked = cut(plain(named(step.outcall ?? '?')), DATA_MAX);
            return `Note over ${at(canister)}: ${say(`outcall ${asked}${data === '' ? '' : ` = ${data}`}${root}`)}`;
        }
        case 'timer':
        case 'heartbeat':
            return `Note over ${at(canister)}: ${say(`${kind}${root}`)}`;
        case 'control':
            return `Note over ${at(canister)}: ${say(controlText(step))}`;
        case 'hook':
            return `Note over ${at(canister)}: ${say(`low memory${root}`)}`;
    }
}

function faultText({ step }: TraceStep): string {
    switch (step.act) {
        case 'execute':
            return '';
        case 'reject':
            return `FAULT rejected${step.code === undefined ? '' : ` with ${REJECT_CODE_NAMES[step.code]}`}: `;
        case 'expire':
            return 'FAULT expired: ';
        case 'abandon':
            return 'FAULT expired, yet to be delivered: ';
        case 'trap':
            return 'FAULT trap at the start: ';
        case 'exhaust':
            return 'FAULT out of instructions at the end: ';
        case 'trap-cleanup':
            return 'FAULT trap at the start, and in the cleanup: ';
        case 'uninspected':
            return 'FAULT not inspected: ';
        case 'full-queue':
            return `FAULT queue full for ${plain(step.text ?? 'calls')}: `;
        case 'delay':
            return 'FAULT late: ';
        case 'lose':
            return 'FAULT never delivered: ';
        case 'strike':
            return 'FAULT ';
    }
}

function valuesText(values: readonly NamedText[], named: Named): string {
    return values.map(({ name, text }) => `${plain(name)} = ${cut(plain(named(text)), VALUE_MAX)}`).join(', ');
}

function brokenText({ invariant, message }: Violation, named: Named): string {
    return escaped(`BROKEN ${plain(invariant)}: ${cut(oneLine(named(message)), NOTE_MAX, 0)}`);
}

/** What Mermaid would read as its own: `#` and `;`, which are its entities, HTML, and the word `end`. */
function escaped(text: string): string {
    return text.replace(/[#;<>]|\bend\b/g, found => `#${found.codePointAt(0)};${found.slice(1)}`);
}
