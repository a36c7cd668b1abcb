/**
 * From a run in which a test failed to what a user can act on: whether it is the schedule that makes it fail, or the suite fails by itself
 * now and then; and the fewest deviations under which it does.
 */
import type { Ran, SuiteOptions } from './campaign.ts';
import type { SuiteFinding, SuiteResult } from './results.ts';
import type { Arrival, Deviation } from './run-file.ts';
import { shrinkDeviations } from './shrink.ts';
import { deviationsOf, type Trace } from './trace.ts';

/** Runs of the minimal schedule, and of one that failed once, until it is given up. */
const REPEATS = 3;

/** How often a schedule ran, and how often a test failed. */
interface Tally {
    runs: number;
    failed: number;
}

/** The first run in which a test failed. */
interface Failure {
    readonly run: number;
    readonly arrivals: readonly Arrival[];
    readonly first: Ran & { readonly trace: Trace };
}

/** `violated`, or `unsteady` where the same schedule does not fail again, or production's order fails as well. */
export async function explained(options: SuiteOptions, failure: Failure): Promise<SuiteResult> {
    const { run, arrivals, first } = failure;
    const { shouldStop, shrinkRuns, onProgress } = options;
    const repeating = new Repeating(options, failure);
    const { live } = first.trace;
    const all = deviationsOf(first.trace);
    if (all.length === 0) return failedAsItCame(options, failure, repeating);
    const own = repeating.tallyOf(all);
    while (own.failed < 2 && own.runs < 1 + REPEATS && !shouldStop()) await repeating.confirm(all);
    if (!shouldStop()) {
        const repeated = { ...own };
        const production = repeating.tallyOf([]);
        const fails = await repeating.confirm([]);
        const unsteady = { verdict: 'unsteady', runs: run, run, repeated, output: repeating.output } as const;
        if (fails) return { ...unsteady, production: { ...production }, live };
        if (!shouldStop() && own.failed < 2) return { ...unsteady, production: { ...production }, live };
    }
    let tried = 0;
    const { deviations, complete } = await shrinkDeviations(all, {
        fails: (candidate) => {
            // Production's order has just been run.
            if (candidate.length === 0) return Promise.resolve(false);
            onProgress({ phase: 'shrink', runs: ++tried, deviations: candidate.length });
            return repeating.fails(candidate);
        },
        mayGoOn: () => tried < shrinkRuns && !shouldStop()
    });
    const shrunk = complete && !shouldStop() ? 'minimal' : 'reduced';
    const repeats = repeating.tallyOf(deviations);
    while (repeats.runs < REPEATS && !shouldStop()) await repeating.confirm(deviations);
    const { steps, interfaces } = repeating.trace;
    const found = { run, deviations, arrivals, shrunk, repeats: { ...repeats }, output: repeating.output } as const;
    const finding: SuiteFinding = { ...found, steps, interfaces, live };
    return { verdict: 'violated', runs: run, finding };
}

/** Nothing was out of order: it was production's order, in which all had passed. */
async function failedAsItCame(
    { shouldStop }: SuiteOptions,
    { run, first }: Failure,
    repeating: Repeating
): Promise<SuiteResult> {
    if (!shouldStop()) await repeating.confirm([]);
    const { runs, failed } = repeating.tallyOf([]);
    const [repeated, production] = [{ runs: 1, failed: 1 }, { runs: runs - 1, failed: failed - 1 }];
    const { live } = first.trace;
    return { verdict: 'unsteady', runs: run, run, repeated, production, live, output: repeating.output };
}

/** Runs of schedules in which something failed, counted by schedule. */
class Repeating {
    readonly #options: SuiteOptions;
    readonly #failure: Failure;
    readonly #tallies = new Map<string, Tally>();
    #last: Ran & { readonly trace: Trace };

    constructor(options: SuiteOptions, failure: Failure) {
        this.#options = options;
        this.#failure = failure;
        this.#last = failure.first;
        Object.assign(this.tallyOf(deviationsOf(failure.first.trace)), { runs: 1, failed: 1 });
    }

    /** What the last run that failed printed. */
    get output(): string {
        return this.#last.output;
    }

    /** What its servers did. */
    get trace(): Trace {
        return this.#last.trace;
    }

    /** Live. */
    tallyOf(deviations: readonly Deviation[]): Tally {
        const key = JSON.stringify(deviations);
        const tally = this.#tallies.get(key) ?? { runs: 0, failed: 0 };
        this.#tallies.set(key, tally);
        return tally;
    }

    confirm(deviations: readonly Deviation[]): Promise<boolean> {
        const runs = this.tallyOf(deviations).runs + 1;
        this.#options.onProgress({ phase: 'confirm', runs, deviations: deviations.length });
        return this.fails(deviations);
    }

    async fails(deviations: readonly Deviation[]): Promise<boolean> {
        const { runSuite, seed, shouldStop } = this.#options;
        const { run, arrivals } = this.#failure;
        const { trace, ...ran } = await runSuite({ seed, run, faultsMax: 0, mode: 'follow', deviations, arrivals });
        // What the user ended says nothing.
        if (shouldStop()) return false;
        const tally = this.tallyOf(deviations);
        tally.runs++;
        // Without a server it failed for another reason.
        if (ran.passed || trace === undefined) return false;
        tally.failed++;
        this.#last = { ...ran, trace };
        return true;
    }
}
