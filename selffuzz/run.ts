/**
 * `npm run selffuzz [-- --seed N] [--runs N] [--only KINDS]`: fuzzes the replica itself. Without `--runs` it never ends. A
 * child process judges, so that a crash or a hang of the engine is a finding too. Exit codes: 0 nothing found, 1 a finding,
 * 3 usage, 130 interrupted.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { scriptOptions } from '../harness/cli/script.ts';
import type { Order, Report } from './child.ts';
import type { Finding } from './kind.ts';

const KINDS = ['modules', 'programs', 'requests', 'explorations'];
/** Inputs of one order: few enough that a hang is noticed soon. */
const RUNS_AN_ORDER = 25;
/** An order with all its shrinking takes seconds; building Azle's module the first time, a minute. */
const ORDER_MS_MAX = 300_000;
const SEED_MAX = 2 ** 31 - 1;
/** What the replica is run with elsewhere too (see `npm test`): kilobytes. */
const STACK_FLAG = '--stack-size=4000';

const HELP = `Usage: npm run selffuzz -- [--seed N] [--runs N] [--only KINDS]

fuzzes Interleave itself: damaged modules, random programs over the System API, damaged requests, random canisters
under every strategy

Options:
  --seed <n>      first seed (default: drawn, and printed)
  --runs <n>      inputs of each kind (default: without end)
  --only <kinds>  some of ${KINDS.join(', ')}, separated by commas
  -h, --help      display help for command
`;

interface Options {
    readonly seed: number;
    readonly runs: number;
    readonly kinds: readonly string[];
    readonly help: boolean;
}

/** Throws a TypeError of Node that names an unknown option, RangeError for a value that is none. */
function options(): Options {
    const { values } = parseArgs({
        options: {
            seed: { type: 'string' },
            runs: { type: 'string' },
            only: { type: 'string' },
            help: { type: 'boolean', short: 'h', default: false }
        }
    });
    const kinds = values.only === undefined ? KINDS : values.only.split(',');
    const unknown = kinds.find((name) => !KINDS.includes(name));
    if (unknown !== undefined) {
        throw new RangeError(`--only ${unknown}: the kinds are ${KINDS.join(', ')}`);
    }
    return {
        seed: values.seed === undefined ? randomInt(SEED_MAX) : whole('--seed', values.seed, 0),
        runs: values.runs === undefined ? Infinity : whole('--runs', values.runs, 1),
        kinds,
        help: values.help
    };
}

function whole(name: string, text: string, least: number): number {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least || value > SEED_MAX) {
        throw new RangeError(`${name} ${text}: give a whole number from ${least} to ${SEED_MAX}`);
    }
    return value;
}

/** The child's next report; a finding of its own when it ends or says nothing for too long. */
function reportOf(child: ChildProcess, order: Order): Promise<Report> {
    return new Promise((resolve) => {
        const found = (problem: string): Report => ({
            finding: {
                kind: order.kind, seed: order.seed, problem,
                input: 'unknown: the process judged it when that happened'
            }
        });
        const done = (report: Report): void => {
            clearTimeout(timer);
            child.removeAllListeners();
            resolve(report);
        };
        const timer = setTimeout(() => {
            child.kill('SIGKILL');
            done(found(`hang: no answer within ${ORDER_MS_MAX / 1_000} s`));
        }, ORDER_MS_MAX);
        child.once('message', (report) => done(report as Report));
        child.once('exit', (code, signal) => done(found(`the process ended: ${signal ?? `exit code ${code}`}`)));
    });
}

function print({ kind, seed, problem, input }: Finding, runs: number): void {
    process.stdout.write(
        `${kind}: found with seed ${seed}\n${problem}\n\nminimal input:\n${input}\n\n` +
            `again: npm run selffuzz -- --only ${kind} --seed ${seed} --runs ${runs}\n`
    );
}

/** Round after round, each with the next seed. Returns the exit code. */
async function fuzz({ seed: first, runs, kinds }: Options): Promise<number> {
    process.stderr.write(`seed ${first}\n`);
    const child = fork(join(import.meta.dirname, 'child.ts'), [], { execArgv: [STACK_FLAG] });
    await reportOf(child, { kind: 'start', seed: first, runs: 0 });
    try {
        for (let done = 0, seed = first; done < runs; done += RUNS_AN_ORDER, seed++) {
            const count = Math.min(RUNS_AN_ORDER, runs - done);
            for (const kind of kinds) {
                const order = { kind, seed, runs: count };
                child.send(order);
                const { finding } = await reportOf(child, order);
                if (finding !== undefined) {
                    print(finding, count);
                    return 1;
                }
            }
            process.stderr.write(`seed ${seed}: ${count} inputs each of ${kinds.join(', ')}, nothing found\n`);
        }
        return 0;
    } finally {
        child.kill();
    }
}

const given = scriptOptions(HELP, options);
if (given !== undefined) process.exitCode = await fuzz(given);
