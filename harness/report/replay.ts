/** A replay as text and as JSON. */
import type { NamedPrincipal, ReplayResult, Violation } from '../explore/results.ts';
import { jsonText, traceJson } from './json.ts';
import type { Named } from './message-text.ts';
import type { Paint } from './paint.ts';
import { sequenceLines } from './sequence.ts';
import { count, namer, oneLine, plain } from './text.ts';

/** The recorded side: what the schedule file says. */
export interface Recorded {
    readonly file: string;
    readonly scenario: string;
    readonly language: string;
    readonly calls: number;
    readonly steps: number;
    readonly invariant: string;
    readonly toolVersion: string;
    readonly principals: readonly NamedPrincipal[];
    /** Canisters whose Wasm is not the recorded one, by name in dfx.json. */
    readonly changed: readonly { readonly name: string; readonly recorded: string; readonly now: string }[];
}

type Diverged = Extract<ReplayResult, { readonly kind: 'diverged' }>;

/** Messages offered in the place of the expected one that are shown. */
const ENABLED_MAX = 8;

/** The replay as text, ending in a line end. Pure. */
export function replayText(recorded: Recorded, result: ReplayResult, paint: Paint): string {
    const named = namer(recorded.principals);
    const size = `${count(recorded.calls, 'call')}, ${count(recorded.steps, 'step')}`;
    const name = `${plain(recorded.scenario)} (${recorded.language})`;
    const lines = [
        paint.bold(`${name}: ${size}, recorded to break ${plain(recorded.invariant)}`),
        ...recorded.changed.map(({ name, recorded: was, now }) => {
            const hashes = `${now.slice(0, 12)}, recorded with ${was.slice(0, 12)}`;
            return paint.yellow(`  ${plain(name)} is another Wasm (${hashes}): replayed by the names of the messages`);
        }),
        '',
        ...sequenceLines(result.trace, violationsOf(result), { paint, named }).map(line => `  ${line}`),
        '',
        ...verdictLines(result, named, paint)
    ];
    return `${lines.join('\n')}\n`;
}

function violationsOf(result: ReplayResult): readonly Violation[] {
    switch (result.kind) {
        case 'still-fails':
            return [result.violation];
        case 'fails-differently':
        case 'diverged':
            return result.violations;
        case 'passes':
            return [];
    }
}

function verdictLines(result: ReplayResult, named: Named, paint: Paint): string[] {
    switch (result.kind) {
        case 'still-fails': {
            const same = {
                true: ', with exactly the recorded trace',
                false: ', with another trace than recorded',
                unknown: ''
            };
            const { sameTrace } = result;
            const { invariant, message } = result.violation;
            return [
                `${paint.red('still fails')}: ${plain(invariant)}: ${oneLine(named(message))}${same[`${sameTrace}`]}`
            ];
        }
        case 'fails-differently':
            return result.violations.map(
                ({ invariant, message }) =>
                    `${paint.red('fails differently')}: ${plain(invariant)}: ${oneLine(named(message))}`
            );
        case 'passes':
            return [`${paint.green('no longer fails')}: every step of the schedule ran and no invariant broke`];
        case 'diverged':
            return divergenceLines(result, named, paint);
    }
}

function divergenceLines({ divergence, violations }: Diverged, named: Named, paint: Paint): string[] {
    const { step, expected, enabled, reason } = divergence;
    const wanted =
        expected === undefined ? 'nothing more' : `${plain(named(expected.name))}  (${plain(expected.path)})`;
    const broke = violations.map(({ invariant }) => plain(invariant)).join(', ');
    const shown = enabled.slice(0, ENABLED_MAX).map(({ path, name }) => `    ${plain(named(name))}  (${plain(path)})`);
    const more = enabled.length - shown.length;
    return [
        `${paint.yellow('diverged')} at step ${step}: ${plain(reason)}`,
        `  expected: ${wanted}`,
        enabled.length === 0 ? '  nothing could run' : '  could run instead:',
        ...shown,
        ...(more > 0 ? [`    ... and ${more} more`] : []),
        ...(broke === '' ? [] : [`  the rest of the run, in the order of arrival, broke: ${paint.red(broke)}`]),
        '  The canisters send other messages than when the schedule was recorded: run `npm run fuzz` to search again.'
    ];
}

/** The replay as one JSON document. Pure. */
export function replayJson(recorded: Recorded, result: ReplayResult, exitCode: number): string {
    const { trace, ...rest } = result;
    const { principals, ...facts } = recorded;
    return jsonText({
        format: 'interleave-replay',
        version: 1,
        ...facts,
        exitCode,
        result: rest,
        principals,
        trace: traceJson(trace)
    });
}
