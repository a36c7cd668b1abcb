/**
 * What can go wrong before and around a run. One class a cause, each with a stable `code`, the fields that matter and the
 * thing to do next (`fix`), which the command line prints on its own line.
 */
import { DEEP_STRATEGIES } from '../scenario/strategy-name.ts';

/** Base of the errors that are the user's to fix (exit code 3). */
export class CliError extends Error {
    readonly code: string;
    /** One line: what to do now. */
    readonly fix: string;

    constructor(code: string, message: string, fix: string, cause?: unknown) {
        super(message, cause === undefined ? undefined : { cause });
        this.name = new.target.name;
        this.code = code;
        this.fix = fix;
    }
}

/** No scenario has the name (or matches the glob) that was asked for. */
export class UnknownScenarioError extends CliError {
    readonly wanted: string;
    readonly nearest: readonly string[];

    constructor(wanted: string, nearest: readonly string[]) {
        const hint = nearest.length === 0 ? '' : ` Nearest: ${nearest.join(', ')}.`;
        super(
            'UNKNOWN_SCENARIO',
            `No scenario is called or matches '${wanted}'.${hint}`,
            'Run with --list to see the names of all scenarios.'
        );
        this.wanted = wanted;
        this.nearest = nearest;
    }
}

/** No file matches the scenario glob, or the files hold no scenario. */
export class NoScenariosError extends CliError {
    constructor(pattern: string, project: string) {
        super(
            'NO_SCENARIOS',
            `No scenario found: '${pattern}' in ${project} matches no file that exports one.`,
            'Create invariants/NAME.invariant.ts with `export default scenario(...)`, or say where with --scenarios.'
        );
    }
}

/** A scenario file cannot be loaded. */
export class ScenarioFileError extends CliError {
    readonly file: string;

    constructor(file: string, cause: unknown) {
        const { fix } = (typeof cause === 'object' && cause !== null ? cause : {}) as { readonly fix?: unknown };
        super(
            'SCENARIO_FILE',
            `${file}${lineIn(file, cause)} cannot be loaded: ${messageOf(cause)}`,
            typeof fix === 'string' ? fix : 'Correct the file; `npx tsc --noEmit` shows type errors in it.',
            cause
        );
        this.file = file;
    }
}

/** Something that a scenario file left running threw later. */
export class StrayError extends CliError {
    constructor(place: string, cause: unknown) {
        super(
            'SCENARIO_STRAY',
            `${place} threw outside of its scenarios: ${messageOf(cause)}`,
            'Take timers, promises and other side effects out of the file: it declares scenarios and nothing else.',
            cause
        );
    }
}

/** Executed blocks are counted, but what was executed before is to be remembered instead. */
export class CoverageTableError extends CliError {
    constructor(choice: string) {
        super(
            'COVERAGE_TABLE',
            `--coverage branches does not go with --transition-table ${choice}: what is remembered does not execute.`,
            'Leave out --transition-table.'
        );
    }
}

/** A scenario file called process.exit before there was a result. */
export class EndedByScenarioError extends CliError {
    constructor(code: string) {
        super(
            'SCENARIO_EXIT',
            `The process was ended (process.exit, code ${code}) before there was a result; Interleave did not do it.`,
            'Take process.exit out of the scenario files and of what they import.'
        );
    }
}

/** `:12` when the stack of `cause` says at which line of `file` it arose; both syntax errors and thrown errors do. */
function lineIn(file: string, cause: unknown): string {
    const { stack } = (typeof cause === 'object' && cause !== null ? cause : {}) as { readonly stack?: unknown };
    if (typeof stack !== 'string') return '';
    // A stack names files as URLs: compare the way the end of the path is written there.
    const at = stack.indexOf(`${encodeURI(file)}:`);
    const line = at < 0 ? null : /^:(\d+)/.exec(stack.slice(at + encodeURI(file).length));
    return line === null ? '' : `:${line[1]}`;
}

/** Two scenarios have one id. */
export class DuplicateScenarioError extends CliError {
    constructor(id: string, locations: readonly string[]) {
        super(
            'DUPLICATE_SCENARIO',
            `Scenario '${id}' is declared twice: ${locations.join(' and ')}.`,
            'Give one of them another id: findings and schedule files are named after it.'
        );
    }
}

/** The project has not all canisters that a scenario uses, in no language that the scenario runs in. */
export class NoLanguageError extends CliError {
    constructor(
        scenario: { readonly id: string; readonly location: string; readonly languages?: readonly string[] },
        missing: readonly string[],
        present: readonly string[]
    ) {
        const languages = scenario.languages ?? ['motoko', 'azle'];
        const names = missing.map(name => [name, ...languages.map(language => `${name}_${language}`)].join(' or '));
        const what =
            missing.length === 0
                ? `no canister in ${languages.join(' or ')} as it asks for`
                : `no ${names.join(', and no ')}`;
        super(
            'UNKNOWN_CANISTER',
            `Scenario '${scenario.id}' (${scenario.location}) cannot run: dfx.json has ${what}. ` +
                `It has: ${present.join(', ')}.`,
            'Name canisters as in dfx.json, or NAME for NAME_motoko and NAME_azle; check `languages` of the scenario.'
        );
    }
}

/** The selected scenarios do not run in the language asked for. */
export class NothingToRunError extends CliError {
    constructor(language: string) {
        super(
            'NOTHING_TO_RUN',
            `None of the selected scenarios runs in ${language} here.`,
            'Run with --list to see which languages each scenario runs in.'
        );
    }
}

/** Schedule files cannot be written where they should go. */
export class FindingsDirectoryError extends CliError {
    constructor(directory: string, cause: unknown) {
        super(
            'FINDINGS_DIRECTORY',
            `The directory for schedule files, ${directory}, cannot be written: ${messageOf(cause)}`,
            'Give another one with --findings, or correct its permissions.',
            cause
        );
    }
}

/** The result cannot be written. */
export class OutputError extends CliError {
    constructor(cause: unknown) {
        super(
            'OUTPUT',
            `The result cannot be written to standard output: ${messageOf(cause)}`,
            'Make room, or send the output elsewhere; schedule files of races that were found are kept.',
            cause
        );
    }
}

/** Ctrl-C, in the middle of a replay. */
export class InterruptedReplayError extends CliError {
    constructor() {
        super('INTERRUPTED', 'The replay was stopped before it came to its end.', 'Run the command again.');
    }
}

/** A schedule could not be replayed, for a reason that the worker gave: a scenario that is gone, a canister that fails to install. */
export class ReplayFailedError extends CliError {
    constructor({ code, message, fix }: { readonly code: string; readonly message: string; readonly fix: string }) {
        super(code, message, fix);
    }
}

/** A canister needs init arguments, and neither the scenario nor dfx.json gives them; or what dfx.json gives does not fit. */
export class InitArgumentError extends CliError {
    constructor(canister: string, signature: string, problem: string, cause?: unknown) {
        super(
            'INIT_ARGUMENT',
            `Canister '${canister}' is initialised with ${signature}: ${problem}`,
            'Give fitting values with `init` in the scenario or `init_arg` in dfx.json.',
            cause
        );
    }
}

/** The port to serve on is taken, or may not be used. */
export class PortError extends CliError {
    readonly port: number;

    constructor(port: number, cause: unknown) {
        super(
            'PORT',
            `Port ${port} of 127.0.0.1 cannot be used: ${messageOf(cause)}`,
            'Stop what uses it, give another port with --port, or any free one with --port 0.',
            cause
        );
        this.port = port;
    }
}

/** The file that tells the port cannot be written. */
export class PortFileError extends CliError {
    constructor(file: string, cause: unknown) {
        super(
            'PORT_FILE',
            `The port file ${file} cannot be written: ${messageOf(cause)}`,
            'Give another one with --port-file; its directory has to exist.',
            cause
        );
    }
}

/** Text of anything that was thrown, also of errors from another realm and of things that are no errors. */
export function messageOf(thrown: unknown): string {
    if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) return String(thrown.message);
    return String(thrown);
}

/** A depth for a strategy that has none, or two of them. */
export class StrategyDepthError extends CliError {
    constructor(problem: string) {
        super(
            'STRATEGY_DEPTH',
            `${problem}.`,
            `Write --strategy pct --depth 3, or --strategy pct:3; ${DEEP_STRATEGIES.join(', ')} take a depth.`
        );
    }
}

/** Merging needs to know which states are equal, and the transition table is what knows. */
export class MergeWithoutTableError extends CliError {
    constructor() {
        super(
            'MERGE_WITHOUT_TABLE',
            '--reduction merge needs the transition table, which --transition-table off takes away.',
            'Leave --transition-table out, or write --reduction dpor.'
        );
    }
}

/** Schedules of one class differ in their context switches, and the production order has those that it has. */
export class SwitchBoundError extends CliError {
    constructor(what: string) {
        super(
            'SWITCH_BOUND',
            `--max-switches does not go with ${what}.`,
            'Leave one of them out; with --strategy exhaustive, --reduction merge and none keep the bound.'
        );
    }
}

/** Nothing that is run enumerates schedules, so that there is nothing to reduce. */
export class ReductionWithoutEnumerationError extends CliError {
    constructor(strategies: readonly string[]) {
        super(
            'REDUCTION_WITHOUT_ENUMERATION',
            `--reduction is about strategies that run every schedule; ${strategies.join(', ')} does not.`,
            'Leave --reduction out, or write --strategy exhaustive.'
        );
    }
}

/** `fuzz-tests` without a command. */
export class NoTestCommandError extends CliError {
    constructor() {
        super(
            'NO_TEST_COMMAND',
            'No command that runs tests was given.',
            'Give it after two dashes: npm run fuzz-tests -- -- npx jest vault.test.ts'
        );
    }
}

/** The command that runs tests cannot be started. */
export class TestCommandError extends CliError {
    constructor(program: string, cause: unknown) {
        super(
            'TEST_COMMAND',
            `The command '${program}' cannot be started: ${messageOf(cause)}`,
            'Give the command as you would type it in this directory.',
            cause
        );
    }
}

/** The thread that runs the servers of an exploration has ended. */
export class SuiteHostError extends CliError {
    constructor(cause: unknown) {
        super(
            'SUITE_HOST',
            `The PocketIC servers of the tests ended by themselves: ${messageOf(cause)}`,
            'If they ran out of memory, run fewer tests in one command; else please report it.',
            cause
        );
    }
}

/** `build --out` cannot write. */
export class BuildOutputError extends CliError {
    constructor(directory: string, cause: unknown) {
        super(
            'BUILD_OUTPUT',
            `Modules cannot be written into ${directory}: ${messageOf(cause)}`,
            'Give another directory with --out.',
            cause
        );
    }
}
