/**
 * Goes on from schedules that covered something new, each changed a little: two neighbours swapped, a step moved, the end of another
 * schedule, a random end, a fault more or less. The idea of fuzzers guided by coverage (AFL, Zalewski 2013), on schedules instead of bytes.
 * A kept schedule is followed as an order of preference, so that what a change makes impossible just waits until it is possible.
 */
import type { PendingMessage } from '../../trace/types.ts';
import type { CorpusEntry, CorpusStep } from '../coverage/corpus.ts';
import type { Random } from '../random.ts';
import { FaultDice } from './fault-dice.ts';
import type { ChoicePoint, FaultChoice, Strategy } from './strategy.ts';

/** One schedule in so many is a random walk, from which new ones come. */
const FRESH_ONE_IN = 3;
const CHANGES_MAX = 3;

interface MutateOptions {
    readonly withFaults: boolean;
    readonly corpus: readonly CorpusEntry[];
    readonly pathOf: (message: PendingMessage) => string;
}

export class Mutate implements Strategy {
    readonly backtracks = false;
    readonly #options: MutateOptions;
    readonly #dice: FaultDice;
    /** By message key: its path, which never changes. */
    readonly #paths: (string | undefined)[] = [];
    /** What to execute, by path: the sooner, the lower. */
    readonly #order = new Map<string, number>();
    /** Faults to inject, with their places in that order. */
    #faults: { readonly place: number; readonly step: CorpusStep }[] = [];
    /** Number of the step at which to inject any fault; -1: none. */
    #strikeAt = -1;
    #step = 0;
    #random: Random | undefined;

    constructor(options: MutateOptions) {
        this.#options = options;
        this.#dice = new FaultDice(options.withFaults);
    }

    begin(random: Random): number {
        this.#random = random;
        this.#dice.begin(random);
        this.#order.clear();
        this.#faults = [];
        this.#step = -1;
        this.#strikeAt = -1;
        const { corpus } = this.#options;
        if (corpus.length === 0 || random.oneIn(FRESH_ONE_IN)) return 0;
        let steps: readonly CorpusStep[] = this.#entry(random);
        for (let change = random.below(CHANGES_MAX); change >= 0; change--) steps = this.#changed(steps, random);
        steps.forEach((step, place) => {
            if (step.act === 'execute') this.#order.set(step.path, place);
            else this.#faults.push({ place, step });
        });
        return 0;
    }

    pick(point: ChoicePoint): number {
        this.#step++;
        const { enabled } = point;
        let best = -1;
        let place = Infinity;
        for (let index = 0; index < enabled.length; index++) {
            const at = this.#order.get(this.#pathOf(enabled[index]!)) ?? Infinity;
            if (at >= place) continue;
            place = at;
            best = index;
        }
        const fault = this.#fault(point, place);
        if (fault >= 0) return enabled.length + fault;
        if (best >= 0) return best;
        const struck = this.#dice.pick(point);
        return struck ?? this.#random!.below(enabled.length);
    }

    /** Index of the fault whose turn it is; -1 when there is none. */
    #fault(point: ChoicePoint, before: number): number {
        if (this.#step === this.#strikeAt) {
            const { length } = point.faults();
            if (length > 0) return this.#random!.below(length);
        }
        const due = this.#faults.findIndex(({ place }) => place < before);
        if (due < 0) return -1;
        const found = point.faults().findIndex(each => this.#isStep(each, this.#faults[due]!.step));
        if (found >= 0) this.#faults.splice(due, 1);
        return found;
    }

    #isStep({ act, message, code }: FaultChoice, step: CorpusStep): boolean {
        return act === step.act && (act !== 'reject' || code === step.code) && this.#pathOf(message) === step.path;
    }

    #entry(random: Random): readonly CorpusStep[] {
        const { corpus } = this.#options;
        return corpus[random.below(corpus.length)]!.steps;
    }

    /** One change. Of an empty schedule nothing can be changed. */
    #changed(steps: readonly CorpusStep[], random: Random): readonly CorpusStep[] {
        if (steps.length === 0) return steps;
        const at = random.below(steps.length);
        switch (random.below(5)) {
            case 0:
                return moved(steps, at, at + 1);
            case 1:
                return moved(steps, at, random.below(steps.length));
            case 2:
                return [...steps.slice(0, at), ...this.#entry(random)];
            case 3:
                return steps.slice(0, at);
            default:
                return this.#withOtherFaults(steps, at, random);
        }
    }

    /** One fault less where there are any, or one more, whichever is offered then. */
    #withOtherFaults(steps: readonly CorpusStep[], at: number, random: Random): readonly CorpusStep[] {
        const faults = steps.filter(({ act }) => act !== 'execute');
        if (faults.length > 0 && random.oneIn(2)) {
            const left = faults[random.below(faults.length)];
            return steps.filter(each => each !== left);
        }
        if (this.#options.withFaults) this.#strikeAt = at;
        return steps;
    }

    #pathOf(message: PendingMessage): string {
        return (this.#paths[message.key] ??= this.#options.pathOf(message));
    }
}

function moved(steps: readonly CorpusStep[], from: number, to: number): readonly CorpusStep[] {
    const rest = steps.filter((_step, index) => index !== from);
    return [...rest.slice(0, to), steps[from]!, ...rest.slice(to)];
}
