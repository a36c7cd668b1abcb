/** Runs every scenario of this repository in every language, through the same code as `npm run fuzz`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadProject } from '../../harness/build/index.ts';
import { compile } from '../../harness/cli/compile.ts';
import type { Context } from '../../harness/cli/context.ts';
import { canisterTypes } from '../../harness/cli/fuzz.ts';
import { jobOf } from '../../harness/cli/jobs.ts';
import { runJobs } from '../../harness/cli/pool.ts';
import { exploreProgress } from '../../harness/cli/progress.ts';
import { loadScenarios } from '../../harness/cli/scenario-files.ts';
import { targetsOf } from '../../harness/cli/targets.ts';
import type { Target } from '../../harness/cli/targets.ts';
import { settle } from '../../harness/explore/options.ts';
import type { RunOutcome } from '../../harness/report/outcome.ts';

/** The seed of the page. */
export const SEED = 1;
/** Sampled schedules of a scenario: enough for every verdict and outcome, and a fifth of what `npm run fuzz` takes. */
export const SAMPLED = 200;
/** Scenarios explored at once; no result depends on it. */
const WORKERS = 2;
const SCENARIOS = 'invariants/**/*.invariant.ts';

/** One scenario in one language, with the file that declares it. */
export interface Explored extends RunOutcome {
    /** Relative to the repository. */
    readonly file: string;
}

/**
 * Explores the scenarios of the project in `directory`. Schedule files go to a temporary directory, since the page shows the
 * schedules. Deterministic but for `elapsedMs`. Throws what building and loading throw, and an Error when it was interrupted.
 */
export async function exploreAll(directory: string, context: Context): Promise<readonly Explored[]> {
    const project = loadProject(directory);
    const types = canisterTypes(project);
    const targets = (await loadScenarios(directory, SCENARIOS)).flatMap((loaded) => targetsOf(loaded, types));
    const names = new Set(targets.flatMap(({ canisters }) => canisters.map(({ name }) => name)));
    const built = await compile(project, [...names], context);
    const findings = mkdtempSync(join(tmpdir(), 'interleave-catalogue-'));
    try {
        const jobs = targets.map((target, index) => {
            const places = { project: directory, scenarios: SCENARIOS, findings };
            const options = { ...schedulesOf(target), seed: SEED, shrink: true, ...places };
            return jobOf(index, target, { built, failures: new Map(), project, options, findings, context });
        });
        const { interrupts } = context;
        const outcomes = await runJobs(jobs, { workers: WORKERS, interrupts }, exploreProgress(jobs, context.streams));
        return outcomes.map((outcome, index) => {
            const stopped = outcome === undefined || outcome.stopped !== undefined;
            if (stopped) throw new Error('interrupted: no page was made');
            return { ...outcome, file: targets[index]!.file };
        });
    } finally {
        rmSync(findings, { recursive: true, force: true });
    }
}

/** Only samples are made smaller: an enumeration is complete or nothing. */
function schedulesOf({ scenario }: Target): { readonly schedules?: number } {
    return ['random', 'portfolio'].includes(settle(scenario, { seed: SEED }).strategy) ? { schedules: SAMPLED } : {};
}
