/**
 * A user's test suite, run again and again under other schedules: first production's, under which it has to pass, then random ones until a
 * test fails, then ever fewer deviations from production as long as it still fails.
 */
import { SuiteFailsAnywayError, NoServerStartedError } from './errors.ts';
import type { Arrival, Deviation, Run } from './run-file.ts';
import type { SuiteFinding, SuiteResult } from './results.ts';
import { shrinkDeviations } from './shrink.ts';
import { deviationsOf, type Trace } from './trace.ts';

/** What one run of the suite came to. */
export interface Ran {
    readonly passed: boolean;
    /** The end of what it printed. */
    readonly output: string;
    /** Undefined when no server was started. */
    readonly trace: Trace | undefined;
}

/** A run without what whoever runs it adds. */
export type RunPlan = Omit<Run, 'traces'>;

export interface SuiteOptions {
    readonly seed: number;
    /** Random schedules at most. */
    readonly runs: number;
    readonly faultsMax: number;
    /** Runs that shrinking may take. */
    readonly shrinkRuns: number;
    /** Runs the suite. */
    readonly runSuite: (plan: RunPlan) => Promise<Ran>;
    readonly shouldStop: () => boolean;
    readonly onProgress: (progress: SuiteProgress) => void;
}

export interface SuiteProgress {
    readonly phase: 'production' | 'explore' | 'confirm' | 'shrink';
    readonly runs: number;
    readonly deviations?: number;
}

const REPEATS = 3;

/** Explores. Throws SuiteFailsAnywayError, NoServerStartedError, and what `runSuite` throws. */
export async function exploreSuite(options: SuiteOptions): Promise<SuiteResult> {
    const { runSuite, runs, seed, faultsMax, shouldStop, onProgress } = options;
    const asTheyCome = { seed, run: 0, faultsMax, deviations: [], arrivals: [] } as const;
    onProgress({ phase: 'production', runs: 0 });
    const baseline = await runSuite({ ...asTheyCome, mode: 'production' });
    if (shouldStop()) return { verdict: 'stopped', runs: 0 };
    if (!baseline.passed) throw new SuiteFailsAnywayError(baseline.output);
    if (baseline.trace === undefined) throw new NoServerStartedError(baseline.output);
    const { arrivals } = baseline.trace;
    const plan = { ...asTheyCome, arrivals };
    let choices = 0;
    for (let run = 1; run <= runs; run++) {
        onProgress({ phase: 'explore', runs: run });
        const ran = await runSuite({ ...plan, run, mode: 'random' });
        if (shouldStop()) return { verdict: 'stopped', runs: run - 1 };
        const { trace } = ran;
        // Production's run had a server: what went wrong here has nothing to do with the schedule.
        if (trace === undefined) throw new NoServerStartedError(ran.output);
        choices += trace.steps.length;
        if (!ran.passed) {
            const finding = await explained(options, run, { ...ran, trace, arrivals });
            return { verdict: 'violated', runs: run, finding };
        }
    }
    return choices === 0 ? { verdict: 'vacuous', runs } : { verdict: 'passed', runs, choices };
}

async function explained(
    options: SuiteOptions,
    run: number,
    { arrivals, ...first }: Ran & { readonly trace: Trace; readonly arrivals: readonly Arrival[] }
): Promise<SuiteFinding> {
    const { runSuite, seed, shrinkRuns, shouldStop, onProgress } = options;
    let last: Ran = first;
    const follow = async (deviations: readonly Deviation[]): Promise<boolean> => {
        const plan = { seed, run, faultsMax: 0, mode: 'follow', deviations, arrivals } as const;
        const ran = await runSuite(plan);
        // Without a server, or ended by the user, it failed for another reason.
        const failed = !ran.passed && ran.trace !== undefined && !shouldStop();
        if (failed) last = ran;
        return failed;
    };
    let tried = 0;
    const { deviations, complete } = await shrinkDeviations(deviationsOf(first.trace), {
        fails: (candidate) => {
            onProgress({ phase: 'shrink', runs: ++tried, deviations: candidate.length });
            return follow(candidate);
        },
        mayGoOn: () => tried < shrinkRuns && !shouldStop()
    });
    const shrunk = complete && !shouldStop() ? 'minimal' : 'reduced';
    const repeats = { runs: 0, failed: 0 };
    for (let repeat = 1; repeat <= REPEATS && !shouldStop(); repeat++) {
        onProgress({ phase: 'confirm', runs: repeat, deviations: deviations.length });
        if (await follow(deviations)) repeats.failed++;
        if (!shouldStop()) repeats.runs++;
    }
    const { trace, output } = last;
    const shown = { steps: trace?.steps ?? [], interfaces: trace?.interfaces ?? [] };
    return { run, deviations, arrivals, shrunk, repeats, ...shown, output };
}
