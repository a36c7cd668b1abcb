/**
 * What a worker has open: the scenario that it explores, deployed once and used for chunk after chunk. Everything that a scenario or its
 * canisters do wrong becomes an answer.
 */
import { join } from 'node:path';
import { exploreChunk } from '../explore/chunk-run.ts';
import type { ChunkHooks } from '../explore/chunk-run.ts';
import { explain } from '../explore/explain.ts';
import { factsOf } from '../explore/facts.ts';
import type { ScenarioFacts } from '../explore/facts.ts';
import { groundOf } from '../explore/ground.ts';
import type { Ground } from '../explore/ground.ts';
import { campaignError } from '../explore/index.ts';
import { deploy } from './deploy.ts';
import { Deployments } from './deployments.ts';
import { GO_ON } from './protocol.ts';
import type { ChunkReply, ChunkTask, ExplainReply, ExplainTask, Job, Shared, WorkerNews } from './protocol.ts';
import { replicaOf } from './replica-choices.ts';
import { loadScenario } from './scenario-files.ts';

/** At most one progress message in this time. */
const PROGRESS_MS = 100;

/** A scenario that is deployed. */
interface Open {
    readonly job: Job;
    readonly ground: Ground;
    readonly facts: ScenarioFacts;
    readonly release: () => void;
}

export class Explorations {
    readonly #shared: Shared;
    readonly #tell: (news: WorkerNews) => void;
    readonly #deployments = new Deployments();
    #open: Open | undefined;
    /** The job that was given last. */
    #job: Job | undefined;

    constructor(shared: Shared, tell: (news: WorkerNews) => void) {
        this.#shared = shared;
        this.#tell = tell;
    }

    async chunk({ index, job, chunk, cutAfterMs, finished }: ChunkTask): Promise<ChunkReply> {
        try {
            const { ground, facts } = await this.#opened(index, job);
            const pace = new Pace(cutAfterMs);
            const hooks: ChunkHooks = {
                shouldStop: () => this.#shouldStop(index),
                isCutHere: () => pace.isLong(),
                onSchedule: schedule => {
                    this.#shared.at[0] = schedule;
                },
                onProgress: (schedules, messages, broken) => {
                    if (!pace.isDue()) return;
                    const done = { schedules, messages, broken: broken() };
                    this.#tell({ kind: 'progress', job: index, phase: 'explore', ...done });
                },
                onFound: found => this.#tell({ kind: 'found', job: index, found })
            };
            const result = exploreChunk(ground, chunk, hooks, finished);
            // After an error nobody knows what state it is in.
            if (result.error !== undefined) this.#open = undefined;
            await leftOvers();
            return { kind: 'ran', facts, result, exploredMs: pace.elapsedMs };
        } catch (thrown) {
            return { kind: 'not-runnable', error: campaignError(thrown) };
        }
    }

    async explain({ index, job, explain: task }: ExplainTask): Promise<ExplainReply> {
        try {
            const { ground } = await this.#opened(index, job);
            this.#shared.at[0] = task.found.finding.scheduleIndex;
            const pace = new Pace();
            const explained = explain(ground, task, {
                shouldStop: () => this.#shouldStop(index),
                onProgress: (schedules, size) => {
                    if (!pace.isDue()) return;
                    const done = { schedules, messages: 0, broken: [], size };
                    this.#tell({ kind: 'progress', job: index, phase: 'shrink', ...done });
                },
                onFinding: finding => this.#tell({ kind: 'finding', job: index, finding })
            });
            if (explained.error !== undefined) this.#open = undefined;
            await leftOvers();
            return { kind: 'explained', explained };
        } catch (thrown) {
            return { kind: 'not-runnable', error: campaignError(thrown) };
        }
    }

    #shouldStop(index: number): boolean {
        const { flag, jobs } = this.#shared;
        return Atomics.load(flag, 0) !== GO_ON || Atomics.load(jobs, index) !== GO_ON;
    }

    /** The scenario of a job; deploys it where it is not the one at hand. */
    async #opened(index: number, given: Job | undefined): Promise<Open> {
        if (this.#open?.job.index === index) return this.#open;
        this.#open?.release();
        this.#open = undefined;
        const job = given ?? this.#job;
        if (job?.index !== index) throw new Error(`internal error: job ${index} is not known here`);
        this.#job = job;
        const { project, path, canisters, choices, metering, settled } = job;
        const { scenario } = await loadScenario(project, path, job.scenario);
        const options = {
            seed: choices.seed,
            metering,
            ...replicaOf(choices),
            transitionTable: choices.transitionTable ?? 'on',
            marksBlocks: choices.marksBlocks ?? false,
            cacheDirectory: join(project, '.interleave', 'cache')
        } as const;
        const { backend, binding, release } = await deploy(scenario, canisters, options, this.#deployments);
        const every = choices.checkDeterminism;
        // One of its own, that nobody has used and nobody will use.
        const plain = { ...options, transitionTable: 'off' } as const;
        const again = every === undefined ? undefined : (await deploy(scenario, canisters, plain)).backend;
        const twin = every === undefined || again === undefined ? undefined : { backend: again, every };
        const ground = groundOf(binding, backend, settled, twin);
        this.#open = { job, ground, facts: factsOf(binding), release };
        this.#tell({ kind: 'deployed', job: index });
        return this.#open;
    }
}

/** What the scenario left behind to happen soon happens here, and ends this task and not the next one. */
function leftOvers(): Promise<void> {
    return new Promise(resolve => {
        setImmediate(resolve);
    });
}

/** Reads the clock once a schedule. */
class Pace {
    #now = performance.now();
    readonly #started = this.#now;
    #told = this.#now;
    readonly #longMs: number;

    /** `longMs`: what is a long time. */
    constructor(longMs = Infinity) {
        this.#longMs = longMs;
    }

    /** Whether it is time to tell how far it is. To be asked after every schedule. */
    isDue(): boolean {
        this.#now = performance.now();
        if (this.#now - this.#told < PROGRESS_MS) return false;
        this.#told = this.#now;
        return true;
    }

    /** Whether it has taken a long time. */
    isLong(): boolean {
        return this.elapsedMs >= this.#longMs;
    }

    /** When last asked. */
    get elapsedMs(): number {
        return this.#now - this.#started;
    }
}
