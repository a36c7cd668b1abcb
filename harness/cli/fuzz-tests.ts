/** `fuzz-tests`: a user's own PocketIC tests under many schedules. Their code stays as it is. */
import { basename, relative, resolve } from 'node:path';
import { fileNamePart, readDocument, writeDocument } from '../replay/document.ts';
import { suiteJson, suiteText } from '../report/suite.ts';
import { NoServerStartedError, SUITE_SCHEDULE, deviationsOf, exploreSuite } from '../suites/index.ts';
import type { Ran, RunPlan, SuiteProgress, SuiteResult } from '../suites/index.ts';
import type { Context } from './context.ts';
import { NoTestCommandError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { makeFindingsDirectory } from './findings-directory.ts';
import type { ExitCode } from './exit-codes.ts';
import type { FuzzTestsOptions } from './fuzz-tests-options.ts';
import { startSuiteHost } from './suite-hosting.ts';
import { runSuite } from './suite-process.ts';
import { readable } from './suite-arguments.ts';

const MS_PER_S = 1_000;

/** Runs the command; resolves to the exit code. Throws the errors of the rooms that it wires. */
export async function fuzzTests(
    command: readonly string[],
    options: FuzzTestsOptions,
    context: Context
): Promise<number> {
    if (options.replay !== undefined) return replay(command, options.replay, options, context);
    if (command.length === 0) throw new NoTestCommandError();
    const { runs, seed, faults: faultsMax, shrinkRuns } = options;
    makeFindingsDirectory(resolve(options.findings));
    const result = await hosted(command, options, context, runSuite =>
        exploreSuite({
            runs,
            seed,
            faultsMax,
            shrinkRuns,
            runSuite,
            shouldStop: () => context.interrupts.interrupted(),
            onProgress: progress => {
                const { status, milestone } = context.streams;
                (progress.phase === 'found' ? milestone : status)(progressLine(progress, options));
            }
        })
    );
    const named = result.verdict === 'violated' ? { ...result, finding: await readable(result.finding) } : result;
    const exitCode = exitCodeOf(result, context);
    const say = (kept: { readonly file?: string }): void => {
        const facts = { toolVersion: context.toolVersion, seed, command, exitCode, ...kept };
        const { out, outPaint } = context.streams;
        out(options.json ? suiteJson(named, facts) : suiteText(named, facts, outPaint));
    };
    let kept = {};
    try {
        if (result.verdict === 'violated') kept = { file: keep(result, command, options, context) };
    } finally {
        // Also when it could not be written down.
        say(kept);
    }
    return exitCode;
}

async function replay(
    given: readonly string[],
    file: string,
    options: FuzzTestsOptions,
    context: Context
): Promise<number> {
    const { command, deviations, arrivals, found } = readDocument(SUITE_SCHEDULE, resolve(file));
    const plan: RunPlan = { seed: found.seed, run: found.run, mode: 'follow', faultsMax: 0, deviations, arrivals };
    const ran = await hosted(given.length > 0 ? given : command, options, context, runSuite => runSuite(plan));
    const { passed, output, trace } = ran;
    if (context.interrupts.interrupted()) return EXIT.interrupted;
    if (trace === undefined) throw new NoServerStartedError(output);
    const missed = Math.max(0, deviations.length - deviationsOf(trace).length);
    const other = passed && missed > 0;
    const { out } = context.streams;
    const verdict = passed ? 'the tests pass under this schedule' : 'the tests still fail under this schedule';
    const part = 'the tests pass, but under another schedule: they, or their canisters, have changed, and ' +
        `${missed} of the ${deviations.length} steps out of order did not come up`;
    if (options.json) out(`${JSON.stringify({ passed, missed, output })}\n`);
    else out(`${passed ? '' : `${output}\n`}${other ? part : verdict}\n`);
    if (!passed) return EXIT.violated;
    return other ? EXIT.undecided : EXIT.asExpected;
}

/** Does something with runs of the command, whose servers a thread of ours has until it is done. */
async function hosted<Result>(
    command: readonly string[],
    { runTimeout }: FuzzTestsOptions,
    { interrupts, toolVersion }: Context,
    act: (run: (plan: RunPlan) => Promise<Ran>) => Promise<Result>
): Promise<Result> {
    const host = await startSuiteHost(toolVersion);
    const { environment } = host;
    const surroundings = { command, environment, timeoutMs: runTimeout * MS_PER_S, interrupts };
    try {
        return await act(async plan => {
            const ran = await runSuite(plan, surroundings);
            host.check();
            return ran;
        });
    } finally {
        await host.close();
    }
}

/** Writes the schedule file; returns its path from here. */
function keep(
    { finding }: Extract<SuiteResult, { verdict: 'violated' }>,
    command: readonly string[],
    { findings, seed }: FuzzTestsOptions,
    { toolVersion }: Context
): string {
    const { run, deviations, arrivals, shrunk, repeats } = finding;
    const name = `${fileNamePart(basename(command.at(-1) ?? ''))}.${seed}-${run}.suite.json`;
    const file = resolve(findings, name);
    writeDocument(SUITE_SCHEDULE, file, {
        tool: { name: 'interleave', version: toolVersion },
        command: [...command],
        found: { seed, run, shrunk },
        repeats,
        arrivals: [...arrivals],
        deviations: [...deviations]
    });
    return relative(process.cwd(), file) || file;
}

function exitCodeOf({ verdict }: SuiteResult, { interrupts }: Context): ExitCode {
    if (verdict === 'violated') return EXIT.violated;
    if (interrupts.interrupted()) return EXIT.interrupted;
    if (verdict === 'unsteady') return EXIT.unsteady;
    return verdict === 'passed' ? EXIT.asExpected : EXIT.undecided;
}

function progressLine({ phase, runs, deviations }: SuiteProgress, options: FuzzTestsOptions): string {
    switch (phase) {
        case 'production':
            return 'running the tests in production order';
        case 'explore':
            return `schedule ${runs} of ${options.runs}`;
        case 'found':
            return `schedule ${runs}: a test failed; running it again, and production's order, then making it smaller`;
        case 'shrink':
            return `a test failed; shrinking, run ${runs}: ${deviations} steps out of order`;
        case 'confirm':
            return deviations === 0 ? "running production's order again" : `running this schedule again, ${runs}`;
    }
}
