/** One scenario in one language, explored in a worker: deploy, run the campaign, keep the schedule file of what it finds. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_LIMITS, campaignError, runCampaign } from '../explore/index.ts';
import type { CampaignOptions, WalkLimits } from '../explore/index.ts';
import type { CampaignProgress, CampaignResult, Finding } from '../explore/results.ts';
import { DEFAULT_LIMITS as REPLICA_LIMITS } from '../replica/index.ts';
import type { MeteringChoice, ToolLimits } from '../replica/index.ts';
import { scheduleOf, writeSchedule } from '../replay/index.ts';
import { deploy } from './deploy.ts';
import { Deployments } from './deployments.ts';
import { failedResult } from './failure.ts';
import type { ExploreChoices, Job, WorkerReport } from './protocol.ts';
import { loadScenario, projectPath } from './scenario-files.ts';

/** How the replica is set up unless choices say otherwise; written into every schedule file. */
const FEES = 'standard';
const STEPS_MAX = REPLICA_LIMITS.steps.message;

/** Of this thread. */
const DEPLOYMENTS = new Deployments();

/** What the thread gives: a way to report and the stop flag. */
export interface WorkerTools {
    readonly report: (report: WorkerReport) => void;
    readonly interrupted: () => boolean;
}

/** At most one progress message in this time; and the clock is read only every so many schedules. */
const PROGRESS_MS = 100;
const CLOCK_EVERY = 16;

/** Runs the job and reports `found` and `done`. Everything that the scenario or its canisters do wrong becomes a result. */
export async function exploreJob(job: Job, tools: WorkerTools): Promise<void> {
    const started = performance.now();
    const keeper = new ScheduleKeeper(job, tools);
    const stop = new OuterStop(job.choices.timeLimitMs, tools.interrupted);
    let result: CampaignResult;
    try {
        const { scenario } = await loadScenario(job.project, job.path, job.scenario);
        keeper.metering = job.choices.metering ?? scenario.metering ?? 'auto';
        const options = {
            seed: job.choices.seed,
            fees: FEES,
            metering: keeper.metering,
            ...replicaOf(job.choices),
            transitionTable: job.choices.transitionTable ?? 'on',
            marksBlocks: job.choices.marksBlocks ?? false,
            cacheDirectory: join(job.project, '.interleave', 'cache')
        } as const;
        const { backend, binding, release } = await deploy(scenario, job.canisters, options, DEPLOYMENTS);
        result = runCampaign(binding, backend, campaignOptions(job, tools, stop, keeper));
        // After an error nobody knows what state it is in.
        if (result.verdict !== 'error') release();
    } catch (thrown) {
        result = failedResult(job, campaignError(thrown));
    }
    // What the scenario left behind to happen soon happens here, and ends this job and not the next one.
    await new Promise(resolve => setImmediate(resolve));
    const outcome = {
        language: job.language,
        result,
        elapsedMs: performance.now() - started,
        ...keeper.filesOf(result),
        ...(stop.reason === undefined ? {} : { stopped: stop.reason })
    };
    tools.report({ kind: 'done', job: job.index, outcome });
}

function campaignOptions(job: Job, tools: WorkerTools, stop: OuterStop, keeper: ScheduleKeeper): CampaignOptions {
    const { seed, schedules, strategy, reduction, shrink, budget } = job.choices;
    return {
        seed,
        shrink,
        ...(schedules === undefined ? {} : { schedules }),
        ...(strategy === undefined ? {} : { strategy }),
        ...(reduction === undefined ? {} : { reduction }),
        ...(budget === undefined ? {} : { stepsMax: budget }),
        limits: limitsOf(job.choices),
        shouldStop: () => stop.now(),
        onProgress: throttled(progress => tools.report({ kind: 'progress', job: job.index, progress })),
        onFinding: finding => keeper.keep(finding)
    };
}

function limitsOf({ messagesMax }: ExploreChoices): Partial<WalkLimits> {
    return messagesMax === undefined ? {} : { messagesMax };
}

/** What the replica allows, as options of the backend and as a schedule file has it. */
function replicaOf(
    { stepsMax = STEPS_MAX, limits }: ExploreChoices
): { readonly stepsMax: number; readonly limits?: ToolLimits } {
    return { stepsMax, ...(limits === undefined ? {} : { limits }) };
}

/** The outer stop: the user, or the time limit. Remembers why it said stop. Reads the clock. */
class OuterStop {
    reason: 'interrupted' | 'time-limit' | undefined;
    readonly #interrupted: () => boolean;
    readonly #deadline: number;

    constructor(limitMs: number | undefined, interrupted: () => boolean) {
        this.#interrupted = interrupted;
        this.#deadline = limitMs === undefined ? Infinity : performance.now() + limitMs;
    }

    now(): boolean {
        if (this.#interrupted()) this.reason = 'interrupted';
        else if (this.#deadline !== Infinity && performance.now() > this.#deadline) this.reason = 'time-limit';
        return this.reason !== undefined;
    }
}

/** Keeps a schedule file for each failure: written as soon as it is found, replaced when it was shrunk. */
class ScheduleKeeper {
    readonly #files = new Map<string, string>();
    /** Of the run: what was asked for, by the command line or the scenario. */
    metering: MeteringChoice = 'auto';
    readonly #job: Job;
    readonly #tools: WorkerTools;

    constructor(job: Job, tools: WorkerTools) {
        this.#job = job;
        this.#tools = tools;
    }

    /** The files of the findings of a result; those of failures that turned out to be the same are deleted. */
    filesOf({ findings }: CampaignResult): { readonly file?: string; readonly files?: readonly string[] } {
        const files = findings.flatMap(each => this.#files.get(keyOf(each)) ?? []);
        for (const file of this.#files.values()) if (!files.includes(file)) rmSync(file, { force: true });
        const [file] = files;
        return file === undefined ? {} : { file, files };
    }

    keep(finding: Finding): void {
        const { findings, toolVersion, path, project, about, language, canisters, choices } = this.#job;
        const file = writeSchedule(
            findings,
            scheduleOf(finding, {
                toolVersion,
                file: projectPath(project, path),
                about,
                language,
                backend: {
                    name: 'embedded',
                    metering: this.metering,
                    fees: FEES,
                    seed: choices.seed,
                    ...replicaOf(choices),
                    ...DEFAULT_LIMITS,
                    ...limitsOf(choices)
                },
                canisters: canisters.map(({ role, name, wasmSha256 }) => ({ role, name, wasmSha256 }))
            })
        );
        const known = this.#files.get(keyOf(finding));
        if (known !== undefined && known !== file) rmSync(known, { force: true });
        this.#files.set(keyOf(finding), file);
        if (finding.shrunk === 'raw' && known === undefined) {
            this.#tools.report({ kind: 'found', job: this.#job.index, file, invariant: finding.invariant });
        }
    }
}

/** A failure keeps where it was found when it gets smaller. */
function keyOf({ scheduleIndex, invariant }: Finding): string {
    return `${scheduleIndex} ${invariant}`;
}

/** Hands on at most one progress message in PROGRESS_MS; reads the clock. */
function throttled(send: (progress: CampaignProgress) => void): (progress: CampaignProgress) => void {
    let calls = 0;
    let last = performance.now();
    return progress => {
        calls += 1;
        if (calls % CLOCK_EVERY !== 0) return;
        const now = performance.now();
        if (now - last < PROGRESS_MS) return;
        last = now;
        send(progress);
    };
}
