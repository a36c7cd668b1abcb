/** Motoko canisters of this repository, compiled from edited copies of their sources, and campaigns on them. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canisterIdOf } from '../../harness/backend/identities.ts';
import { buildProject, loadProject } from '../../harness/build/index.ts';
import type { BuiltCanister } from '../../harness/build/index.ts';
import { deploy } from '../../harness/cli/deploy.ts';
import { Deployments } from '../../harness/cli/deployments.ts';
import { roleBuilds } from '../../harness/cli/jobs.ts';
import { canisterTypes } from '../../harness/cli/fuzz.ts';
import { targetsOf } from '../../harness/cli/targets.ts';
import type { LoadedScenario } from '../../harness/cli/scenario-files.ts';
import { runCampaign } from '../../harness/explore/index.ts';
import type { CampaignResult } from '../../harness/explore/index.ts';
import { settle } from '../../harness/explore/options.ts';
import { DEFAULT_LIMITS } from '../../harness/replica/index.ts';
import type { Language, Scenario } from '../../harness/index.ts';
import { edited } from './edits.ts';
import type { Edit } from './edits.ts';

export const ROOT = join(import.meta.dirname, '..', '..');
/** Random schedules of a scenario that should hold; those that break are over with the first violation. */
const SAMPLED = 100;
const SEED = 1;
/** Shared with the commands: a source that was compiled before, edited or not, is not compiled again. */
const CACHE = join(ROOT, '.interleave', 'cache');

export type Built = ReadonlyMap<string, BuiltCanister>;

/** Compiles `names` of this repository's dfx.json as they are. */
export function build(names: readonly string[], directory = ROOT): Promise<Built> {
    return buildProject(loadProject(directory), {
        canisters: names,
        canisterIds: canisterIdOf,
        cacheDirectory: CACHE
    });
}

/** Compiles `names` from a copy of the sources in which the files of `edits` (paths from the root) are edited. */
export async function buildEdited(
    edits: ReadonlyMap<string, readonly Edit[]>,
    names: readonly string[]
): Promise<Built> {
    const directory = mkdtempSync(join(tmpdir(), 'interleave-mutations-'));
    try {
        cpSync(join(ROOT, 'dfx.json'), join(directory, 'dfx.json'));
        cpSync(join(ROOT, 'canisters'), join(directory, 'canisters'), { recursive: true });
        for (const [file, changes] of edits) {
            writeFileSync(join(directory, file), edited(readFileSync(join(ROOT, file), 'utf8'), changes));
        }
        return await build(names, directory);
    } finally {
        rmSync(directory, { recursive: true, force: true });
    }
}

/** Scenarios take a deployment of the same canisters over from each other, as they do in the tool. */
const kept = new Deployments();
const types = canisterTypes(loadProject(ROOT));

/** Explores a scenario on `built` until the first violation, without shrinking. */
export async function explore(scenario: Scenario, language: Language, built: Built): Promise<CampaignResult> {
    const loaded: LoadedScenario = { scenario, path: scenario.location, file: scenario.location };
    const [target] = targetsOf(loaded, types, language);
    const options = {
        seed: SEED,
        fees: 'standard',
        stepsMax: DEFAULT_LIMITS.steps.message,
        cacheDirectory: CACHE
    } as const;
    const { backend, binding, release } = await deploy(scenario, roleBuilds(target!.canisters, built), options, kept);
    const { strategy } = settle(scenario, { seed: SEED });
    const sampled = ['random', 'portfolio'].includes(strategy) ? { schedules: SAMPLED } : {};
    const result = runCampaign(binding, backend, { seed: SEED, shrink: false, schedulesAfterViolation: 0, ...sampled });
    release();
    return result;
}
