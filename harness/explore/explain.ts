/** After exploration: from the raw finding to the smallest schedule that breaks the same. A task of its own, for any thread. */
import { campaignError } from './campaign-error.ts';
import type { RawFinding } from './chunk.ts';
import { NotRepeatableError } from './errors.ts';
import { failureOf, findingOf } from './failure.ts';
import type { Failure } from './failure.ts';
import type { Ground } from './ground.ts';
import { fixedRandom } from './record.ts';
import { namesIn } from './recorder.ts';
import type { CampaignError, Finding } from './results.ts';
import { shrink } from './shrink/shrink.ts';
import { Replay } from './strategy/replay.ts';
import { uncounted } from './uncounted.ts';

/** What is explained, and what it may cost. */
export interface ExplainTask {
    readonly found: RawFinding;
    /** Metered steps. */
    readonly stepsMax: number;
}

export interface Explained {
    /** The raw one when something went wrong. */
    readonly finding: Finding;
    readonly error?: CampaignError;
}

export interface ExplainHooks {
    readonly shouldStop: () => boolean;
    /** After every schedule. */
    readonly onProgress?: (schedules: number) => void;
}

/** Shrinks. Deterministic, unless `shouldStop` says stop; never throws for anything that a scenario or a canister does. */
export function explain(ground: Ground, { found, stepsMax }: ExplainTask, hooks: ExplainHooks): Explained {
    const { walk, settled } = ground;
    const { seed, shrinkSchedules } = settled;
    Object.assign(walk, { listener: {}, steps: 0, stepsMax: Infinity });
    try {
        const source = ground.source();
        const failure = again(ground, found);
        Object.assign(walk, { steps: 0, stepsMax });
        const shrunk = shrink(walk, failure, {
            seed,
            schedulesMax: shrinkSchedules,
            shouldStop: hooks.shouldStop,
            source,
            programIndex: found.program,
            onProgress: schedules => hooks.onProgress?.(schedules)
        });
        const { strategy, scheduleIndex } = found.finding;
        const how = shrunk.complete ? 'minimal' : 'reduced';
        return { finding: findingOf(walk, shrunk.failure, { seed, strategy, scheduleIndex }, how) };
    } catch (cause) {
        return { finding: found.finding, error: campaignError(cause) };
    } finally {
        walk.stepsMax = Infinity;
        walk.reset();
    }
}

/** The failing schedule once more, by causal names: it may have been found by another thread. */
function again({ walk, source }: Ground, { finding, program }: RawFinding): Failure {
    walk.load(source().at(program));
    const replay = new Replay(finding.schedule, { ...namesIn(walk), mayEndEarly: true });
    uncounted(walk, () => walk.run(replay, fixedRandom()));
    const failure = failureOf(walk, finding.invariant);
    if (failure === undefined || replay.missed !== undefined)
        throw new NotRepeatableError(walk.binding.scenario, finding.invariant);
    return failure;
}
