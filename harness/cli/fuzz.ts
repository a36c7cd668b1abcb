/** `fuzz`: scenarios x languages -> build -> explore in workers -> report and exit code. */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { UnsupportedCanisterTypeError, loadProject } from '../build/index.ts';
import type { Project } from '../build/index.ts';
import { jsonReport } from '../report/json.ts';
import type { RunOutcome } from '../report/outcome.ts';
import type { OpenJournal } from './campaign-journal.ts';
import type { Context } from './context.ts';
import type { Crew } from './crew.ts';
import { NoLanguageError, NothingToRunError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { makeFindingsDirectory } from './findings-directory.ts';
import { exitCodeOf, shownOutcome, textReport } from './fuzz-report.ts';
import type { NotRun } from './fuzz-report.ts';
import { listJson, listText } from './list.ts';
import { selectNames } from './names.ts';
import { BackendOptionError } from './network-errors.ts';
import { namesNetwork } from './network-options.ts';
import type { FuzzOptions } from './options.ts';
import { exploreProgress } from './progress.ts';
import type { Job } from './protocol.ts';
import { reductionNote } from './reduction-note.ts';
import { loadScenarios } from './scenario-files.ts';
import type { LoadedScenario } from './scenario-files.ts';
import { checkReduction, checkSwitches, chosenStrategy } from './strategy-option.ts';
import { targetsOf } from './targets.ts';
import type { CanisterTypes, Target } from './targets.ts';

/** Workers by default: the result does not depend on it, memory does. */
const WORKERS_DEFAULT_MAX = 2;

/** Runs the command; resolves to the exit code. Throws the errors of every room that it wires. */
export async function fuzz(names: readonly string[], options: FuzzOptions, context: Context): Promise<number> {
    const started = performance.now();
    const project = loadProject(resolve(options.project));
    const selected = await selectScenarios(project, names, options);
    if (options.list) return list(selected, project, options, context);
    chosenStrategy(options);
    checkReduction(options, selected);
    const ignored = reductionNote(options, selected);
    if (ignored !== undefined) context.streams.note(ignored);
    checkSwitches(options, selected);
    const targets = selected.flatMap(loaded => targetsOf(loaded, canisterTypes(project), options.language));
    if (targets.length === 0) throw new NothingToRunError(options.language ?? 'any language');
    const findings = resolve(project.directory, options.findings);
    makeFindingsDirectory(findings);
    const isLive = options.backend === undefined ? namesNetwork(options) : options.backend !== 'embedded';
    // Loaded when needed: a list, and a run on the embedded replica, do without agents.
    if (isLive) {
        refuseJournal(options);
        const { liveFuzz } = await import('./live-fuzz.ts');
        return liveFuzz(targets, { project, options, findings, context });
    }
    refuseNetworkOptions(options);
    const { Crew } = await import('./crew.ts');
    const crew = new Crew(targets.length, context.interrupts);
    // They start while canisters are compiled, or are found to be.
    crew.prepare(Math.min(workersOf(options), targets.length));
    try {
        return await fuzzEmbedded(targets, crew, { started, project, options, findings, context });
    } finally {
        await crew.close();
    }
}

interface Run {
    /** When the command began, by the clock. */
    readonly started: number;
    readonly project: Project;
    readonly options: FuzzOptions;
    readonly findings: string;
    readonly context: Context;
}

/** Compiles, explores and reports; resolves to the exit code. Reads the clock. */
async function fuzzEmbedded(targets: readonly Target[], crew: Crew, run: Run): Promise<number> {
    const { started, project, options, findings, context } = run;
    const canisters = [...new Set(targets.flatMap(each => each.canisters.map(({ name }) => name)))];
    const [{ compileEach }, { jobOf }] = await Promise.all([import('./compile.ts'), import('./jobs.ts')]);
    const compiled = await compileEach(project, canisters, context);
    const buildMs = performance.now() - started;
    const wiring = { ...compiled, project, options, findings, context };
    const jobs = targets.map((target, index) => jobOf(index, target, wiring));
    if (jobs.every(({ failure }) => failure !== undefined)) throw compiled.failures.values().next().value;
    const { openJournal } = await import('./campaign-journal.ts');
    const journal = await openJournal(jobs, project.directory, options, context);
    const { outcomes, notRun } = await explore(jobs, options, context, journal, crew);
    journal?.close();
    if (options.shard !== undefined && journal !== undefined) {
        const { shardReport } = await import('./shard-report.ts');
        return shardReport(outcomes, options.shard, journal, options, context);
    }
    const interrupted = context.interrupts.interrupted();
    const exitCode = exitCodeOf(outcomes, interrupted);
    const facts = { toolVersion: context.toolVersion, seed: options.seed, exitCode, interrupted, notRun };
    if (options.json) {
        context.streams.out(jsonReport(outcomes, { ...facts, buildMs, totalMs: performance.now() - started }));
    } else {
        const shown = { ...facts, findings, ...(options.coverage === undefined ? {} : { coverage: options.coverage }) };
        context.streams.out(textReport(outcomes, shown, context.streams.outPaint));
    }
    return exitCode;
}

function refuseNetworkOptions(options: FuzzOptions): void {
    if (!namesNetwork(options)) return;
    const named = '--url, --network, --root-key, --allow-remote or --round-ms';
    throw new BackendOptionError(named, 'embedded', 'Leave out --backend embedded, or the options of a network.');
}

/** Runs on a replica of its own do not repeat, so that parts of them do not add up. */
function refuseJournal({ journal, resume, shard, backend = 'network' }: FuzzOptions): void {
    if (journal === undefined && resume === undefined && shard === undefined) return;
    throw new BackendOptionError('--journal, --resume or --shard', backend, 'Leave them out.');
}

async function selectScenarios(
    project: Project,
    names: readonly string[],
    options: FuzzOptions
): Promise<LoadedScenario[]> {
    const loaded = await loadScenarios(project.directory, options.scenarios);
    const chosen = new Set(
        selectNames(
            loaded.map(({ scenario }) => scenario.id),
            names
        )
    );
    return loaded.filter(({ scenario }) => chosen.has(scenario.id));
}

function list(
    selected: readonly LoadedScenario[],
    project: Project,
    options: FuzzOptions,
    { streams }: Context
): number {
    const types = canisterTypes(project);
    const listed = selected.map(loaded => {
        try {
            return { loaded, languages: targetsOf(loaded, types, options.language).map(({ language }) => language) };
        } catch (error) {
            // Listing shows such a scenario with no language; running it is the error.
            if (error instanceof NoLanguageError || error instanceof UnsupportedCanisterTypeError)
                return { loaded, languages: [] };
            throw error;
        }
    });
    // Without --language a scenario that runs in none is listed too: that is worth knowing.
    const shown = listed.filter(({ languages }) => options.language === undefined || languages.length > 0);
    if (shown.length === 0) throw new NothingToRunError(options.language ?? 'any language');
    streams.out(options.json ? listJson(shown) : listText(shown, streams.outPaint));
    return EXIT.asExpected;
}

/** Type in dfx.json by canister name. */
export function canisterTypes(project: Project): CanisterTypes {
    const types = [...project.canisters].map(([name, canister]) => {
        return [name, canister.type === 'unsupported' ? canister.declaredType : canister.type];
    });
    return Object.fromEntries(types);
}

function workersOf({ workers }: FuzzOptions): number {
    return workers ?? Math.min(WORKERS_DEFAULT_MAX, availableParallelism());
}

interface Explored {
    readonly outcomes: readonly RunOutcome[];
    readonly notRun: readonly NotRun[];
}

async function explore(
    jobs: readonly Job[],
    options: FuzzOptions,
    context: Context,
    journal: OpenJournal | undefined,
    crew: Crew
): Promise<Explored> {
    const { interrupts, streams } = context;
    interrupts.onFirst(() =>
        streams.note('stopping after the schedules in flight; press Ctrl-C again to stop at once')
    );
    const [{ runJobs }, { shareOf }] = await Promise.all([import('./pool.ts'), import('./shard.ts')]);
    const { shard } = options;
    const shares = jobs.flatMap(job => {
        const settled = shard === undefined ? job.settled : shareOf(job.settled, job.index, shard);
        return settled === undefined ? [] : [{ ...job, settled }];
    });
    const pool = { workers: workersOf(options), interrupts, crew, ...(journal === undefined ? {} : { journal }) };
    const ended = await runJobs(shares, pool, exploreProgress(jobs, streams));
    return {
        outcomes: ended.flatMap(outcome => (outcome === undefined ? [] : [shownOutcome(outcome)])),
        notRun: shares
            .filter((_job, index) => ended[index] === undefined)
            .map(({ scenario, language }) => ({ scenario, language }))
    };
}
