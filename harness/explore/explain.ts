/** After exploration: from raw failures to the smallest schedules that break the same. A task of its own, for any thread. */
import { campaignError } from './campaign-error.ts';
import type { RawFinding } from './chunk.ts';
import { explains } from './distinct.ts';
import { NotRepeatableError } from './errors.ts';
import { failureOf, findingOf } from './failure.ts';
import type { Failure } from './failure.ts';
import type { Ground } from './ground.ts';
import { fixedRandom } from './record.ts';
import { namesIn } from './recorder.ts';
import type { CampaignError, Finding, Size } from './results.ts';
import { shrink } from './shrink/shrink.ts';
import { Replay } from './strategy/replay.ts';
import { uncounted } from './uncounted.ts';

/** What is explained, and what it may cost. */
export interface Explainable {
    readonly found: RawFinding;
    /** Further failures, in the order in which they were found. */
    readonly others: readonly RawFinding[];
    /** Metered steps. */
    readonly stepsMax: number;
}

export interface Explained {
    /** Of each failure that none before it explains; the raw one when something went wrong, or when it is not to be shrunk. */
    readonly findings: readonly Finding[];
    /** Failures that were left out because there are so many. */
    readonly further: number;
    readonly error?: CampaignError;
}

export interface ExplainHooks {
    readonly shouldStop: () => boolean;
    /** After every schedule. */
    readonly onProgress?: (schedules: number, size: Size) => void;
    /** Before a failure is shrunk, and when it is as small as it gets. */
    readonly onFinding?: (finding: Finding) => void;
}

/**
 * Shrinks, where that is wanted. One failure after the other: many that look different turn out to be the same when the first is small.
 * Deterministic, unless `shouldStop` says stop; never throws for anything that a scenario or a canister does.
 */
export function explain(ground: Ground, task: Explainable, hooks: ExplainHooks): Explained {
    const { walk, settled } = ground;
    const findings: Finding[] = [];
    let left = task.stepsMax;
    let further = 0;
    try {
        for (const raw of [task.found, ...task.others]) {
            if (findings.some(each => explains(each, raw.finding))) continue;
            if (findings.length >= settled.findings) {
                further++;
                continue;
            }
            findings.push(raw.finding);
            if (!settled.shrink) continue;
            // It may have been one of too many to be handed out when it was found.
            hooks.onFinding?.(raw.finding);
            Object.assign(walk, { listener: {}, steps: 0, stepsMax: left });
            const finding = smallest(ground, raw, hooks);
            left = Math.max(0, left - walk.steps);
            findings[findings.length - 1] = finding;
            hooks.onFinding?.(finding);
        }
        return { findings, further };
    } catch (cause) {
        return { findings, further, error: campaignError(cause) };
    } finally {
        walk.stepsMax = Infinity;
        walk.reset();
    }
}

function smallest(ground: Ground, raw: RawFinding, { shouldStop, onProgress }: ExplainHooks): Finding {
    const { walk, settled } = ground;
    const { seed, strategy, scheduleIndex } = raw.finding;
    const shrunk = shrink(walk, again(ground, raw), {
        seed: settled.seed,
        schedulesMax: settled.shrinkSchedules,
        shouldStop,
        source: ground.source(),
        programIndex: raw.program,
        onProgress: (schedules, size) => onProgress?.(schedules, size)
    });
    const how = shrunk.complete ? 'minimal' : 'reduced';
    return uncounted(walk, () => findingOf(walk, shrunk.failure, { seed, strategy, scheduleIndex }, how));
}

/** The failing schedule once more, by causal names: it may have been found by another thread. */
function again({ walk, source }: Ground, { finding, program }: RawFinding): Failure {
    const { stepsMax } = walk;
    walk.stepsMax = Infinity;
    walk.load(source().at(program));
    const replay = new Replay(finding.schedule, { ...namesIn(walk), mayEndHere: () => true });
    uncounted(walk, () => walk.run(replay, fixedRandom()));
    walk.stepsMax = stepsMax;
    const failure = failureOf(walk, finding);
    if (failure === undefined || replay.missed !== undefined)
        throw new NotRepeatableError(walk.binding.scenario, finding.invariant);
    return failure;
}
