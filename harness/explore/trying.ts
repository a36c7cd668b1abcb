/** Trial schedules on a walk: what strategies want to know of a program before its first schedule, and how large it is. */
import type { Ground } from './ground.ts';
import { randomSource } from './random.ts';
import type { Strategy } from './strategy/strategy.ts';
import { runTrials, schedulesEstimate } from './strategy/trials.ts';
import { uncounted } from './uncounted.ts';

/** One trial schedule may use so small a part of the campaign's budget. */
const BUDGET_SHARE = 100;

/** Lets a strategy learn about the program that is loaded, number `index` of generated ones. */
export function tryProgram(ground: Ground, strategy: Strategy, index: number): void {
    const { settled, walk } = ground;
    const { faults, scenario } = walk.binding;
    const facts = { index, generated: settled.generated, withFaults: faults.length > 0 };
    const random = randomSource(settled.seed, scenario.id, 'trial');
    onSide(ground, () => runTrials(strategy, facts, random, (walker, each) => void walk.run(walker, each)));
}

/** About how many legal schedules the loaded program has: right in the mean, and far off in single cases. */
export function estimateSchedules(ground: Ground): number {
    const { settled, walk } = ground;
    const random = randomSource(settled.seed, walk.binding.scenario.id, 'estimate');
    return onSide(ground, () => schedulesEstimate(random, (walker, each) => void walk.run(walker, each)));
}

/** Runs trials without leaving a trace in what is counted. Their budget is the same wherever a chunk begins, and so are they. */
function onSide<T>({ walk, settled }: Ground, run: () => T): T {
    const { listener, dearest, stepsMax } = walk;
    Object.assign(walk, { listener: {} });
    try {
        return uncounted(walk, () => {
            Object.assign(walk, { steps: 0, stepsMax: settled.stepsMax / BUDGET_SHARE });
            return run();
        });
    } finally {
        Object.assign(walk, { listener, dearest, stepsMax });
    }
}
