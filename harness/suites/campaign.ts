/**
 * A user's test suite, run again and again under other schedules: first production's, under which it has to pass, then ever more deviations
 * from it, and random orders between, until a test fails.
 */
import { explained } from './explain.ts';
import { NoServerStartedError, SuiteFailsAnywayError, SuiteHangsError } from './errors.ts';
import type { SuiteResult } from './results.ts';
import type { Run } from './run-file.ts';
import { Search } from './search.ts';
import type { Trace } from './trace.ts';

/** What one run of the suite came to. */
export interface Ran {
    readonly passed: boolean;
    /** The end of what it printed. */
    readonly output: string;
    /** Undefined when no server was started. */
    readonly trace: Trace | undefined;
    /** It was ended, because it took too long. */
    readonly overdue?: true;
}

/** A run without what whoever runs it adds. */
export type RunPlan = Omit<Run, 'traces'>;

export interface SuiteOptions {
    readonly seed: number;
    /** Schedules at most, besides production's. */
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
    readonly phase: 'production' | 'explore' | 'found' | 'confirm' | 'shrink';
    readonly runs: number;
    readonly deviations?: number;
}

/** Where there seems to be nothing to choose, so many runs look again: what a client sends at once may have come one by one. */
const LOOKS = 2;

/** Explores. Throws SuiteFailsAnywayError, NoServerStartedError, and what `runSuite` throws. */
export async function exploreSuite(options: SuiteOptions): Promise<SuiteResult> {
    const { runSuite, seed, faultsMax, shouldStop, onProgress } = options;
    const asTheyCome = { seed, run: 0, faultsMax, deviations: [], arrivals: [] } as const;
    onProgress({ phase: 'production', runs: 0 });
    const baseline = await runSuite({ ...asTheyCome, mode: 'production' });
    if (shouldStop()) return { verdict: 'stopped', runs: 0 };
    if (baseline.overdue) throw new SuiteHangsError(baseline.output);
    if (!baseline.passed) throw new SuiteFailsAnywayError(baseline.output);
    if (baseline.trace === undefined) throw new NoServerStartedError(baseline.output);
    const { arrivals } = baseline.trace;
    const search = new Search({ seed, faultsMax });
    search.begin(baseline.trace);
    let [choices, run] = [choicesIn(baseline.trace), 0];
    const hasNothing = search.exhausted || (baseline.trace.live && choices === 0 && !search.simple);
    const runs = hasNothing ? Math.min(options.runs, LOOKS) : options.runs;
    while (run < runs && (run < LOOKS || !search.exhausted)) {
        run++;
        onProgress({ phase: 'explore', runs: run });
        // Few deviations first; then every other run is a thorough mess, which some races need.
        const deviations = search.simple || run % 2 === 1 ? search.next() : [];
        const mode = deviations.length > 0 ? 'follow' : 'random';
        const ran = await runSuite({ ...asTheyCome, arrivals, run, mode, deviations });
        if (shouldStop()) return { verdict: 'stopped', runs: run - 1 };
        const { trace } = ran;
        // Production's run had a server: what went wrong here has nothing to do with the schedule.
        if (trace === undefined) throw new NoServerStartedError(ran.output);
        if (!ran.passed) {
            onProgress({ phase: 'found', runs: run });
            return explained(options, { run, arrivals, first: { ...ran, trace } });
        }
        if (mode === 'follow') search.learn(trace);
        choices += choicesIn(trace);
    }
    if (choices === 0) return { verdict: 'vacuous', runs: run };
    return { verdict: 'passed', runs: run, choices, exhausted: search.exhausted, live: baseline.trace.live };
}

function choicesIn({ steps }: Trace): number {
    return steps.filter(({ choices }) => choices > 1).length;
}
