/** One race, told so that a reader can follow it without the tool: the calls, the message sequence, what broke, how to replay. */
import type { Finding } from '../explore/results.ts';
import type { Named } from './message-text.ts';
import { sequenceLines } from './sequence.ts';
import type { Paint } from './paint.ts';
import { count, cut, grouped, namer, plain } from './text.ts';

export interface FindingContext {
    readonly language: string;
    /** File and line of the scenario. */
    readonly location: string;
    /** Schedule file; absent when it could not be kept. */
    readonly file?: string;
    /** Which of the scenario's findings this is, where there are several: `2 of 3`. */
    readonly place?: string;
}

const ARGUMENTS_MAX = 80;
const CAUSE_MAX = 300;

/** The finding as text, ending in a line end. Pure. */
export function findingText(finding: Finding, context: FindingContext, paint: Paint): string {
    const named = namer(finding.principals);
    const place = context.place === undefined ? '' : ` (${context.place})`;
    const lines = [
        paint.bold(
            `${plain(finding.scenario)} (${context.language}): ` +
                `${paint.red(`${plain(finding.invariant)} broken`)}${place}`
        ),
        `  ${summary(finding)}`,
        `  ${cut(causeText(finding), CAUSE_MAX, 0)}`,
        '',
        ...callLines(finding, named),
        '',
        ...sequenceLines(finding.trace, finding.violations, { paint, named }).map(line => `  ${line}`),
        '',
        `  scenario  ${plain(context.location)}`
    ];
    if (context.file !== undefined) {
        lines.push(`  file      ${plain(context.file)}`, `  replay    ${paint.bold(replayCommand(context.file))}`);
    }
    return `${lines.join('\n')}\n`;
}

/** The command that replays a schedule file; quoted when a POSIX shell would split or expand the name. Pure. */
export function replayCommand(file: string): string {
    const quoted = /^[\w./@:+,-]+$/.test(file) ? file : `'${file.replace(/'/g, `'\\''`)}'`;
    return `npm run repro -- ${quoted}`;
}

function summary(finding: Finding): string {
    const size = [
        count(finding.calls.length, 'call'),
        count(finding.faults, 'fault'),
        count(finding.switches, 'context switch')
    ];
    const text = size.join(', ').replace('context switchs', 'context switches');
    const origin = `seed ${finding.seed}, ${finding.strategy}, schedule ${grouped(finding.scheduleIndex + 1)}`;
    switch (finding.shrunk) {
        case 'minimal':
            return `minimal: ${text} (found with ${origin})`;
        case 'reduced':
            return `reduced, perhaps not minimal (shrinking was stopped): ${text} (found with ${origin})`;
        case 'raw':
            return `as found, not shrunk: ${text} (${origin})`;
    }
}

/** What the schedule is about, in a line: `open at once: vault.withdraw || vault.withdraw; faults: reject ledger.transfer`. */
function causeText({ cause, alsoBroken }: Finding): string {
    const { overlaps, faults, calls } = cause;
    const parts = [
        overlaps.length === 0 ? `no calls open at once: ${calls.join(', ')}` : `open at once: ${overlaps.join(', ')}`,
        ...(faults.length === 0 ? [] : [`faults: ${faults.join(', ')}`]),
        ...(alsoBroken.length === 0 ? [] : [`breaks too, when it goes on: ${alsoBroken.join(', ')}`])
    ];
    return plain(parts.join('; '));
}

function callLines(finding: Finding, named: Named): string[] {
    return finding.calls.map(call => {
        const args = cut(plain(named(call.argText)), ARGUMENTS_MAX);
        const order = call.order === 'after-reply' ? `  (after the reply to ${plain(call.actor)}'s previous call)` : '';
        return `  call ${plain(call.label)}: ${plain(call.canister)}.${plain(call.method)}(${args})${order}`;
    });
}
