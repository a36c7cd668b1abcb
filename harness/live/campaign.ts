/** A campaign on a running replica: try plans, and when one breaks an invariant, repeat it, shrink it, write it down. */
import type { LiveBackend } from '../backend/live.ts';
import { campaignError } from '../explore/campaign-error.ts';
import { programSource } from '../explore/programs.ts';
import { randomSource } from '../explore/random.ts';
import type { CampaignError } from '../explore/results.ts';
import { expectationText } from '../explore/verdict.ts';
import type { Binding } from '../scenario/bind.ts';
import type { Scenario } from '../scenario/types.ts';
import { Attempts } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import { findingOf } from './finding.ts';
import { planOf } from './plan.ts';
import type { LiveFinding, LiveProgress, LiveResult, LiveStats } from './results.ts';
import { repeatPlan, shrinkPlan } from './shrink.ts';
import { LiveTally } from './tally.ts';
import { liveMismatches, liveVerdict, notesOf, whySkipped } from './verdict.ts';
import type { LiveJudgement } from './verdict.ts';

export interface LiveOptions {
    readonly seed: number;
    /** Plans tried at most. Default: that of the scenario, at most 30. */
    readonly plans?: number;
    /** How often a failing plan is repeated. Default 10. */
    readonly repeats?: number;
    /** Default true. */
    readonly shrink?: boolean;
    /** Asked before every attempt. */
    readonly shouldStop?: () => boolean;
    readonly onProgress?: (progress: LiveProgress) => void;
    /** Called as soon as something is found, and again when it was repeated and shrunk. */
    readonly onFinding?: (finding: LiveFinding) => void;
}

const PLANS = 30;
const REPEATS = 10;
/** Further plans after a violation, to see what else breaks. */
const PLANS_AFTER = 5;
const PLANS_PER_PROGRAM = 3;
const SHRINK_TRIES = 3;
/** Attempts that shrinking may make: half a minute or two, whatever the size of the plan. */
const SHRINK_ATTEMPTS_MAX = 60;
const NO_STATS: LiveStats = {
    plans: 0, attempts: 0, calls: 0, overlaps: 0, unknown: 0, refused: 0, programs: 0, witnessed: {}
};

/**
 * Never rejects for what replica, canisters or scenario do: that becomes the result's error, beside what was found before. The plans
 * follow from the seed; what comes of them does not.
 */
export async function runLiveCampaign(
    binding: Binding,
    backend: LiveBackend,
    options: LiveOptions
): Promise<LiveResult> {
    const skipped = skippedLiveResult(binding.scenario, options.seed);
    if (skipped !== undefined) return skipped;
    const campaign = new LiveCampaign(binding, backend, options);
    let error: CampaignError | undefined;
    try {
        await campaign.search();
        await campaign.confirm();
    } catch (thrown) {
        error = campaignError(thrown);
    }
    return campaign.result(error);
}

/** The result of a scenario that cannot be run on a running replica; undefined for others. Pure. */
export function skippedLiveResult(scenario: Scenario, seed: number): LiveResult | undefined {
    const reason = whySkipped(scenario);
    return reason === undefined ? undefined : notRun(scenario, seed, reason);
}

function notRun(scenario: Scenario, seed: number, reason: string): LiveResult {
    const { id, about, location } = scenario;
    const expected = expectationText(scenario);
    const facts = { scenario: id, about, location, seed, ...(expected === undefined ? {} : { expected }) };
    const nothing = { mismatches: [], notes: [], broken: [], stats: NO_STATS };
    return { ...facts, ...nothing, verdict: 'skipped', reason, comparison: 'no-expectation' };
}

/** The result of a scenario that could not be deployed. Pure. */
export function failedLiveResult(scenario: Scenario, seed: number, cause: unknown): LiveResult {
    const error = campaignError(cause);
    const comparison = scenario.expect === undefined ? 'no-expectation' : 'unexpected';
    const result = notRun(scenario, seed, error.message);
    return { ...result, verdict: 'error', comparison, mismatches: [error.message], error };
}

function comparisonOf(expected: string | undefined, mismatches: readonly string[]): LiveResult['comparison'] {
    if (expected === undefined) return 'no-expectation';
    return mismatches.length > 0 ? 'unexpected' : 'as-expected';
}

class LiveCampaign {
    readonly #binding: Binding;
    readonly #options: LiveOptions;
    readonly #attempts: Attempts;
    readonly #tally: LiveTally;
    #stopped = false;
    #failure: { readonly attempt: Attempt; readonly invariant: string; readonly planIndex: number } | undefined;
    #finding: LiveFinding | undefined;

    constructor(binding: Binding, backend: LiveBackend, options: LiveOptions) {
        this.#binding = binding;
        this.#options = options;
        this.#attempts = new Attempts(binding, backend);
        this.#tally = new LiveTally(binding);
    }

    async search(): Promise<void> {
        const { seed } = this.#options;
        const { scenario } = this.#binding;
        const { windows } = this.#attempts.backend.pace;
        const programs = programSource(this.#binding, seed);
        const random = randomSource(seed, scenario.id, 'live');
        let most = this.#options.plans ?? Math.min(scenario.schedules ?? PLANS, PLANS);
        for (let index = 0; index < most; index++) {
            if (this.#shouldStop()) return;
            const program = programs.at(Math.floor(index / PLANS_PER_PROGRAM));
            const isNew = index === 0 || (programs.generated && index % PLANS_PER_PROGRAM === 0);
            if (isNew) this.#tally.programs += 1;
            const attempt = await this.#attempts.run(planOf(program, windows, random(index)));
            this.#tally.ended(index, attempt);
            this.#options.onProgress?.({ phase: 'search', done: index + 1, most, broken: this.#tally.brokenNames() });
            const [broken] = attempt.broken;
            if (broken !== undefined && this.#failure === undefined) {
                this.#failure = { attempt, invariant: broken.invariant, planIndex: index };
                this.#found(attempt, { shrunk: 'raw' });
                most = Math.min(most, index + 1 + PLANS_AFTER);
            }
            if (this.#failure !== undefined && this.#seenAllExpected()) return;
        }
    }

    /** Repeats what was found, then shrinks it and repeats what is left. */
    async confirm(): Promise<void> {
        if (this.#failure === undefined) return;
        const { attempt, invariant } = this.#failure;
        const times = this.#options.repeats ?? REPEATS;
        const first = await this.#repeat(attempt, times);
        this.#found(attempt, { shrunk: 'raw', repeats: first });
        if (this.#options.shrink === false || this.#shouldStop()) return;
        let done = 0;
        const shrunk = await shrinkPlan(this.#attempts, attempt, invariant, {
            tries: SHRINK_TRIES,
            shouldStop: () => done >= SHRINK_ATTEMPTS_MAX || this.#shouldStop(),
            onAttempt: () => this.#progress('shrink', ++done, SHRINK_ATTEMPTS_MAX)
        });
        const repeats = shrunk.attempt === attempt ? first : await this.#repeat(shrunk.attempt, times);
        this.#found(shrunk.attempt, { shrunk: shrunk.complete ? 'minimal' : 'reduced', repeats });
    }

    result(error: CampaignError | undefined): LiveResult {
        const { scenario } = this.#binding;
        const { id, about, location } = scenario;
        const broken = this.#tally.broken();
        const judgement: LiveJudgement =
            error === undefined || broken.length > 0
                ? liveVerdict(scenario, this.#tally, this.#stopped)
                : { verdict: 'error', reason: error.message };
        const mismatches = error === undefined ? liveMismatches(scenario, judgement, broken) : [error.message];
        const expected = expectationText(scenario);
        const outcomes = this.#tally.outcomes();
        return {
            scenario: id,
            about,
            location,
            seed: this.#options.seed,
            ...judgement,
            ...(expected === undefined ? {} : { expected }),
            comparison: comparisonOf(expected, mismatches),
            mismatches,
            notes: notesOf(scenario),
            broken,
            ...(this.#finding === undefined ? {} : { finding: this.#finding }),
            ...(outcomes === undefined ? {} : { outcomes }),
            stats: this.#tally.stats(this.#attempts.count),
            ...(error === undefined ? {} : { error })
        };
    }

    #repeat({ plan }: Attempt, times: number): ReturnType<typeof repeatPlan> {
        let done = 0;
        return repeatPlan(this.#attempts, plan, this.#failure!.invariant, {
            times,
            shouldStop: () => this.#shouldStop(),
            onAttempt: () => this.#progress('repeat', ++done, times)
        });
    }

    #found(attempt: Attempt, what: Pick<LiveFinding, 'shrunk' | 'repeats'>): void {
        const { invariant, planIndex } = this.#failure!;
        const { repeats, shrunk } = what;
        const counted = repeats === undefined ? {} : { repeats: { times: repeats.times, appeared: repeats.appeared } };
        const { unit } = this.#attempts.backend.pace;
        const facts = { unit, seed: this.#options.seed, planIndex, invariant, shrunk, ...counted };
        this.#finding = findingOf(this.#binding, attempt, facts);
        this.#options.onFinding?.(this.#finding);
    }

    /** Whether everything that is expected to break, and can be seen to, did. */
    #seenAllExpected(): boolean {
        const { expect, invariants } = this.#binding.scenario;
        const broken = this.#tally.brokenNames();
        if (expect?.verdict !== 'breaks') return false;
        return expect.invariants.every(name => {
            return broken.includes(name) || invariants.some(each => each.name === name && each.when === 'always');
        });
    }

    #shouldStop(): boolean {
        this.#stopped ||= this.#options.shouldStop?.() ?? false;
        return this.#stopped;
    }

    #progress(phase: 'repeat' | 'shrink', done: number, most: number): void {
        this.#options.onProgress?.({ phase, done, most, broken: this.#tally.brokenNames() });
    }
}
