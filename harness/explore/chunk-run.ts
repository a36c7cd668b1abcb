/** Runs the schedules of one chunk. */
import type { PendingMessage } from '../trace/types.ts';
import { modelText } from '../check/index.ts';
import { ScenarioFunctionError } from '../scenario/errors.ts';
import type { StrategyName } from '../scenario/strategy-name.ts';
import { campaignError } from './campaign-error.ts';
import { isDivisible, keepsCorpus } from './chunk.ts';
import type { Chunk, ChunkEnd, ChunkResult, RawFinding, Until } from './chunk.ts';
import type { CoverageNumbers } from './coverage/data.ts';
import { CorpusKeeper } from './coverage/corpus.ts';
import { CHUNK_CANDIDATES_MAX } from './distinct.ts';
import { findingOf, newFailures } from './failure.ts';
import type { Failure } from './failure.ts';
import type { Ground } from './ground.ts';
import { both } from './listener.ts';
import type { WalkListener } from './listener.ts';
import type { ProgramSource } from './programs.ts';
import { Finished } from './reduction/finished.ts';
import { randomSource } from './random.ts';
import type { Random } from './random.ts';
import type { CampaignError } from './results.ts';
import type { Seen } from './seen.ts';
import { strategyFacts, strategyFor } from './strategy/index.ts';
import type { Strategy } from './strategy/strategy.ts';
import { Tally } from './tally.ts';
import { estimateSchedules, tryProgram } from './trying.ts';
import { uncounted } from './uncounted.ts';
import type { Walk } from './walk.ts';

/** Who wants to know what happens inside a chunk. None of it changes the result but `shouldStop` and `isCutHere`. */
export interface ChunkHooks {
    /** Asked before every schedule: whether to stop for good. */
    readonly shouldStop: () => boolean;
    /** Asked after every schedule of a chunk that can be divided: whether the rest of it is left to another one. */
    readonly isCutHere?: () => boolean;
    /** Before every schedule: must be cheap. */
    readonly onSchedule?: (index: number) => void;
    /** After every schedule: must be cheap. `broken`: names of invariants. */
    readonly onProgress?: (
        schedules: number,
        messages: number,
        broken: () => readonly string[],
        coverage: Pick<CoverageNumbers, 'pairs' | 'lastGrew'>
    ) => void;
    /** As soon as a failure that none before it in this chunk explains is written down. */
    readonly onFound?: (found: RawFinding) => void;
}

/**
 * Runs a chunk. Deterministic, unless the hooks stop or cut it. Leaves the backend in the state in which schedules begin. Never throws for
 * anything that a scenario or a canister does: that becomes an error in the result. `finished`: what goes with the frontier of the chunk;
 * may be left out where the chunk before it was run last on the same ground.
 */
export function exploreChunk(
    ground: Ground,
    chunk: Chunk,
    hooks: ChunkHooks,
    finished?: readonly Uint8Array[]
): ChunkResult {
    return new ChunkRun(ground, chunk, hooks, finished).run();
}

/** Where a failure was found. */
interface Place {
    readonly index: number;
    readonly program: number;
    readonly strategy: StrategyName;
}

class ChunkRun {
    readonly #ground: Ground;
    readonly #walk: Walk;
    readonly #chunk: Chunk;
    readonly #hooks: ChunkHooks;
    readonly #tally: Tally;
    readonly #finished: Finished | undefined;
    #to: number;
    #until: Until | undefined;
    /** Seen, and the first of them perhaps not written down yet. */
    #unwritten: readonly Failure[] = [];
    #at: Place | undefined;
    readonly #found: RawFinding[] = [];
    #sampler: Strategy | undefined;
    #cutAt: Pick<ChunkResult, 'frontier' | 'finished'> = {};

    constructor(ground: Ground, chunk: Chunk, hooks: ChunkHooks, finished: readonly Uint8Array[] | undefined) {
        this.#ground = ground;
        this.#walk = ground.walk;
        this.#chunk = chunk;
        this.#hooks = hooks;
        const corpus = keepsCorpus(chunk) ? [new CorpusKeeper()] : [];
        this.#tally = new Tally(ground.walk, ground.segments, ...corpus);
        this.#finished = finishedBefore(ground, chunk, finished);
        this.#to = chunk.from;
        this.#until = chunk.until;
    }

    run(): ChunkResult {
        const walk = this.#walk;
        Object.assign(walk, { messages: 0, steps: 0, faultsInjected: 0, dearest: { steps: 0 } });
        walk.stepsMax = this.#chunk.stepsMax;
        let end: ChunkEnd = 'completed';
        let error: CampaignError | undefined;
        try {
            end = this.#explore();
        } catch (cause) {
            error = campaignError(cause);
            this.#salvage();
        }
        const seen = this.#seen();
        const [first, ...others] = this.#found;
        walk.listener = {};
        walk.stepsMax = Infinity;
        walk.reset();
        // What it went on from has come from there, and is long.
        const { corpus: _corpus, frontier: _frontier, ...chunk } = this.#chunk;
        return {
            chunk,
            to: this.#to,
            end,
            seen,
            ...(first === undefined ? {} : { found: first, others }),
            ...(end === 'cut' ? this.#cutAt : {}),
            ...(error === undefined ? {} : { error })
        };
    }

    #explore(): ChunkEnd {
        const { binding } = this.#walk;
        const { scenario } = binding;
        const initial = modelText(binding, scenario.model?.initial);
        const source = this.#ground.source();
        this.#walk.listener = this.#heard(this.#tally);
        const end = this.#schedules(source);
        if (modelText(binding, scenario.model?.initial) !== initial) {
            const problem = 'changed its initial state: return a new state instead';
            throw new ScenarioFunctionError(scenario, 'the reference model', problem);
        }
        return end;
    }

    /** Schedule after schedule, until there are no more, or enough. */
    #schedules(source: ProgramSource): ChunkEnd {
        const { from, to } = this.#chunk;
        const { seed, programs, schedulesPerProgram } = this.#ground.settled;
        const enumerates = !isDivisible(this.#chunk);
        const random = randomSource(seed, this.#walk.binding.scenario.id, 'schedule');
        if (this.#isTooLarge(source)) return 'budget';
        let strategy = this.#strategy();
        let program = -1;
        if (this.#chunk.frontier !== undefined) {
            this.#load(source, ++program, false);
            this.#resume(strategy, random(from), from);
        }
        for (let index = from; index < to; index++) {
            if (this.#hooks.shouldStop()) return 'stopped';
            const next = enumerates ? Math.max(program, 0) : Math.floor(index / schedulesPerProgram);
            if (source.generated ? next !== program : program < 0) {
                program = next;
                const first = source.generated ? next * schedulesPerProgram : 0;
                this.#load(source, program, enumerates || index === first);
                tryProgram(this.#ground, strategy, program);
            }
            if (!this.#one(strategy, random(index), index, program)) {
                // Only the exhaustive strategy runs dry: the next program, if there is one, has an enumeration of its own.
                if (!source.generated || program + 1 >= programs) return source.generated ? 'completed' : 'exhausted';
                strategy = this.#strategy();
                this.#load(source, ++program, true);
                index--;
                continue;
            }
            this.#to = index + 1;
            if (this.#isEnough(index)) return 'after-violation';
            if (this.#walk.steps >= this.#walk.stepsMax) return 'spent';
            if (this.#isCut(strategy, source, enumerates)) return enumerates ? 'cut' : 'completed';
        }
        return enumerates ? 'budget' : 'completed';
    }

    /** An enumeration is cut where somebody else can go on; not between programs, nor where it is to be small. */
    #isCut(strategy: Strategy, source: ProgramSource, enumerates: boolean): boolean {
        if (this.#hooks.isCutHere?.() !== true) return false;
        if (!enumerates) return true;
        if (source.generated || this.#chunk.onlyBelow !== undefined) return false;
        const frontier = strategy.frontier?.();
        if (frontier === undefined) return false;
        const { finished } = strategy;
        this.#cutAt = finished === undefined ? { frontier } : { frontier, finished: finished.handOn() };
        this.#ground.enumerated = finished && { before: this.#to, finished };
        return true;
    }

    #isTooLarge(source: ProgramSource): boolean {
        const { onlyBelow } = this.#chunk;
        if (onlyBelow === undefined) return false;
        this.#walk.load(source.at(0));
        return estimateSchedules(this.#ground) > onlyBelow;
    }

    #seen(): Seen {
        const promised = this.#sampler?.promised?.();
        return promised === undefined ? this.#tally.seen() : { ...this.#tally.seen(), promised };
    }

    #strategy(): Strategy {
        const { strategy, from, corpus = [], frontier } = this.#chunk;
        const walk = this.#walk;
        const { binding, backend } = walk;
        const pathOf = (message: PendingMessage): string => backend.describe(message).path;
        const { reduction } = this.#ground.settled;
        const finished = this.#finished && { finished: this.#finished };
        const ahead = frontier === undefined ? {} : { frontier, ...finished };
        const known = { ...strategyFacts(binding, from), ...ahead, corpus, pathOf };
        const facts = { ...known, reduction: { kind: reduction, ground: walk } };
        this.#sampler = strategyFor(strategy, facts);
        return this.#sampler;
    }

    /** A program that several chunks share counts in the one that begins it. */
    #load(source: ProgramSource, index: number, isBegun: boolean): void {
        const program = source.at(index);
        this.#walk.load(program);
        if (isBegun) this.#tally.programs++;
        this.#tally.mayOverlap ||= program.mayOverlap;
    }

    /** Runs one schedule; false when the strategy has no further one. */
    #one(strategy: Strategy, random: Random, index: number, program: number): boolean {
        this.#hooks.onSchedule?.(index);
        const walk = this.#walk;
        const { twice } = this.#ground;
        const end = walk.run(twice?.wrapped(strategy, index) ?? strategy, random);
        if (end === undefined) {
            this.#tally.exhausted(strategy.left?.());
            return false;
        }
        twice?.ended();
        this.#tally.ended(index, end, strategy.ended !== undefined);
        if (walk.checks.violations.length > 0 && this.#found.length < CHUNK_CANDIDATES_MAX) {
            const isFirst = this.#found.length === 0;
            this.#unwritten = newFailures(walk, this.#found.map(({ finding }) => finding));
            this.#at = { index, program, strategy: strategy.member ?? this.#chunk.strategy };
            if (this.#unwritten.length > 0) {
                this.#writeDown();
                if (strategy.backtracks) this.#resume(strategy, random, index);
                if (isFirst) this.#goOn(index);
            }
        }
        const { schedules, coverage } = this.#tally;
        this.#hooks.onProgress?.(schedules, walk.messages, () => this.#tally.broken(), coverage);
        return true;
    }

    /** After the first violation of the campaign, if this is it: where to end, and half of the steps that are left. */
    #goOn(index: number): void {
        if (this.#chunk.until !== undefined) return;
        const { schedulesAfterViolation, awaited } = this.#ground.settled;
        this.#until = { least: index + schedulesAfterViolation, missing: awaited };
        this.#walk.stepsMax -= Math.max(0, this.#walk.stepsMax - this.#walk.steps) / 2;
    }

    #isEnough(index: number): boolean {
        if (this.#until === undefined || index < this.#until.least) return false;
        const broken = this.#tally.broken();
        return this.#until.missing.every(each => broken.includes(each));
    }

    /** Writes down what was found and hands it out, before anything can go wrong later. */
    #writeDown(): void {
        const walk = this.#walk;
        if (this.#at === undefined) return;
        const { index, program, strategy } = this.#at;
        const origin = { seed: this.#ground.settled.seed, strategy, scheduleIndex: index };
        const loaded = walk.program;
        while (this.#unwritten.length > 0) {
            const [failure, ...rest] = this.#unwritten;
            this.#unwritten = rest;
            const finding = uncounted(walk, () => findingOf(walk, failure!, origin, 'raw'));
            const found = { finding, program, steps: walk.steps };
            this.#found.push(found);
            this.#hooks.onFound?.(found);
        }
        walk.load(loaded);
    }

    /** Recording or another thread undid the marks of an enumeration; the schedule that it was at, run once more, sets them again. */
    #resume(strategy: Strategy, random: Random, index: number): void {
        const walk = this.#walk;
        const { listener, stepsMax } = walk;
        // Who counts segments has to know those on the path, in whatever thread they were met first.
        walk.listener = this.#heard({ before: decision => this.#tally.before(decision) });
        walk.stepsMax = Infinity;
        strategy.again?.();
        const { twice } = this.#ground;
        uncounted(walk, () => walk.run(twice?.wrapped(strategy, index) ?? strategy, random));
        walk.listener = listener;
        walk.stepsMax = stepsMax;
    }

    /** Where schedules are run twice, they are written down too. */
    #heard(listener: WalkListener): WalkListener {
        const { twice } = this.#ground;
        return twice === undefined ? listener : both(listener, twice.listener);
    }

    /** What broke before the error is still a finding; the error is reported in any case, so one in here adds nothing. */
    #salvage(): void {
        try {
            this.#writeDown();
        } catch {
            // The finding is lost only when the very same schedule runs into the error again.
        }
    }
}

/** The states that were finished before a chunk that goes on with an enumeration: those at hand, or else those that were handed on. */
function finishedBefore(
    ground: Ground,
    { frontier, from }: Chunk,
    handedOn: readonly Uint8Array[] | undefined
): Finished | undefined {
    const { enumerated } = ground;
    // They belong to what comes next: a chunk that adds to them leaves none behind, unless it is cut in its turn.
    ground.enumerated = undefined;
    if (frontier?.kind !== 'merge') return undefined;
    if (enumerated?.before === from) return enumerated.finished;
    if (handedOn === undefined) throw new Error('internal error: what was finished before is not known here');
    return new Finished(handedOn);
}
