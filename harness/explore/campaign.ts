/** A campaign: many schedules of one scenario on one backend, then the smallest schedule of what broke first. */
import type { ControlledBackend } from '../backend/port.ts';
import { modelText } from '../check/index.ts';
import type { Binding } from '../scenario/bind.ts';
import { ScenarioFunctionError } from '../scenario/errors.ts';
import { campaignError, failedResult } from './campaign-error.ts';
import { failureOf, findingOf } from './failure.ts';
import type { Failure, Origin } from './failure.ts';
import type { CampaignOptions } from './options.ts';
import { settle } from './options.ts';
import type { Settled } from './options.ts';
import { programSource } from './programs.ts';
import type { ProgramSource } from './programs.ts';
import { randomSource } from './random.ts';
import type { Random } from './random.ts';
import type { CampaignResult, Finding } from './results.ts';
import { shrink } from './shrink/shrink.ts';
import { strategyFor } from './strategy/index.ts';
import type { Strategy } from './strategy/strategy.ts';
import { Tally } from './tally.ts';
import { expectationText, mismatchesOf, verdictOf } from './verdict.ts';
import type { ExplorationEnd, Judgement } from './verdict.ts';
import { Walk } from './walk.ts';

/**
 * Explores schedules of a scenario from the backend's present state, which it restores at the end.
 *
 * Deterministic: the result is a function of the binding, the backend's state and the options, unless `shouldStop` says stop.
 * Never throws for anything that a scenario or a canister does: that becomes a result with the verdict `error`.
 */
export function runCampaign(binding: Binding, backend: ControlledBackend, options: CampaignOptions): CampaignResult {
    let campaign: Campaign;
    try {
        campaign = new Campaign(binding, backend, settle(binding.scenario, options));
    } catch (cause) {
        return failedResult(binding.scenario, options, cause);
    }
    return campaign.run();
}

class Campaign {
    readonly #binding: Binding;
    readonly #options: Settled;
    readonly #walk: Walk;
    readonly #tally: Tally;
    #source: ProgramSource | undefined;
    #failure: { readonly failure: Failure; readonly origin: Origin; readonly programIndex: number } | undefined;
    #finding: Finding | undefined;
    #end: ExplorationEnd = 'completed';

    constructor(binding: Binding, backend: ControlledBackend, options: Settled) {
        this.#binding = binding;
        this.#options = options;
        this.#walk = new Walk(binding, backend, options.limits);
        this.#walk.stepsMax = options.stepsMax;
        this.#tally = new Tally(this.#walk);
    }

    run(): CampaignResult {
        let error: unknown;
        try {
            this.#explore();
            this.#explain();
        } catch (cause) {
            error = cause;
            this.#salvage();
        }
        this.#walk.listener = {};
        this.#walk.reset();
        return this.#result(error);
    }

    #explore(): void {
        const { scenario } = this.#binding;
        const initial = modelText(this.#binding, scenario.model?.initial);
        this.#source = programSource(this.#binding, this.#options.seed);
        this.#walk.listener = this.#tally;
        this.#end = this.#schedules(this.#source);
        if (modelText(this.#binding, scenario.model?.initial) !== initial) {
            throw new ScenarioFunctionError(
                scenario,
                'the reference model',
                'changed its initial state: return a new state instead'
            );
        }
    }

    /** Schedule after schedule, until there are no more, or enough. */
    #schedules(source: ProgramSource): ExplorationEnd {
        const { seed, schedules, programs, schedulesPerProgram, shouldStop } = this.#options;
        const random = randomSource(seed, this.#binding.scenario.id, 'schedule');
        let strategy = this.#strategy();
        let program = -1;
        for (let index = 0; index < schedules; index++) {
            if (shouldStop()) return 'stopped';
            const next =
                this.#options.strategy === 'exhaustive'
                    ? Math.max(program, 0)
                    : Math.floor(index / schedulesPerProgram);
            if (source.generated ? next !== program : program < 0) this.#load(source, (program = next));
            if (!this.#one(strategy, random(index), index, program)) {
                // Only the exhaustive strategy runs dry: the next program, if there is one, has an enumeration of its own.
                if (!source.generated || program + 1 >= programs) return source.generated ? 'completed' : 'exhausted';
                strategy = this.#strategy();
                this.#load(source, ++program);
                index--;
            }
            if (this.#enough(index)) return 'after-violation';
            if (this.#walk.steps >= this.#walk.stepsMax) return 'spent';
        }
        return this.#allSeen(source) ? 'completed' : 'budget';
    }

    #strategy(): Strategy {
        return strategyFor(this.#options.strategy, { withFaults: this.#binding.faults.length > 0 });
    }

    /** An enumeration that did not come to its end is not complete; samples are as many as were asked for. */
    #allSeen(source: ProgramSource): boolean {
        return this.#options.strategy !== 'exhaustive' && (source.generated || this.#options.schedules > 0);
    }

    #load(source: ProgramSource, index: number): void {
        const program = source.at(index);
        this.#walk.load(program);
        this.#tally.programs++;
        this.#tally.mayOverlap ||= program.mayOverlap;
    }

    /** Runs one schedule; false when the strategy has no further one. */
    #one(strategy: Strategy, random: Random, index: number, programIndex: number): boolean {
        const end = this.#walk.run(strategy, random);
        if (end === undefined) return false;
        this.#tally.ended(index, end);
        if (this.#failure === undefined) {
            const failure = failureOf(this.#walk);
            if (failure !== undefined) {
                const { seed, strategy: name } = this.#options;
                this.#failure = { failure, origin: { seed, strategy: name, scheduleIndex: index }, programIndex };
                this.#handOut();
                if (strategy.backtracks) this.#resume(strategy, random);
                // What else breaks is worth half of what is left; the other half is for shrinking.
                this.#walk.stepsMax -= Math.max(0, this.#walk.stepsMax - this.#walk.steps) / 2;
            }
        }
        this.#progress('explore', this.#tally.schedules, this.#options.schedules);
        return true;
    }

    /** After the first violation some more schedules tell what else breaks; expected invariants are waited for. */
    #enough(index: number): boolean {
        if (this.#failure === undefined) return false;
        const { expect } = this.#binding.scenario;
        const waiting = expect?.verdict === 'breaks' && !expect.invariants.every(each => this.#tally.isBroken(each));
        return !waiting && index >= this.#failure.origin.scheduleIndex + this.#options.schedulesAfterViolation;
    }

    /** Writes down the raw finding and hands it out, before anything can go wrong in shrinking. */
    #handOut(): void {
        if (this.#failure === undefined || this.#finding !== undefined) return;
        const { failure, origin } = this.#failure;
        const loaded = this.#walk.program;
        this.#finding = this.#uncounted(() => findingOf(this.#walk, failure, origin, 'raw'));
        this.#walk.load(loaded);
        this.#options.onFinding(this.#finding);
    }

    /** Recording undid the marks of an enumeration; the schedule that it was at, run once more, sets them again. */
    #resume(strategy: Strategy, random: Random): void {
        const walk = this.#walk;
        const { listener, stepsMax } = walk;
        walk.listener = {};
        walk.stepsMax = Infinity;
        strategy.again?.();
        this.#uncounted(() => walk.run(strategy, random));
        walk.listener = listener;
        walk.stepsMax = stepsMax;
    }

    /** What broke before the error is still a finding; the error is reported in any case, so one in here adds nothing. */
    #salvage(): void {
        try {
            this.#handOut();
        } catch {
            // The finding is lost only when the very same schedule runs into the error again.
        }
    }

    #explain(): void {
        this.#handOut();
        if (this.#failure === undefined || !this.#options.shrink) return;
        const { failure, origin, programIndex } = this.#failure;
        const { seed, shrinkSchedules, shouldStop, stepsMax } = this.#options;
        this.#walk.listener = {};
        this.#walk.stepsMax = stepsMax;
        const smallest = this.#uncounted(() => {
            const shrunk = shrink(this.#walk, failure, {
                seed,
                schedulesMax: shrinkSchedules,
                shouldStop,
                source: this.#source!,
                programIndex,
                onProgress: schedules => this.#progress('shrink', schedules, shrinkSchedules)
            });
            return findingOf(this.#walk, shrunk.failure, origin, shrunk.complete ? 'minimal' : 'reduced');
        });
        this.#finding = smallest;
        this.#options.onFinding(smallest);
    }

    /** Executions that explain are not exploration: they do not count. */
    #uncounted<T>(run: () => T): T {
        const { messages, steps, faultsInjected } = this.#walk;
        try {
            return run();
        } finally {
            Object.assign(this.#walk, { messages, steps, faultsInjected });
        }
    }

    #progress(phase: 'explore' | 'shrink', schedules: number, schedulesMax: number): void {
        this.#options.onProgress({
            phase,
            scenario: this.#binding.scenario.id,
            schedules,
            schedulesMax,
            messages: this.#walk.messages,
            broken: this.#failure === undefined ? [] : this.#tally.broken().map(each => each.name)
        });
    }

    /** What the budget of steps went to, for the reason. */
    #spent(): string {
        const { message, steps } = this.#walk.dearest;
        const dearest = message === undefined ? '' : `; ${this.#walk.properties.pathOf(message)} alone took ${steps}`;
        return `the budget of ${this.#options.stepsMax} metered steps${dearest}`;
    }

    #result(error: unknown): CampaignResult {
        const { scenario } = this.#binding;
        const stats = this.#tally.stats();
        const broken = this.#tally.broken();
        const outcomes = this.#tally.outcomes();
        const problem = error === undefined ? undefined : campaignError(error);
        const judgement: Judgement =
            problem !== undefined
                ? { verdict: 'error', reason: problem.message }
                : verdictOf(scenario, {
                      end: this.#end,
                      stats,
                      broken,
                      outcomes,
                      mayOverlap: this.#tally.mayOverlap,
                      messagesMax: this.#options.limits.messagesMax,
                      undecided: this.#tally.undecided(),
                      onlyRejected: this.#tally.onlyRejected(),
                      spent: this.#spent()
                  });
        const expected = expectationText(scenario);
        const exhaustive = this.#end === 'exhausted' && problem === undefined && stats.cut === 0;
        const enumerated = exhaustive ? stats.schedules : undefined;
        const mismatches = mismatchesOf(scenario, judgement, broken, this.#finding, enumerated);
        return {
            scenario: scenario.id,
            about: scenario.about,
            location: scenario.location,
            strategy: this.#options.strategy,
            seed: this.#options.seed,
            ...judgement,
            exhaustive,
            ...(expected === undefined ? {} : { expected }),
            comparison:
                expected === undefined ? 'no-expectation' : mismatches.length === 0 ? 'as-expected' : 'unexpected',
            mismatches,
            broken,
            stats,
            ...(this.#finding === undefined ? {} : { finding: this.#finding }),
            ...(outcomes === undefined ? {} : { outcomes }),
            ...(problem === undefined ? {} : { error: problem })
        };
    }
}
