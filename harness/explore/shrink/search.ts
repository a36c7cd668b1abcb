/** Looks for a failing schedule of a reduced program, within a budget counted in schedules. */
import { ScenarioError } from '../../scenario/errors.ts';
import { unlabelledText } from '../../scenario/program.ts';
import type { BoundProgram } from '../../scenario/program.ts';
import { StuckScheduleError } from '../errors.ts';
import { failureOf } from '../failure.ts';
import type { Failure, Wanted } from '../failure.ts';
import { fixedRandom } from '../record.ts';
import { randomSource } from '../random.ts';
import type { Random } from '../random.ts';
import type { Size } from '../results.ts';
import { faultsOf } from '../switches.ts';
import { Follow } from '../strategy/follow.ts';
import { RandomWalk } from '../strategy/random-walk.ts';
import type { Strategy } from '../strategy/strategy.ts';
import type { Decision, Walk } from '../walk.ts';
import { BoundedSwitches } from './bounded.ts';
import { OneByOne } from './one-by-one.ts';

/** Schedules of one round of bounded enumeration, and of the random walks after it. */
const ROUND_MAX = 200;
const RANDOM_MAX = 200;
/** Rounds end at this bound on switches, or when one of them had more schedules than it may run. */
const SWITCHES_MAX = 3;

export interface SearchOptions {
    readonly seed: number;
    readonly schedulesMax: number;
    readonly shouldStop: () => boolean;
    /** After every schedule, with the size of the smallest failure so far. */
    readonly onProgress: (schedules: number, size: Size) => void;
}

/** Pure. */
export function sizeOf({ program, decisions, switches }: Failure): Size {
    return { calls: program.calls.length, faults: faultsOf(decisions), switches, steps: decisions.length };
}

export class Search {
    /** Set when the budget, in schedules or in metered steps, ran out or the user stopped; from then on nothing is found. */
    exhausted = false;
    /** Of the smallest failure so far. */
    size: Size;
    readonly #walk: Walk;
    readonly #wanted: Wanted;
    readonly #options: SearchOptions;
    readonly #inVain = new Set<string>();
    #schedules = 0;

    constructor(walk: Walk, failure: Failure, options: SearchOptions) {
        this.#walk = walk;
        this.#wanted = { invariant: failure.invariant, within: failure.cause };
        this.size = sizeOf(failure);
        this.#options = options;
    }

    /** Follows decisions as far as they go, then runs to the end; the failure that this gives, if any. */
    follow(program: BoundProgram, decisions: readonly Decision[]): Failure | undefined {
        return this.#run(program, Infinity, new Follow(decisions, 'loose'), 1);
    }

    /**
     * A failing schedule with at most `faultsMax` faults: few context switches first, then at random with seeds that depend on
     * nothing but the campaign's. Undefined when there is none, or none was found; then it is not looked for again, nor for a program
     * of the same calls under other labels: of ten equal calls it does not matter which one is left out.
     */
    find(program: BoundProgram, faultsMax: number): Failure | undefined {
        const key = `${faultsMax} faults\n${unlabelledText(program)}`;
        if (this.#inVain.has(key)) return undefined;
        const failure = this.#enumerated(program, faultsMax);
        if (failure === undefined) this.#inVain.add(key);
        return failure;
    }

    #enumerated(program: BoundProgram, faultsMax: number): Failure | undefined {
        for (let switchesMax = 0; switchesMax <= SWITCHES_MAX; switchesMax++) {
            const strategy = new BoundedSwitches({ switchesMax, stepsMax: Infinity });
            const before = this.#schedules;
            const failure = this.#run(program, faultsMax, strategy, ROUND_MAX);
            if (failure !== undefined) return failure;
            // The first schedules of a larger enumeration are all alike; random ones are not.
            if (this.#schedules - before >= ROUND_MAX) break;
            // Everything was enumerated: there is no failing schedule.
            if (strategy.complete) return undefined;
        }
        return this.#run(program, faultsMax, new RandomWalk({ withFaults: faultsMax > 0 }), RANDOM_MAX);
    }

    /**
     * Whether the invariant breaks without any race and any fault: when each call ends before the next one begins, in the order of
     * the program, and for `anyFirst` also with each other call first.
     */
    breaksOneByOne(program: BoundProgram, anyFirst: boolean): boolean {
        const roots = program.calls.map(call => call.root);
        const orders = anyFirst ? roots.map(first => [first, ...roots.filter(each => each !== first)]) : [roots];
        // Whatever it is about: a break without a race and a fault says that the invariant counts on a call.
        const { invariant } = this.#wanted;
        return orders.some(order => this.#run(program, 0, new OneByOne(order), 1, { invariant }) !== undefined);
    }

    /** A failing schedule within tighter bounds than a known one. */
    within(
        program: BoundProgram,
        bounds: { readonly faultsMax: number; readonly switchesMax: number; readonly stepsMax: number }
    ): Failure | undefined {
        return this.#run(program, bounds.faultsMax, new BoundedSwitches(bounds), ROUND_MAX);
    }

    #run(
        program: BoundProgram,
        faultsMax: number,
        strategy: Strategy,
        schedulesMax: number,
        wanted: Wanted = this.#wanted
    ): Failure | undefined {
        const walk = this.#walk;
        const random = randomSource(this.#options.seed, walk.binding.scenario.id, 'shrink');
        const draws = strategy instanceof RandomWalk;
        walk.faultsMax = faultsMax;
        walk.load(program);
        try {
            for (let index = 0; index < schedulesMax; index++) {
                if (!this.#mayRun()) return undefined;
                if (!this.#ran(strategy, draws ? random(index) : FIXED)) return undefined;
                const failure = failureOf(walk, wanted);
                if (failure !== undefined) return failure;
            }
            return undefined;
        } finally {
            walk.faultsMax = Infinity;
        }
    }

    /**
     * Runs one schedule; false when there is none left, or when the scenario's functions do not work on this program: an invariant
     * may rely on a call that was taken away. Such a candidate says nothing about the race.
     */
    #ran(strategy: Strategy, random: Random): boolean {
        try {
            return this.#walk.run(strategy, random) !== undefined;
        } catch (cause) {
            if (cause instanceof ScenarioError || cause instanceof StuckScheduleError) return false;
            throw cause;
        }
    }

    #mayRun(): boolean {
        const spent = this.#walk.steps >= this.#walk.stepsMax;
        this.exhausted ||= spent || this.#schedules >= this.#options.schedulesMax || this.#options.shouldStop();
        if (this.exhausted) return false;
        this.#options.onProgress(++this.#schedules, this.size);
        return true;
    }
}

const FIXED = fixedRandom();
