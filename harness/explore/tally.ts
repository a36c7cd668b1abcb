/** Counts what the schedules of a chunk show. */
import { outcomeText } from '../check/index.ts';
import type { Binding } from '../scenario/bind.ts';
import { REJECT_CODE_NAMES } from '../trace/types.ts';
import { blocksOf, clearBlocks } from './coverage/blocks.ts';
import type { CorpusKeeper } from './coverage/corpus.ts';
import type { CoverageData } from './coverage/data.ts';
import { Coverage } from './coverage/coverage.ts';
import type { Segments } from './coverage/segments.ts';
import type { BoundProgram } from '../scenario/program.ts';
import { REST } from './faults.ts';
import type { CampaignStats, LegalSchedules } from './results.ts';
import type { Seen, UndecidedCheck } from './seen.ts';
import type { Standing } from './strategy/strategy.ts';
import type { WalkListener } from './listener.ts';
import type { ScheduleEnd } from './schedule-end.ts';
import type { Decision, Walk } from './walk.ts';

/** Of a schedule that did not come to its end nobody knows what it would have stood for. */
const NOT_ENDED: Standing = { schedules: 1, exact: false, overlapped: false, anew: false };

export class Tally implements WalkListener {
    schedules = 0;
    overlaps = 0;
    cut = 0;
    open = 0;
    programs = 0;
    /** Whether some program had calls that may overlap. */
    mayOverlap = false;
    #replied = false;
    #rejection: string | undefined;
    readonly #binding: Binding;
    readonly #walk: Walk;
    readonly #broken = new Map<string, { schedules: number; firstSchedule: number; message: string }>();
    readonly #undecided = new Map<string, UndecidedCheck>();
    readonly #outcomes = new Map<string, number>();
    /** Declared faults, by index. */
    readonly #struck = new Set<number>();
    readonly #witnesses: readonly (readonly [string, (view: Walk['checks']['view']) => boolean])[];
    readonly #witnessed: Record<string, number> = {};
    /** What the schedules with reduction stand for, and what those of earlier programs do. */
    #standsFor: LegalSchedules | undefined;
    #anew = false;
    #before: LegalSchedules | undefined;
    #program: BoundProgram | undefined;
    readonly #outcomesAt: 'commit' | 'quiescent' | undefined;

    /** What the schedules so far have covered. */
    readonly coverage: Coverage;
    readonly #corpus: CorpusKeeper | undefined;

    /** `corpus`: keeps the schedules that bring something new. */
    constructor(walk: Walk, segments: Segments, corpus?: CorpusKeeper) {
        // A chunk must not depend on what ran before it in this thread.
        if (clearBlocks(walk.backend)) walk.forget();
        this.coverage = new Coverage(segments, corpus);
        this.#corpus = corpus;
        this.#walk = walk;
        this.#binding = walk.binding;
        const { required, outcomes } = walk.binding.scenario;
        this.#witnesses = Object.entries(required?.witnessed ?? {});
        for (const [name] of this.#witnesses) this.#witnessed[name] = 0;
        this.#outcomesAt = outcomes?.at;
    }

    before(decision: Decision): void {
        if (decision.spec !== undefined && decision.spec !== REST) this.#struck.add(decision.spec);
        this.coverage.before(this.#walk.program, decision);
    }

    committed(): void {
        if (this.#outcomesAt === 'commit') this.#countOutcome();
    }

    quiescent(): void {
        if (!this.#replied) this.#noteAnswers();
        for (const [name, predicate] of this.#witnesses) {
            if (this.#walk.checks.isWitnessed(name, predicate)) this.#witnessed[name]!++;
        }
    }

    /** Counts the schedule that has just ended. `isReduced`: whether schedules stand for others. */
    ended(index: number, end: ScheduleEnd, isReduced = false): void {
        this.schedules++;
        if (this.#walk.overlapped) this.overlaps++;
        if (end === 'cut') this.cut++;
        if (end === 'open') this.open++;
        const isWhole = end !== 'cut' && end !== 'spent';
        this.#noteStanding(isReduced && !isWhole ? NOT_ENDED : this.#walk.standing);
        if (end === 'quiescent' && this.#outcomesAt === 'quiescent') this.#countOutcome();
        for (const { invariant, message } of this.#walk.checks.violations) {
            const known = this.#broken.get(invariant);
            if (known === undefined) this.#broken.set(invariant, { schedules: 1, firstSchedule: index, message });
            else known.schedules++;
        }
        this.#noteUndecided();
        this.coverage.ended(index, this.#walk.program, this.#walk.trail);
    }

    /** An enumeration has come to its end; `left`: what its last schedules stand for, which were given up. */
    exhausted(left: Standing | undefined): void {
        this.#noteStanding(left);
        if (left?.overlapped === true && this.overlaps === 0) this.overlaps++;
    }

    #noteStanding(standing: Standing | undefined): void {
        const { program } = this.#walk;
        if (standing === undefined) return;
        if (program !== this.#program) this.#before = this.#standsFor;
        this.#program = program;
        this.#anew ||= standing.anew;
        const known = (standing.anew ? this.#before : this.#standsFor) ?? { schedules: 0, exact: true };
        const schedules = known.schedules + standing.schedules;
        const exact = known.exact && standing.exact && Number.isSafeInteger(schedules);
        this.#standsFor = { schedules, exact };
    }

    /** Looked at only until the first reply comes. */
    #noteAnswers(): void {
        for (const { answer, label, canister, method } of this.#walk.checks.view.calls) {
            if (answer?.kind === 'reply') this.#replied = true;
            if (answer?.kind !== 'reject') continue;
            const [firstLine = ''] = answer.message.split('\n');
            const code = REJECT_CODE_NAMES[answer.code];
            this.#rejection ??= `${label} (${canister}.${method}) was rejected with ${code}: ${firstLine}`;
        }
    }

    #noteUndecided(): void {
        const { undecided } = this.#walk.checks;
        for (const [index, { invariant, message }] of undecided.entries()) {
            if (undecided.findIndex(each => each.invariant === invariant) < index) continue;
            const schedules = (this.#undecided.get(invariant)?.schedules ?? 0) + 1;
            this.#undecided.set(invariant, { name: invariant, schedules, message });
        }
    }

    isBroken(invariant: string): boolean {
        return this.#broken.has(invariant);
    }

    /** Names of what broke, in the order in which it broke first. */
    broken(): readonly string[] {
        return [...this.#broken.keys()];
    }

    /** All that was seen, as plain data. */
    seen(): Seen {
        const { path, steps } = this.#dearest();
        return {
            stats: this.#stats(),
            ...(this.#anew ? { anew: true as const } : {}),
            broken: [...this.#broken].map(([name, found]) => ({ name, ...found })),
            undecided: [...this.#undecided.values()],
            outcomes: [...this.#outcomes].map(([text, seen]) => ({ text, seen })),
            mayOverlap: this.mayOverlap,
            replied: this.#replied,
            struck: [...this.#struck].sort((one, other) => one - other),
            coverage: this.#coverageData(),
            ...(this.#corpus === undefined ? {} : { corpus: this.#corpus.data() }),
            ...(this.#rejection === undefined ? {} : { rejection: this.#rejection }),
            dearest: path === undefined ? { steps } : { path, steps }
        };
    }

    #coverageData(): CoverageData {
        const blocks = blocksOf(this.#walk.backend);
        return { ...this.coverage.data(), ...(blocks.length === 0 ? {} : { blocks }) };
    }

    #stats(): CampaignStats {
        const { messages, steps, faultsInjected } = this.#walk;
        return {
            schedules: this.schedules,
            ...(this.#standsFor === undefined ? {} : { standsFor: this.#standsFor }),
            messages,
            steps,
            overlaps: this.overlaps,
            faults: faultsInjected,
            programs: this.programs,
            cut: this.cut,
            ...(this.open === 0 ? {} : { open: this.open }),
            witnessed: { ...this.#witnessed }
        };
    }

    /** What a budget went to. */
    #dearest(): Seen['dearest'] {
        const { message, steps } = this.#walk.dearest;
        return message === undefined ? { steps } : { path: this.#walk.properties.pathOf(message), steps };
    }

    #countOutcome(): void {
        const text = outcomeText(this.#binding, this.#binding.scenario.outcomes!, this.#walk.checks.view);
        this.#outcomes.set(text, (this.#outcomes.get(text) ?? 0) + 1);
    }
}
