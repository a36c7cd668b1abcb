/** The checks of one schedule under way: calls, model, observations, and what broke so far. */
import {
    answerOf, CALLS, expectedOutcomes, fold, IN_FLIGHT, inFlightRecords, isWitnessed, judge, MODEL, Observer, ORDER,
    PREVIOUS, Reads
} from '../check/index.ts';
import type { ObservedSystem } from '../check/index.ts';
import type { Binding } from '../scenario/bind.ts';
import { ScenarioFunctionError } from '../scenario/errors.ts';
import type { BoundProgram } from '../scenario/program.ts';
import type { Answer, CallRecord, InFlightRecord, Invariant, View } from '../scenario/types.ts';
import type { CallResult } from '../trace/types.ts';
import { CallStates, isIntact, NOTHING } from './call-state.ts';
import type { CallState } from './call-state.ts';
import { Judged } from './judged.ts';
import type { InvariantReads } from './judged.ts';
import { Purity } from './purity.ts';
import { tellsOrder } from './ordered-call.ts';
import type { ReadMasks } from './reduction/frontier.ts';
import type { Violation } from './results.ts';
import { truncate } from './truncate.ts';

/** A point to come back to. */
export interface ChecksMark {
    readonly at: CallState;
    readonly violations: number;
    readonly undecided: number;
    readonly previous: Values | undefined;
    readonly current: Values | undefined;
}

type Values = Readonly<Record<string, unknown>>;

export class Checks {
    /** What broke in this schedule, in order; each invariant once, unless `everyStep`. */
    readonly violations: Violation[] = [];
    /** What could not be decided in this schedule: neither broken nor passed. */
    readonly undecided: Violation[] = [];
    readonly view: View;
    readonly observer: Observer;
    /** True while a trace is recorded: a broken invariant is judged again after every step. */
    everyStep = false;
    /** Grows whenever some invariant or witness reads what it had never read before: see `reads`. */
    readsVersion = 0;
    /** Number of the last step after which *quiescent* invariants were judged, in a schedule that began at the root; 0: none. */
    restedAt = 0;
    #tracksOrder = false;
    #isModelOrdered = false;
    readonly #binding: Binding;
    readonly #reads = new Reads();
    readonly #always: readonly Judged[];
    readonly #quiescent: readonly Judged[];
    /** Judged only where a schedule ends. */
    readonly #ended: readonly Judged[];
    readonly #witnesses = new Map<string, Judged>();
    readonly #broken = new Set<string>();
    /** Calls and model as they are now. */
    #live: CallState = NOTHING;
    /** Whether they were made in this schedule. */
    #isNew = false;
    #states: CallStates | undefined;
    #program: BoundProgram | undefined;
    #probed = false;
    #step = 0;
    /** Set for good when somebody reads `View.previous`: most scenarios never do, and the values of a commit cost queries. */
    #keepsValues = false;
    #previous: Values | undefined;
    #current: Values | undefined;
    /** Until the first schedule is over. */
    #purity: Purity | undefined;

    constructor(binding: Binding, backend: ObservedSystem) {
        this.#binding = binding;
        this.#purity = new Purity(binding);
        const reads = this.#reads;
        this.observer = new Observer(binding, backend, reads);
        const { invariants } = binding.scenario;
        const at = (when: Invariant['when']): Judged[] => {
            const asked = when === 'always' ? 'commit' : 'quiescent';
            return invariants.filter(each => each.when === when).map(each => new Judged(each, asked));
        };
        const outcomesAt = binding.scenario.outcomes?.at === 'commit' ? 'commit' : 'quiescent';
        const outcomes = expectedOutcomes(binding).map(each => new Judged(each, outcomesAt));
        this.#always = [...at('always'), ...(outcomesAt === 'commit' ? outcomes : [])];
        this.#quiescent = at('quiescent');
        this.#ended = outcomesAt === 'commit' ? [] : outcomes;
        const callOf = (root: number): number => this.#program?.callOfRoot[root] ?? -1;
        const live = (): CallState => this.#live;
        // One view for all commit points: it is valid while an invariant looks at it, and costs nothing to bring up to date.
        const previous = (): Values | undefined => this.#valuesBefore();
        const view = {
            observed: this.observer.values,
            get previous(): Values | undefined {
                reads.mask |= PREVIOUS;
                return previous();
            },
            get model(): unknown {
                reads.mask |= MODEL;
                return live().model;
            },
            get calls(): readonly CallRecord[] {
                reads.mask |= CALLS;
                return live().calls;
            },
            get inFlight(): readonly InFlightRecord[] {
                reads.mask |= IN_FLIGHT;
                return inFlightRecords(binding, backend, callOf);
            }
        };
        this.view = view;
    }

    /** The state of the reference model, without a note that it was read. */
    get model(): unknown {
        return this.#live.model;
    }

    /** From now on `reads` tells whether the numbers of commits in `View.calls` are read: noting that costs a little. */
    trackOrder(): void {
        this.#tracksOrder = true;
        this.#states?.forget();
    }

    /** What each invariant, outcome and witness has read so far: all of what it has ever looked at. */
    get reads(): readonly InvariantReads[] {
        return this.#judged();
    }

    #judged(): readonly Judged[] {
        return [...this.#always, ...this.#quiescent, ...this.#ended, ...this.#witnesses.values()];
    }

    /** `reads` as plain data. */
    readMasks(): ReadMasks {
        const invariants = [...this.#always, ...this.#quiescent, ...this.#ended].map(({ mask }) => mask);
        const witnesses = [...this.#witnesses].map(([name, { mask }]) => [name, mask] as const);
        return { invariants, witnesses, ...(this.#isModelOrdered ? { modelTellsOrder: true } : {}) };
    }

    /** What somebody else has seen them read, they will read here too. */
    restoreReads({ invariants, witnesses, modelTellsOrder }: ReadMasks): void {
        this.#isModelOrdered ||= modelTellsOrder === true;
        [...this.#always, ...this.#quiescent, ...this.#ended].forEach((judged, index) => {
            judged.mask |= invariants[index] ?? 0;
        });
        for (const [name, mask] of witnesses) this.#witness(name).mask |= mask;
    }

    /** Begins a schedule of a program: nothing has run. */
    begin(program: BoundProgram): void {
        if (!this.#probed) this.observer.probe();
        this.#probed = true;
        if (program !== this.#program) this.#states = undefined;
        this.#program = program;
        this.#states ??= new CallStates(program.waiting, this.#binding.scenario.model?.initial);
        this.#live = this.#states.root;
        this.violations.length = 0;
        this.undecided.length = 0;
        this.restedAt = 0;
        this.#isNew = false;
        this.#broken.clear();
        this.#previous = undefined;
        this.#current = undefined;
    }

    /** The ingress message of a call executed in step `step`. */
    ran(call: number, step: number): void {
        const at = this.#live;
        const known = this.#states!.known(at, call, step, undefined);
        if (known !== undefined) {
            this.#live = known;
            return;
        }
        const record = this.#noting({ ...this.#program!.running[call]!, invokedAt: step });
        this.#live = this.#states!.follow(at, call, step, record, at.model);
    }

    /** A call was answered by step `step`: the model takes note. */
    answered(call: number, result: CallResult, step: number): void {
        const answer = answerOf(this.#binding, this.#program!.calls[call]!, result);
        const { calls, model } = this.#live;
        const known = this.#states!.known(this.#live, call, step, answer);
        if (known !== undefined) {
            this.#live = known;
            return;
        }
        const record = this.#noting({ ...calls[call]!, state: 'answered', answer, answeredAt: step });
        this.#live = this.#states!.follow(this.#live, call, step, record, this.#folded(model, record, answer));
        this.#isNew = true;
    }

    /** The next state of the model. Throws ScenarioFunctionError where the one before is not what it was. */
    #folded(model: unknown, record: CallRecord, answer: Answer): unknown {
        this.#reads.mask = 0;
        const folded = fold(this.#binding, model, record, answer);
        if ((this.#reads.mask & ORDER) !== 0) this.#modelTellsOrder();
        if (!isIntact(this.#live)) throw this.#changedInPlace(model);
        this.#purity?.same('the reference model', folded, () => fold(this.#binding, model, record, answer));
        return folded;
    }

    #changedInPlace(model: unknown): ScenarioFunctionError {
        const isInitial = this.#live === this.#states!.root || model === this.#states!.root.model;
        const what = isInitial ? 'changed its initial state' : 'has a state that was changed in place';
        const problem = `${what}: return a new state instead`;
        return new ScenarioFunctionError(this.#binding.scenario, 'the reference model', problem);
    }

    /** Its states hold numbers of commits: who reads the model reads those too. */
    #modelTellsOrder(): void {
        if (this.#isModelOrdered) return;
        this.#isModelOrdered = true;
        for (const judged of this.#judged()) if ((judged.mask & MODEL) !== 0) judged.mask |= ORDER;
        this.readsVersion++;
    }

    /**
     * Judges the *always* invariants on what is committed now, if they are not known to hold. `step` is the number of the step that led
     * here.
     */
    committed(step: number, held = false): void {
        this.#step = step;
        if (held) return;
        this.#previous = this.#current;
        if (this.#keepsValues) this.#current = this.observer.snapshot(this.#current);
        this.#judge(this.#always, step);
        // Read for the first time: the values of this commit are those before the next one.
        if (this.#keepsValues) this.#current ??= this.observer.snapshot(undefined);
    }

    /** Judges the *quiescent* invariants, if they are not known to hold; to be called after `committed` for the same step. */
    quiescent(step: number, held = false): void {
        this.restedAt = step;
        if (!held) this.#judge(this.#quiescent, step);
    }

    /** Whether nothing that was judged in this schedule was broken or undecided. */
    get allHold(): boolean {
        return this.violations.length === 0 && this.undecided.length === 0;
    }

    /**
     * Whether invariants may be taken to hold where they held after the same decisions: not while somebody wants to know what they
     * read, or what was observed at every commit.
     */
    get mayTrust(): boolean {
        return !this.everyStep && !this.#tracksOrder && !this.#keepsValues;
    }

    /**
     * Judges what holds at the end of a schedule: that its outcome is one of those expected. Throws ScenarioFunctionError where the last
     * state of the model is not what it was: no answer comes after it that would have told. It is looked at once, when it is new.
     */
    ended(step: number): void {
        this.#judge(this.#ended, step);
        if (this.#isNew && !isIntact(this.#live)) throw this.#changedInPlace(this.#live.model);
    }

    /** A schedule is over, also one that was cut short. Throws ImpureFunctionError. */
    over(): void {
        this.#purity?.again();
        this.#purity = undefined;
    }

    save(): ChecksMark {
        return {
            at: this.#live,
            violations: this.violations.length,
            undecided: this.undecided.length,
            previous: this.#previous,
            current: this.#current
        };
    }

    restore(mark: ChecksMark): void {
        this.#live = mark.at;
        this.#isNew = false;
        this.restedAt = 0;
        this.#previous = mark.previous;
        this.#current = mark.current;
        truncate(mark.undecided, this.undecided);
        if (this.violations.length === mark.violations) return;
        this.violations.length = mark.violations;
        this.#broken.clear();
        for (const violation of this.violations) this.#broken.add(violation.invariant);
    }

    /** Whether a witness is there, at a point where nothing is in flight. */
    isWitnessed(name: string, predicate: (view: View) => boolean): boolean {
        this.#reads.mask = 0;
        const asked = (): boolean => isWitnessed(this.#binding, name, predicate, this.view);
        const there = asked();
        this.#note(this.#witness(name), false);
        this.#purity?.same(`the witness "${name}"`, there, asked);
        return there;
    }

    #witness(name: string): Judged {
        let witness = this.#witnesses.get(name);
        if (witness === undefined) {
            witness = new Judged({ name, when: 'quiescent', check: () => undefined }, 'quiescent');
            this.#witnesses.set(name, witness);
        }
        return witness;
    }

    #judge(invariants: readonly Judged[], step: number): void {
        for (const judged of invariants) {
            const { invariant } = judged;
            if (!this.everyStep && this.#broken.size > 0 && this.#broken.has(invariant.name)) continue;
            if (judged.holdsStill(this.#live, this.observer)) continue;
            this.#reads.mask = 0;
            const message = judge(this.#binding, invariant, this.view);
            // What is said again is for a trace alone: exploring asks nobody who has spoken.
            const { mask } = this.#reads;
            if (!this.#broken.has(invariant.name)) this.#note(judged, message === undefined);
            this.#purity?.judged(invariant, message, this.view, mask, place => this.observer.at(place));
            if (message === undefined) continue;
            if (typeof message !== 'string') {
                this.undecided.push({ invariant: invariant.name, message: message.undecided, step });
                continue;
            }
            this.#broken.add(invariant.name);
            this.violations.push({ invariant: invariant.name, message, step });
        }
    }

    #note(judged: Judged, held: boolean): void {
        const { mask: read } = this.#reads;
        const mask = this.#isModelOrdered && (read & MODEL) !== 0 ? read | ORDER : read;
        if (judged.asked(held, mask, this.#live, this.observer, this.#binding.observations.length)) this.readsVersion++;
    }

    #noting(record: CallRecord): CallRecord {
        return Object.freeze(this.#tracksOrder ? tellsOrder(record, this.#reads) : record);
    }

    /**
     * Observed values at the commit before this one. Exact or an error, never a guess: what was not asked then cannot be asked now.
     */
    #valuesBefore(): Values | undefined {
        if (this.#step === 0) this.#keepsValues = true;
        else if (!this.#keepsValues)
            throw new ScenarioFunctionError(
                this.#binding.scenario,
                '`previous`',
                `was read first after step ${this.#step}, when the values before it are gone: ` +
                    'read it in an *always* invariant, and there at the first commit point too'
            );
        return this.#previous;
    }
}
