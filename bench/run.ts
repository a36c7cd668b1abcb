/**
 * `npm run bench [-- --seconds N] [-- --json]`: messages a second beside the bare module, and interleavings a second with
 * observations and invariants on. Ratios are from one run; the numbers are never asserted.
 */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { compare, measure } from './measure.ts';
import type { Rate } from './measure.ts';
import { allSchedules, bareDeposits, randomSchedules, replicaDeposits, subjectOf } from './workloads.ts';

/** First targets (issue A), interleavings a second and core. */
const TARGETS = { motoko: 5_000, azle: 400 } as const;

const HEAD = [
    'language', 'bare messages/s', 'messages/s', 'ratio', 'counting instructions',
    'random interleavings/s', 'exhaustive interleavings/s', 'target'
];
const WORKLOAD = 'two guarded withdrawals: 6 messages, 2 observe queries, 2 invariants judged at every commit';

const HELP = `Usage: npm run bench -- [--seconds N] [--json]

measures messages and interleavings a second, in both languages, beside the bare module and with instructions counted

Options:
  --seconds <n>  time for each measurement (default: 3)
  --json         print one JSON document instead of a table
  -h, --help     display help for command
`;

interface Result {
    readonly language: string;
    readonly bareMessages: Rate;
    readonly messages: Rate;
    /** Time of a message on the replica, divided by its time on the bare module. */
    readonly overhead: number;
    /** Messages with the IC's instruction metering, and their time divided by that of a message without it. */
    readonly instructionMessages: Rate;
    readonly instructionOverhead: number;
    readonly randomInterleavings: Rate;
    readonly exhaustiveInterleavings: Rate;
    readonly target: number;
}

async function bench(language: 'motoko' | 'azle', seconds: number): Promise<Result> {
    const subject = await subjectOf(language);
    const { one, other, ratio } = compare(seconds, replicaDeposits(subject), bareDeposits(subject));
    const exact = await subjectOf(language, 'instructions');
    const counting = compare(seconds, replicaDeposits(exact), replicaDeposits(subject));
    return {
        language,
        bareMessages: other,
        messages: one,
        overhead: ratio,
        instructionMessages: counting.one,
        instructionOverhead: counting.ratio,
        randomInterleavings: measure(seconds, randomSchedules(subject)),
        exhaustiveInterleavings: measure(seconds, allSchedules(subject)),
        target: TARGETS[language]
    };
}

function render(results: readonly Result[]): string {
    const table = new Table({ head: HEAD, style: { head: [], border: [] } });
    for (const each of results) {
        table.push([
            each.language, shown(each.bareMessages), shown(each.messages), `${each.overhead.toFixed(2)}x`,
            `${shown(each.instructionMessages)}, ${each.instructionOverhead.toFixed(2)}x`,
            shown(each.randomInterleavings), shown(each.exhaustiveInterleavings), each.target.toLocaleString('en')
        ]);
    }
    return table.toString();
}

function shown(rate: Rate): string {
    const text = (value: number): string => Math.round(value).toLocaleString('en');
    return `${text(rate.perSecond)} (${text(rate.slowest)} to ${text(rate.fastest)})`;
}

/** Throws a TypeError of Node that names an unknown option, RangeError for a time that is none. */
function options(): { readonly seconds: number; readonly json: boolean; readonly help: boolean } {
    const { values } = parseArgs({
        options: {
            seconds: { type: 'string', default: '3' },
            json: { type: 'boolean', default: false },
            help: { type: 'boolean', short: 'h', default: false }
        }
    });
    const seconds = Number(values.seconds);
    if (!(seconds > 0)) throw new RangeError(`--seconds ${values.seconds}: give a number of seconds above 0`);
    return { ...values, seconds };
}

async function run(seconds: number, json: boolean): Promise<void> {
    const results: Result[] = [];
    for (const language of ['motoko', 'azle'] as const) {
        process.stderr.write(`measuring ${language}\n`);
        results.push(await bench(language, seconds));
    }
    const report = { schema: 1, node: process.version, workload: WORKLOAD, seconds, results };
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `${WORKLOAD}\n${render(results)}\n`);
}

let given: ReturnType<typeof options> | undefined;
try {
    given = options();
} catch (error) {
    process.stderr.write(`error: ${(error as Error).message}\n${HELP}`);
    process.exitCode = 3;
}
if (given?.help === true) process.stdout.write(HELP);
else if (given !== undefined) await run(given.seconds, given.json);
