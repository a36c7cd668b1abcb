/** The command line's grammar: commands, options, defaults, help. What they do is in fuzz.ts, repro.ts and build.ts. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_LIMITS, TOOL_LIMITS } from '../replica/options.ts';
import type { Reduction } from '../explore/reduction/name.ts';
import type { MeteringChoice, ToolLimits } from '../replica/index.ts';
import { DEPTH_MAX } from '../scenario/strategy-name.ts';
import type { StrategyName } from '../scenario/strategy-name.ts';
import type { TransitionTableChoice } from './deploy.ts';
import { EXIT_CODE_HELP, PLAIN_EXIT_CODE_HELP } from './exit-codes.ts';
import { addFuzzTests } from './fuzz-tests-options.ts';
import type { FuzzTestsOptions } from './fuzz-tests-options.ts';
import { addNetworkOptions } from './network-options.ts';
import type { NetworkOptions } from './network-options.ts';
import { addPocketIc } from './pocket-ic-options.ts';
import type { PocketIcOptions } from './pocket-ic-options.ts';
import { addJournalOptions } from './shard-option.ts';
import type { Shard } from './shard-option.ts';
import { DEPTH_HELP, reductionOption, strategyOption, switchesOption } from './strategy-option.ts';

export interface FuzzOptions extends NetworkOptions {
    readonly backend?: 'embedded' | 'network' | 'pocketic';
    readonly language?: 'motoko' | 'azle' | 'custom';
    readonly seed: number;
    readonly schedules?: number;
    readonly strategy?: StrategyName;
    readonly depth?: number;
    readonly reduction?: Reduction;
    readonly timeLimit?: number;
    readonly maxSteps?: number;
    readonly maxSwitches?: number;
    readonly metering?: MeteringChoice;
    readonly transitionTable?: TransitionTableChoice;
    /** Every so many schedules. */
    readonly checkDeterminism?: number;
    readonly maxMessageSteps?: number;
    readonly maxTotalSteps?: number;
    /** MiB. */
    readonly maxHeap?: number;
    readonly limit?: ToolLimits;
    readonly coverage?: 'pairs' | 'branches';
    readonly shrink: boolean;
    readonly project: string;
    readonly scenarios: string;
    readonly findings: string;
    readonly workers?: number;
    /** File; true: the one that is meant when none is named. */
    readonly journal?: string | true;
    readonly resume?: true;
    readonly shard?: Shard;
    readonly list?: true;
    readonly json?: true;
}

export interface ReproOptions extends NetworkOptions {
    readonly project?: string;
    readonly repeat?: number;
    readonly json?: true;
}

export interface MergeOptions {
    readonly findings: string;
    readonly json?: true;
}

export interface BuildOptions {
    readonly project: string;
    readonly out?: string;
    readonly json?: true;
}

export interface ServeOptions {
    readonly port: number;
    readonly portFile?: string;
    readonly roundMs: number;
    readonly hold?: true;
    readonly stepped?: true;
    readonly seed: string;
    readonly json?: true;
}

/** What to run for each command; resolves to the exit code. */
export interface Handlers {
    fuzz(names: readonly string[], options: FuzzOptions): Promise<number>;
    repro(file: string, options: ReproOptions): Promise<number>;
    merge(files: readonly string[], options: MergeOptions): Promise<number>;
    build(canisters: readonly string[], options: BuildOptions): Promise<number>;
    serve(options: ServeOptions): Promise<number>;
    pocketIc(options: PocketIcOptions): Promise<number>;
    fuzzTests(command: readonly string[], options: FuzzTestsOptions): Promise<number>;
}

/** Same seed, same result: the default is fixed so that a plain run repeats. */
const SEED_DEFAULT = 1;

/** The port of dfx's local network, which this server stands in for. */
const PORT_DEFAULT = 4943;
const PORT_MAX = 65_535;
const ROUND_MS_DEFAULT = 100;

const FUZZ_EXAMPLES = `
Examples:
  npm run fuzz                                    every scenario in every language
  npm run fuzz -- vault-stale                     the family vault-stale/*
  npm run fuzz -- 'vault-*' --language motoko     a glob, one language
  npm run fuzz -- vault-stale/overdraw --seed 7 --schedules 5000 --json
  npm run fuzz -- --project ../my-dapp            another dfx project
  npm run fuzz -- vault-stale --backend network   through agents, on a replica in another process
  npm run fuzz -- --schedules 100000 --resume     goes on where a run that was killed was
`;

const REPRO_EXAMPLES = `
Examples:
  npm run repro -- .interleave/findings/vault-stale-overdraw.motoko.1f3a5c7e9b.schedule.json
`;

/**
 * Builds the parser; `report` receives the exit code of the command that ran. Throws commander's CommanderError on a wrong
 * command line (its text is already on stderr).
 */
export function commandLine(version: string, handlers: Handlers, report: (exitCode: number) => void): Command {
    const program = new Command('interleave')
        .description('Finds, shrinks and replays await races in Internet Computer canisters.')
        .version(version)
        // `pocket-ic --version` is not ours: clients compare it.
        .enablePositionalOptions()
        .showHelpAfterError('(run with --help for options and examples)')
        .exitOverride()
        .addHelpText('after', `\n${EXIT_CODE_HELP}`);
    addFuzz(program, handlers, report);
    addRepro(program, handlers, report);
    addMerge(program, handlers, report);
    addBuild(program, handlers, report);
    addServe(program, handlers, report);
    addPocketIc(program, async options => report(await handlers.pocketIc(options)));
    addFuzzTests(program, async (command, options) => report(await handlers.fuzzTests(command, options)));
    return program;
}

function addFuzz(program: Command, handlers: Handlers, report: (exitCode: number) => void): void {
    const command = program
        .command('fuzz')
        .description('explore schedules of scenarios and report every race with its minimal schedule')
        .argument('[names...]', 'scenario names, families or globs; all when none is given')
        .addOption(new Option('--language <language>', 'only this language').choices(['motoko', 'azle', 'custom']))
        .addOption(
            integer('--seed <n>', 'seed of all randomness; the same seed gives the same result', 0).default(
                SEED_DEFAULT
            )
        )
        .addOption(
            integer(
                '--schedules <n>',
                'schedules to explore in each scenario and language; default: 1,000, exhaustive at most 1,000,000; ' +
                    '200 more follow a race, to see what else breaks, then it ends',
                1
            )
        )
        .addOption(strategyOption())
        .addOption(integer('--depth <n>', DEPTH_HELP, 1, DEPTH_MAX))
        .addOption(reductionOption())
        .addOption(integer('--time-limit <seconds>', 'stop exploring a scenario after this time', 1))
        .addOption(integer('--max-steps <n>', 'most message executions in one schedule; default: 10,000', 1))
        .addOption(switchesOption(integer))
        .addOption(meteringOption())
        .addOption(transitionTableOption())
        .addOption(determinismOption())
        .addOption(
            integer(
                '--max-message-steps <n>',
                'most steps of one message; where instructions are counted, 25 a step, and never more than ' +
                    `the IC allows; default: ${DEFAULT_LIMITS.steps.message.toLocaleString('en')}`,
                1
            )
        )
        .addOption(
            integer(
                '--max-total-steps <n>',
                'most steps of all messages of a scenario, exploring and shrinking together; default: 20,000,000,000',
                1
            )
        )
        .addOption(integer('--max-heap <MiB>', 'most Wasm heap of a canister; default: 1024', 1))
        .addOption(limitOption())
        .addOption(coverageOption())
        .option('--no-shrink', 'report the first failing schedule as it was found')
        .option('--project <dir>', 'directory of the dfx project', '.')
        .option('--scenarios <glob>', 'scenario files, relative to the project', 'invariants/**/*.invariant.ts')
        .option('--findings <dir>', 'where schedule files of races go, relative to the project', '.interleave/findings')
        .addOption(integer('--workers <n>', 'threads that explore; the result does not depend on it', 1))
        .option('--list', 'list scenarios and stop')
        .option('--json', 'print one JSON document instead of text')
        .addOption(
            new Option(
                '--backend <name>',
                'embedded: every order of messages (default); network: agents and a running replica; ' +
                    'pocketic: a PocketIC server (POCKET_IC_BIN or --url), whose rounds are run; for both ' +
                    '--schedules is then the number of plans, default: at most 30'
            ).choices(['embedded', 'network', 'pocketic'])
        );
    addJournalOptions(command);
    addNetworkOptions(command, integer)
        .addHelpText('after', `${FUZZ_EXAMPLES}\n${EXIT_CODE_HELP}`)
        .action(async (names: string[], options: FuzzOptions) => report(await handlers.fuzz(names, options)));
}

function addRepro(program: Command, handlers: Handlers, report: (exitCode: number) => void): void {
    const command = program
        .command('repro')
        .description('replay a schedule file, or repeat a plan file, and say whether the race still fails')
        .addArgument(new Argument('<file>', 'a *.schedule.json or *.plan.json written by fuzz'))
        .option('--project <dir>', 'directory of the dfx project; default: the one that holds the scenario file')
        .option('--json', 'print one JSON document instead of text')
        .addOption(integer('--repeat <n>', 'how often a plan is run; default: 10; this and the next: plans only', 1));
    addNetworkOptions(command, integer)
        .addHelpText('after', `${REPRO_EXAMPLES}\n${EXIT_CODE_HELP}`)
        .action(async (file: string, options: ReproOptions) => report(await handlers.repro(file, options)));
}

function addMerge(program: Command, handlers: Handlers, report: (exitCode: number) => void): void {
    program
        .command('merge')
        .description('join the journals of all shards of a campaign into the report of the whole')
        .argument('<files...>', 'journals written by fuzz --shard')
        .option('--findings <dir>', 'where the report says that schedule files are', '.interleave/findings')
        .option('--json', 'print one JSON document instead of text')
        .addHelpText('after', `\n${EXIT_CODE_HELP}`)
        .action(async (files: string[], options: MergeOptions) => report(await handlers.merge(files, options)));
}

function addBuild(program: Command, handlers: Handlers, report: (exitCode: number) => void): void {
    program
        .command('build')
        .description('compile the canisters of a dfx project; a second run compiles only what changed')
        .argument('[canisters...]', 'names in dfx.json, built with their dependencies; all when none is given')
        .option('--project <dir>', 'directory of the dfx project', '.')
        .option('--out <dir>', 'also write NAME.wasm and NAME.did of each into this directory of the project')
        .option('--json', 'print one JSON document instead of text')
        .addHelpText('after', `\n${PLAIN_EXIT_CODE_HELP}`)
        .action(async (canisters: string[], options: BuildOptions) => report(await handlers.build(canisters, options)));
}

function addServe(program: Command, handlers: Handlers, report: (exitCode: number) => void): void {
    program
        .command('serve')
        .description('run an empty subnet that agents can talk to, on 127.0.0.1, until Ctrl-C')
        .addOption(integer('--port <n>', 'port; 0: any free one', 0, PORT_MAX).default(PORT_DEFAULT))
        .option('--port-file <file>', 'write the port into this file once the server listens')
        .addOption(
            integer('--round-ms <n>', 'milliseconds between rounds: how exact timers are', 1).default(ROUND_MS_DEFAULT)
        )
        .option('--hold', 'execute calls at these rounds only, where several meet, not as soon as they come')
        .option('--stepped', 'time stands still and nothing executes but what POST /_/step and its kin say')
        .option('--seed <text>', 'seed of keys, ids and randomness', '0')
        .option('--json', 'print one JSON event a line instead of text')
        .addHelpText('after', `\n${PLAIN_EXIT_CODE_HELP}`)
        .action(async (options: ServeOptions) => report(await handlers.serve(options)));
}

function coverageOption(): Option {
    const about =
        'pairs: also print which segments never ran while a call waited in another one of the same canister; ' +
        'branches: and how many basic blocks of each canister were executed (every message executes, without the ' +
        'transition table)';
    return new Option('--coverage <what>', about).choices(['pairs', 'branches']);
}

function meteringOption(): Option {
    return new Option(
        '--metering <mode>',
        "what a step is; default: the scenario's own, else auto: instructions where a canister reads the performance " +
            'counter'
    ).choices(['unit', 'instructions', 'auto'] satisfies MeteringChoice[]);
}

function transitionTableOption(): Option {
    return new Option(
        '--transition-table <mode>',
        'whether a message is executed again in a state equal to one where it was: on: no (default); off: yes; ' +
            'check: yes, and it must do the same; no result depends on it'
    ).choices(['on', 'off', 'check'] satisfies TransitionTableChoice[]);
}

/** With or without a number. */
function determinismOption(): Option {
    const about =
        'run each schedule, or every k-th, a second time on a deployment of its own where nothing is remembered; a ' +
        'difference in any step is an internal error that names it; slow';
    return integer('--check-determinism [k]', about, 1).preset('1');
}

/** Several may be given. */
function limitOption(): Option {
    const names: readonly string[] = TOOL_LIMITS;
    return new Option('--limit <name=n>', `another limit of the replica: ${names.join(', ')}`).argParser(
        (text: string, before: ToolLimits | undefined): ToolLimits => {
            const [, name = '', value = ''] = /^(\w+)=(\d+)$/.exec(text) ?? [];
            if (!names.includes(name) || !Number.isSafeInteger(Number(value)) || Number(value) < 1) {
                const example = 'Give a name and a whole number: callDepthMax=5000.';
                throw new InvalidArgumentError(`${example} Names: ${names.join(', ')}.`);
            }
            if (name === 'heapBytesMax' && Number(value) % 65_536 !== 0) {
                throw new InvalidArgumentError('heapBytesMax is a multiple of 65,536, the size of a Wasm page.');
            }
            return { ...before, [name]: Number(value) };
        }
    );
}

function integer(flags: string, description: string, least: number, most = Number.MAX_SAFE_INTEGER): Option {
    return new Option(flags, description).argParser((text: string) => {
        const value = Number(text);
        if (!/^\d+$/.test(text) || !(value >= least && value <= most)) {
            const bounds = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
            throw new InvalidArgumentError(`Give a whole number ${bounds}.`);
        }
        return value;
    });
}
