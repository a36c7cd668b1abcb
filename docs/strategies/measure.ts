/** How many schedules each strategy needs until a race of the catalogue shows, seed by seed. */
import { join } from 'node:path';
import { loadProject } from '../../harness/build/index.ts';
import { compile } from '../../harness/cli/compile.ts';
import type { Context } from '../../harness/cli/context.ts';
import { deploy } from '../../harness/cli/deploy.ts';
import { canisterTypes } from '../../harness/cli/fuzz.ts';
import { roleBuilds } from '../../harness/cli/jobs.ts';
import { loadScenarios } from '../../harness/cli/scenario-files.ts';
import { targetsOf } from '../../harness/cli/targets.ts';
import type { Chunk } from '../../harness/explore/chunk.ts';
import { nothingFolded } from '../../harness/explore/fold.ts';
import { groundOf } from '../../harness/explore/ground.ts';
import type { Ground } from '../../harness/explore/ground.ts';
import { settle } from '../../harness/explore/options.ts';
import { planRound } from '../../harness/explore/plan.ts';
import { randomSource } from '../../harness/explore/random.ts';
import { strategyFacts, strategyFor } from '../../harness/explore/strategy/index.ts';
import { STOP } from '../../harness/explore/strategy/strategy.ts';
import type { Strategy } from '../../harness/explore/strategy/strategy.ts';
import type { Trial } from '../../harness/explore/strategy/trials.ts';
import { estimateSchedules, tryProgram } from '../../harness/explore/trying.ts';
import type { StrategyName } from '../../harness/scenario/strategy-name.ts';

/** What is compared, in the order of the columns. */
export const COMPARED: readonly StrategyName[] = [
    'portfolio', 'random', 'pct:2', 'pct:3', 'pctcp:2', 'pctcp:3', 'pos', 'surw', 'exhaustive'
];
/** Schedules after which a seed is given up. */
export const SCHEDULES_MAX = 2_000;

export const MEASURED_LANGUAGES = ['motoko', 'azle'] as const;
export type MeasuredLanguage = (typeof MEASURED_LANGUAGES)[number];

/** A race, and for each strategy the number of schedules until it showed, by seed; SCHEDULES_MAX + 1 where it did not. */
export interface Measured {
    readonly scenario: string;
    readonly language: MeasuredLanguage;
    readonly counts: Readonly<Record<string, readonly number[]>>;
}

/**
 * Measures every scenario of the project that is expected to break, in `language`, with seeds 1 to `seeds`. Deterministic. Throws what
 * building and loading throw.
 */
export async function measureAll(
    directory: string,
    context: Context,
    { seeds, language }: { readonly seeds: number; readonly language: MeasuredLanguage }
): Promise<readonly Measured[]> {
    const project = loadProject(directory);
    const loaded = await loadScenarios(directory, 'invariants/**/*.invariant.ts');
    const targets = loaded
        .filter(({ scenario }) => scenario.expect?.verdict === 'breaks')
        .flatMap((each) => targetsOf(each, canisterTypes(project), language));
    const names = new Set(targets.flatMap(({ canisters }) => canisters.map(({ name }) => name)));
    const built = await compile(project, [...names], context);
    const options = { seed: 1, cacheDirectory: join(directory, '.interleave', 'cache') };
    const rows: Measured[] = [];
    for (const [index, { scenario, canisters }] of targets.entries()) {
        context.streams.status(`${language}, ${index + 1} of ${targets.length}: ${scenario.id}`);
        const { backend, binding, release } = await deploy(scenario, roleBuilds(canisters, built), options);
        const shared = groundOf(binding, backend, settle(scenario, { seed: 1 }));
        const tried = new Map<number, readonly Trial[]>();
        const countOf = (strategy: StrategyName, seed: number): number => {
            const settled = settle(scenario, { seed, strategy, schedules: SCHEDULES_MAX });
            // Observations are remembered by program: what is the same for all seeds is shared.
            if (settled.generated) return schedulesToFailure(groundOf(binding, backend, settled), tryProgram);
            return schedulesToFailure({ ...shared, settled }, (ground, learner) => {
                // Trials follow from the seed: strategies learn from the same ones.
                const trials = tried.get(seed) ?? trialsOf(ground);
                tried.set(seed, trials);
                learner.learn?.(trials);
            });
        };
        const counts = COMPARED.map((strategy) => {
            // An enumeration is the same for all seeds.
            const own = strategy === 'exhaustive' && !shared.settled.generated ? 1 : seeds;
            return [strategy, Array.from({ length: own }, (_, at) => countOf(strategy, at + 1))] as const;
        });
        shared.walk.reset();
        release();
        rows.push({ scenario: scenario.id, language, counts: Object.fromEntries(counts) });
    }
    return rows;
}

/** What trial schedules of the program that is loaded were like. */
function trialsOf(ground: Ground): readonly Trial[] {
    let trials: readonly Trial[] = [];
    const learn = (all: readonly Trial[]): void => {
        trials = all;
    };
    const learner = { backtracks: false, begin: () => 0, pick: () => STOP, learn };
    tryProgram(ground, learner, 0);
    return trials;
}

type Teach = (ground: Ground, strategy: Strategy, program: number) => void;

/** Follows the plan of a campaign until something breaks. `teach`: lets a strategy learn about a program. */
function schedulesToFailure(ground: Ground, teach: Teach): number {
    const { settled } = ground;
    let folded = nothingFolded(settled);
    for (;;) {
        const plan = planRound(settled, folded);
        const [chunk] = typeof plan === 'string' ? [] : plan;
        if (chunk === undefined) return SCHEDULES_MAX + 1;
        const failed = failureIn(ground, chunk, teach);
        if (failed === 'none-left') return SCHEDULES_MAX + 1;
        if (typeof failed === 'number') return failed + 1;
        const next = failed === 'too-large' ? chunk.from : chunk.to;
        folded = { ...folded, next, end: chunk.strategy === 'exhaustive' ? 'budget' : 'completed' };
        if (next >= SCHEDULES_MAX) return SCHEDULES_MAX + 1;
    }
}

/** Index of the first schedule of a chunk that breaks something; undefined when none does. */
function failureIn(
    ground: Ground,
    { strategy: name, from, to, onlyBelow }: Chunk,
    teach: Teach
): number | 'none-left' | 'too-large' | undefined {
    const { walk, settled, source } = ground;
    const { seed, schedulesPerProgram, generated } = settled;
    const random = randomSource(seed, walk.binding.scenario.id, 'schedule');
    walk.load(source().at(0));
    if (onlyBelow !== undefined && estimateSchedules(ground) > onlyBelow) return 'too-large';
    const strategy = strategyFor(name, {
        ...strategyFacts(walk.binding, from),
        reduction: { kind: settled.reduction, ground: walk }
    });
    let loaded = -1;
    for (let index = from; index < to; index++) {
        const program = generated && !strategy.backtracks ? Math.floor(index / schedulesPerProgram) : 0;
        if (program !== loaded) {
            walk.load(source().at((loaded = program)));
            teach(ground, strategy, program);
        }
        if (walk.run(strategy, random(index)) === undefined) return 'none-left';
        if (walk.checks.violations.length > 0) return index;
    }
    return undefined;
}
