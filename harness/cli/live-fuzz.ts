/** `fuzz --backend network` and `pocketic`: the same scenarios, one after the other, on a replica that runs by itself. */
import { rmSync } from 'node:fs';
import type { Project } from '../build/index.ts';
import { campaignError } from '../explore/campaign-error.ts';
import { failedLiveResult, planSectionsOf, runLiveCampaign, skippedLiveResult, writePlan } from '../live/index.ts';
import type { LiveFinding, LiveOptions, LiveProgress, LiveResult } from '../live/index.ts';
import { liveJson, liveStanding, liveText, liveVerdictText } from '../report/live.ts';
import type { LiveOutcomeRow } from '../report/live.ts';
import { timeText } from '../report/table.ts';
import { count, plain } from '../report/text.ts';
import { compile, compileEach } from './compile.ts';
import type { Context } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { isInternal } from './failure.ts';
import { roleBuilds } from './jobs.ts';
import { deployLive } from './live-deploy.ts';
import { openBackend } from './live-backend.ts';
import type { LiveEndpoint } from './live-endpoint.ts';
import { BackendOptionError } from './network-errors.ts';
import type { FuzzOptions } from './options.ts';
import { shownPath } from './paths.ts';
import type { RoleBuild } from './protocol.ts';
import type { Target } from './targets.ts';

interface LiveRun {
    /** Why canisters could not be built, by name. */
    readonly failures: ReadonlyMap<string, unknown>;
    readonly project: Project;
    readonly options: FuzzOptions;
    /** Absolute path of the directory of plan files. */
    readonly findings: string;
    readonly context: Context;
}

/** Runs the targets; resolves to the exit code. Throws errors of the build, of the endpoint, and BackendOptionError. */
export async function liveFuzz(targets: readonly Target[], run: Omit<LiveRun, 'failures'>): Promise<number> {
    const started = performance.now();
    const { options, project, context, findings } = run;
    const backend = options.backend === 'pocketic' ? 'pocketic' : 'network';
    refuseOptions(options, backend);
    const { interrupts, streams } = context;
    const names = [...new Set(targets.flatMap(({ canisters }) => canisters.map(({ name }) => name)))];
    const { failures } = await compileEach(project, names, context);
    interrupts.onFirst(() => streams.note('stopping after the attempt in flight; press Ctrl-C again to stop at once'));
    const endpoint = await openBackend(backend, options, { project, context });
    const rows: LiveOutcomeRow[] = [];
    try {
        for (const [index, target] of targets.entries()) {
            if (interrupts.interrupted()) break;
            const place = `[${index + 1}/${targets.length}]`;
            rows.push(await runTarget(target, place, endpoint, { ...run, failures }));
        }
    } finally {
        await endpoint.close();
    }
    const notRun = targets.slice(rows.length).map(({ scenario, language }) => ({ scenario: scenario.id, language }));
    const interrupted = interrupts.interrupted();
    const exitCode = exitCodeOf(rows, interrupted);
    const facts = {
        toolVersion: context.toolVersion,
        seed: options.seed,
        exitCode,
        interrupted,
        notRun,
        replica: endpoint.place,
        findings: shownPath(findings),
        totalMs: performance.now() - started
    };
    streams.out(options.json ? liveJson(rows, facts) : liveText(rows, facts, streams.outPaint));
    return exitCode;
}

/** What only means something where the order of messages is chosen. */
function refuseOptions(options: FuzzOptions, backend: LiveEndpoint['backend']): void {
    const { strategy, depth, coverage, maxSteps, workers, metering, maxHeap, limit } = options;
    const { maxMessageSteps, maxTotalSteps } = options;
    const fix = 'Leave it out: a running replica has an order and limits of its own, and takes one scenario at a time.';
    const steps = { '--max-message-steps': maxMessageSteps, '--max-total-steps': maxTotalSteps };
    const chosen = {
        '--strategy': strategy,
        '--depth': depth,
        '--reduction': options.reduction,
        '--max-switches': options.maxSwitches,
        '--transition-table': options.transitionTable,
        '--check-determinism': options.checkDeterminism
    };
    const others = { ...chosen, '--max-steps': maxSteps, '--workers': workers, '--metering': metering };
    const limits = { '--max-heap': maxHeap, '--limit': limit, '--coverage': coverage };
    for (const [option, value] of Object.entries({ ...others, ...steps, ...limits })) {
        if (value !== undefined) throw new BackendOptionError(option, backend, fix);
    }
}

async function runTarget(target: Target, place: string, endpoint: LiveEndpoint, run: LiveRun): Promise<LiveOutcomeRow> {
    const { context, options } = run;
    const { scenario, language } = target;
    const started = performance.now();
    const name = `${place} ${plain(scenario.id)} ${language}`;
    const stop = new OuterStop(options.timeLimit, context);
    const keeper = new PlanKeeper(target, endpoint, run);
    const campaign: LiveOptions = {
        seed: options.seed,
        shrink: options.shrink,
        ...(options.schedules === undefined ? {} : { plans: options.schedules }),
        shouldStop: () => stop.now(),
        onProgress: progress => context.streams.status(`${name}: ${progressText(progress)}`),
        onFinding: finding => keeper.keep(finding)
    };
    const unbuilt = target.canisters.find(each => run.failures.has(each.name));
    const result =
        skippedLiveResult(scenario, options.seed) ??
        (unbuilt === undefined
            ? await runDeployed(target, endpoint, { run, keeper, campaign })
            : failedLiveResult(scenario, options.seed, run.failures.get(unbuilt.name)));
    const row = {
        language,
        result: { ...result, location: shownPath(result.location) },
        elapsedMs: performance.now() - started,
        ...(keeper.file === undefined ? {} : { file: shownPath(keeper.file) }),
        ...(stop.reason === undefined ? {} : { stopped: stop.reason })
    };
    const size = count(result.stats.plans, 'plan');
    context.streams.milestone(`${name}: ${liveVerdictText(row)} after ${size} in ${timeText(row.elapsedMs)}`);
    return row;
}

async function runDeployed(
    target: Target,
    endpoint: LiveEndpoint,
    { run, keeper, campaign }: { readonly run: LiveRun; readonly keeper: PlanKeeper; readonly campaign: LiveOptions }
): Promise<LiveResult> {
    const { scenario } = target;
    let result: LiveResult;
    try {
        const { backend, binding, builds } = await deployLive(scenario, target.canisters, {
            endpoint,
            project: run.project.directory,
            build: canisterIds => buildFor(target, canisterIds, run)
        });
        keeper.builds = builds;
        result = await runLiveCampaign(binding, backend, campaign);
        // Over a broken connection nothing can be deleted.
        if (!/^(?:NETWORK|POCKETIC)_/.test(result.error?.code ?? ''))
            for (const line of await backend.close()) run.context.streams.note(plain(line));
    } catch (thrown) {
        result = failedLiveResult(scenario, campaign.seed, thrown);
    }
    if (result.error === undefined) return result;
    // That our own server died says more than that nobody answers.
    const died = endpoint.ended();
    return died === undefined ? result : { ...result, error: campaignError(died), mismatches: [died.message] };
}

/** The user, or the time limit. Reads the clock. */
class OuterStop {
    reason: LiveOutcomeRow['stopped'];
    readonly #context: Context;
    readonly #deadline: number;

    constructor(seconds: number | undefined, context: Context) {
        this.#context = context;
        this.#deadline = seconds === undefined ? Infinity : performance.now() + seconds * 1000;
    }

    now(): boolean {
        if (this.#context.interrupts.interrupted()) this.reason = 'interrupted';
        else if (performance.now() > this.#deadline) this.reason = 'time-limit';
        return this.reason !== undefined;
    }
}

/** Keeps one plan file a scenario and language: written as soon as something is found, replaced when it was repeated and shrunk. */
class PlanKeeper {
    file: string | undefined;
    builds: readonly RoleBuild[] = [];
    readonly #target: Target;
    readonly #endpoint: LiveEndpoint;
    readonly #run: LiveRun;

    constructor(target: Target, endpoint: LiveEndpoint, run: LiveRun) {
        this.#target = target;
        this.#endpoint = endpoint;
        this.#run = run;
    }

    keep(finding: LiveFinding): void {
        const { file, scenario, language } = this.#target;
        const { backend, server, roundMs } = this.#endpoint;
        const { context, findings } = this.#run;
        const sections = planSectionsOf(finding, {
            toolVersion: context.toolVersion,
            file,
            about: scenario.about,
            language,
            backend,
            server,
            ...(roundMs === undefined ? {} : { roundMs }),
            canisters: this.builds.map(({ role, name, wasmSha256 }) => ({ role, name, wasmSha256 }))
        });
        const written = writePlan(findings, sections);
        if (this.file !== undefined && this.file !== written) rmSync(this.file, { force: true });
        this.file = written;
        if (finding.repeats !== undefined) return;
        const name = `${plain(scenario.id)} ${language}`;
        const where = shownPath(written);
        context.streams.milestone(`${name}: ${plain(finding.invariant)} broken, repeating (kept in ${where})`);
    }
}

/** Compiled again only where an import of another canister has to become its id on this replica. */
async function buildFor(
    { canisters }: Target,
    canisterIds: (name: string) => string | undefined,
    { project, context }: LiveRun
): Promise<readonly RoleBuild[]> {
    const names = [...new Set(canisters.map(({ name }) => name))];
    return roleBuilds(canisters, await compile(project, names, context, name => canisterIds(name) ?? ''));
}

function progressText({ phase, done, most, broken }: LiveProgress): string {
    const what = { search: 'plan', repeat: 'repeating', shrink: 'shrinking' }[phase];
    return `${what} ${done}/${most}${broken.length === 0 ? '' : `, broken: ${broken.map(plain).join(', ')}`}`;
}

/** Worst first, as for explorations; skipped scenarios count only when nothing else ran. Pure. */
function exitCodeOf(rows: readonly LiveOutcomeRow[], interrupted: boolean): number {
    if (interrupted) return EXIT.interrupted;
    const standings = rows.map(liveStanding);
    if (rows.some(({ result }) => result.error !== undefined && isInternal(result.error))) return EXIT.internal;
    if (standings.includes('broken')) return EXIT.usage;
    if (standings.includes('bad')) return EXIT.violated;
    if (standings.includes('open') || standings.every(each => each === 'skipped')) return EXIT.undecided;
    return EXIT.asExpected;
}
