/** The checks of one schedule under way: calls, model, observations, and what broke so far. */
import { Observer, answerOf, expectedOutcomes, fold, inFlightRecords, judge } from '../check/index.ts';
import type { ObservedSystem } from '../check/index.ts';
import type { Binding } from '../scenario/bind.ts';
import type { BoundProgram } from '../scenario/program.ts';
import type { CallRecord, InFlightRecord, Invariant, View } from '../scenario/types.ts';
import type { CallResult } from '../trace/types.ts';
import type { Violation } from './results.ts';

/** A point to come back to; costs a copy of the list of calls. */
export interface ChecksMark {
    readonly calls: readonly CallRecord[];
    readonly model: unknown;
    readonly violations: number;
}

export class Checks {
    /** What broke in this schedule, in order; each invariant once, unless `everyStep`. */
    readonly violations: Violation[] = [];
    readonly view: View;
    readonly observer: Observer;
    /** True while a trace is recorded: a broken invariant is judged again after every step. */
    everyStep = false;
    readonly #binding: Binding;
    readonly #always: Invariant[];
    readonly #quiescent: readonly Invariant[];
    /** Judged only where a schedule ends. */
    readonly #ended: readonly Invariant[] = [];
    readonly #broken = new Set<string>();
    readonly #live: { model: unknown; calls: CallRecord[] };
    #program: BoundProgram | undefined;
    #probed = false;

    constructor(binding: Binding, backend: ObservedSystem) {
        this.#binding = binding;
        this.observer = new Observer(binding, backend);
        const { invariants } = binding.scenario;
        this.#always = invariants.filter(each => each.when === 'always');
        this.#quiescent = invariants.filter(each => each.when === 'quiescent');
        const outcomes = expectedOutcomes(binding);
        if (binding.scenario.outcomes?.at === 'commit') this.#always.push(...outcomes);
        else this.#ended = outcomes;
        const callOf = (root: number): number => this.#program?.callOfRoot[root] ?? -1;
        // One view for all commit points: it is valid while an invariant looks at it, and costs nothing to bring up to date.
        const view = {
            observed: this.observer.values,
            model: undefined as unknown,
            calls: [] as CallRecord[],
            get inFlight(): readonly InFlightRecord[] {
                return inFlightRecords(binding, backend, callOf);
            }
        };
        this.view = view;
        this.#live = view;
    }

    /** Begins a schedule of a program: nothing has run. */
    begin(program: BoundProgram): void {
        if (!this.#probed) this.observer.probe();
        this.#probed = true;
        this.#program = program;
        this.#live.calls = [...program.waiting];
        this.#live.model = this.#binding.scenario.model?.initial;
        this.violations.length = 0;
        this.#broken.clear();
    }

    /** The ingress message of a call executed. */
    ran(call: number): void {
        this.#live.calls[call] = this.#program!.running[call]!;
    }

    /** A call was answered: the model takes note. */
    answered(call: number, result: CallResult): void {
        const answer = answerOf(this.#binding, this.#program!.calls[call]!, result);
        const record: CallRecord = { ...this.#live.calls[call]!, state: 'answered', answer };
        this.#live.calls[call] = record;
        this.#live.model = fold(this.#binding, this.#live.model, record, answer);
    }

    /** Judges the *always* invariants on what is committed now. `step` is the number of the step that led here. */
    committed(step: number): void {
        this.#judge(this.#always, step);
    }

    /** Judges the *quiescent* invariants; to be called after `committed` for the same step. */
    quiescent(step: number): void {
        this.#judge(this.#quiescent, step);
    }

    /** Judges what holds at the end of a schedule: that its outcome is one of those expected. */
    ended(step: number): void {
        this.#judge(this.#ended, step);
    }

    save(): ChecksMark {
        return { calls: this.#live.calls.slice(), model: this.#live.model, violations: this.violations.length };
    }

    restore(mark: ChecksMark): void {
        this.#live.calls = mark.calls.slice();
        this.#live.model = mark.model;
        if (this.violations.length === mark.violations) return;
        this.violations.length = mark.violations;
        this.#broken.clear();
        for (const violation of this.violations) this.#broken.add(violation.invariant);
    }

    #judge(invariants: readonly Invariant[], step: number): void {
        for (const invariant of invariants) {
            if (!this.everyStep && this.#broken.size > 0 && this.#broken.has(invariant.name)) continue;
            const message = judge(this.#binding, invariant, this.view);
            if (message === undefined) continue;
            this.#broken.add(invariant.name);
            this.violations.push({ invariant: invariant.name, message, step });
        }
    }
}
