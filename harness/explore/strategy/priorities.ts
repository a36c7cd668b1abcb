/**
 * The scheduler that PCT (Burckhardt, Kothari, Musuvathi, Nagarakatte: A Randomized Scheduler with Probabilistic Guarantees of Finding
 * Bugs, ASPLOS 2010) and PCTCP (Ozkan, Majumdar, Niksic, Befrouei, Weissenbacher: Randomized Testing of Distributed Systems with
 * Probabilistic Guarantees, OOPSLA 2018) share: threads get random priorities, the enabled one with the highest priority runs, and
 * before `depth - 1` steps drawn at random the thread about to run falls below all others.
 *
 * Different from both papers: how many steps a schedule has is not known beforehand, so the steps are drawn from as many as the longest
 * of some trial schedules had (trials.ts). Threads come into being as the schedule goes; each gets a
 * random place among all. Declared faults are drawn beside it and count as steps; with faults, no probability is promised.
 */
import type { Outcome, PendingMessage } from '../../trace/types.ts';
import type { Random } from '../random.ts';
import type { Promised } from '../results.ts';
import { Causes } from './causes.ts';
import { FaultDice } from './fault-dice.ts';
import type { ChoicePoint, Strategy } from './strategy.ts';
import type { Threads } from './threads.ts';
import type { Trial } from './trials.ts';

/** Steps that a schedule is taken to have where nothing was tried. */
const STEPS_GUESSED = 12;
/** Initial priorities are drawn from so many: equal ones hardly occur, and do no harm. */
const RANKS = 1 << 30;

/**
 * How long a thread may run alone in the fair variants. A canister that retries until a lock is free would otherwise keep
 * the highest priority for ever, and each such schedule would end at the limit of messages. Longer than a call without a loop takes.
 */
export const PATIENCE = 50;

export interface PriorityOptions {
    readonly withFaults: boolean;
    /** At least 1: how many ordering constraints a bug has at most. */
    readonly depth: number;
    readonly threads: (causes: Causes) => Threads;
    /** A thread that ran for so many steps in a row while another waited falls below all others; Infinity: never. */
    readonly patience: number;
}

export class PriorityScheduler implements Strategy {
    readonly backtracks = false;
    readonly #options: PriorityOptions;
    readonly #faults: FaultDice;
    readonly #causes = new Causes();
    readonly #threads: Threads;
    #random: Random | undefined;
    /** Per thread; -Infinity is never a priority, so absent means: not seen. */
    #priorities: (number | undefined)[] = [];
    /** The steps before which a thread falls, and how far: the i-th change point gives priority `i - depth`. */
    readonly #changes: number[];
    /** How many steps a schedule is taken to have. */
    #steps = STEPS_GUESSED;
    /** The lowest priority that fairness has given. */
    #lowest = 0;
    #running = -1;
    #inARow = 0;
    /** Of all schedules: threads and steps at most, and whether a thread ever had two messages enabled. */
    #threadsMost = 0;
    #longest = 0;
    #forked = false;

    constructor(options: PriorityOptions) {
        this.#options = options;
        this.#faults = new FaultDice(options.withFaults);
        this.#threads = options.threads(this.#causes);
        this.#changes = Array.from({ length: options.depth - 1 }, () => 0);
    }

    learn(trials: readonly Trial[]): void {
        this.#steps = Math.max(1, ...trials.map(({ steps }) => steps.length));
    }

    /**
     * Nothing with faults, in the fair variants, and where a thread could go on in two ways: then it is no thread in the sense of the
     * theorems.
     */
    promised(): Promised | undefined {
        const { withFaults, depth, patience } = this.#options;
        if (withFaults || patience !== Infinity || this.#forked) return undefined;
        this.#note();
        return { depth, threads: this.#threadsMost, steps: this.#steps, longest: this.#longest };
    }

    #note(): void {
        this.#threadsMost = Math.max(this.#threadsMost, this.#priorities.filter(each => each !== undefined).length);
        this.#longest = Math.max(this.#longest, this.#causes.steps.length);
    }

    begin(random: Random): number {
        this.#note();
        this.#random = random;
        this.#faults.begin(random);
        this.#causes.begin();
        this.#threads.begin();
        this.#priorities.length = 0;
        this.#lowest = -this.#options.depth;
        this.#running = -1;
        this.#inARow = 0;
        for (let index = 0; index < this.#changes.length; index++) this.#changes[index] = random.below(this.#steps);
        return 0;
    }

    executed(outcome: Outcome): void {
        this.#causes.executed(outcome);
    }

    pick(point: ChoicePoint): number {
        const { enabled } = point;
        const fault = this.#causes.struck(point, this.#faults);
        if (fault !== undefined) return fault;
        const thread = this.#highest(enabled);
        const index = this.#within(thread, enabled);
        this.#causes.took(enabled[index]!);
        this.#inARow = thread === this.#running ? this.#inARow + 1 : 1;
        this.#running = thread;
        return index;
    }

    /** The thread to run: change points of this step and fairness are applied first. */
    #highest(enabled: readonly PendingMessage[]): number {
        let thread = this.#best(enabled);
        const step = this.#causes.steps.length;
        for (let index = 0; index < this.#changes.length; index++) {
            if (this.#changes[index] !== step) continue;
            this.#priorities[thread] = index + 1 - this.#options.depth;
            thread = this.#best(enabled);
        }
        if (thread === this.#running && this.#inARow >= this.#options.patience) {
            this.#priorities[thread] = --this.#lowest;
            thread = this.#best(enabled);
        }
        return thread;
    }

    #best(enabled: readonly PendingMessage[]): number {
        let best = -1;
        let highest = -Infinity;
        for (const message of enabled) {
            const thread = this.#threads.of(message);
            const priority = (this.#priorities[thread] ??= this.#random!.below(RANKS));
            if (priority > highest) [best, highest] = [thread, priority];
        }
        return best;
    }

    /** One of the thread's enabled messages, uniformly; a sequential thread has one. */
    #within(thread: number, enabled: readonly PendingMessage[]): number {
        let chosen = -1;
        let count = 0;
        for (let index = 0; index < enabled.length; index++) {
            if (this.#threads.of(enabled[index]!) !== thread) continue;
            if (++count > 1) this.#forked = true;
            if (count === 1 || this.#random!.oneIn(count)) chosen = index;
        }
        return chosen;
    }
}
