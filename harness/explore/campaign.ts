/**
 * A campaign: many schedules of one scenario on one backend, then the smallest schedule of what broke first. Here in one thread; the
 * parts that it is made of (plan, chunk, fold, explain, conclude) are the same wherever they run.
 */
import type { ControlledBackend } from '../backend/port.ts';
import type { Binding } from '../scenario/bind.ts';
import { exploreChunk } from './chunk-run.ts';
import type { ChunkHooks } from './chunk-run.ts';
import { conclude } from './conclude.ts';
import { numbersOf } from './coverage/data.ts';
import { distinct } from './distinct.ts';
import { failedResult } from './failed-result.ts';
import { explain } from './explain.ts';
import type { Explained } from './explain.ts';
import { factsOf } from './facts.ts';
import { foldChunk, nothingFolded } from './fold.ts';
import type { Folded } from './fold.ts';
import { groundOf } from './ground.ts';
import type { Ground } from './ground.ts';
import { settle } from './options.ts';
import type { CampaignOptions } from './options.ts';
import { planRound } from './plan.ts';
import type { CampaignResult } from './results.ts';

/**
 * Explores schedules of a scenario from the backend's present state, which it restores at the end.
 *
 * Deterministic: the result is a function of the binding, the backend's state and the options, unless `shouldStop` says stop.
 * Never throws for anything that a scenario or a canister does: that becomes a result with the verdict `error`.
 */
export function runCampaign(binding: Binding, backend: ControlledBackend, options: CampaignOptions): CampaignResult {
    const settled = settle(binding.scenario, options);
    let ground: Ground;
    try {
        ground = groundOf(binding, backend, settled, options.twin);
    } catch (cause) {
        return failedResult(binding.scenario, options, cause);
    }
    let folded = nothingFolded(settled);
    for (;;) {
        const plan = planRound(settled, folded);
        // Planned anew after each chunk: one that finds a violation changes what comes next.
        const [chunk] = typeof plan === 'string' ? [] : plan;
        if (typeof plan === 'string' || chunk === undefined) {
            const end = typeof plan === 'string' ? plan : 'completed';
            return conclude(factsOf(binding), settled, folded, end, explained(ground, folded, options));
        }
        const hooks = hooksOf(ground, folded, options);
        folded = foldChunk(folded, exploreChunk(ground, chunk, hooks, folded.finished));
    }
}

function hooksOf({ walk, settled }: Ground, { seen, found, others }: Folded, options: CampaignOptions): ChunkHooks {
    const { shouldStop = NEVER, onProgress, onFinding } = options;
    const known = seen.broken.map(each => each.name);
    const covered = numbersOf(seen.coverage);
    let count = 0;
    return {
        shouldStop,
        onProgress: (schedules, messages, broken, { pairs, lastGrew }) => {
            onProgress?.({
                phase: 'explore',
                scenario: walk.binding.scenario.id,
                schedules: seen.stats.schedules + schedules,
                schedulesMax: settled.schedules,
                messages: seen.stats.messages + messages,
                broken: [...new Set([...known, ...broken()])],
                // Of pairs that this chunk and an earlier one have seen none counts twice.
                coverage: pairs > covered.pairs ? { pairs, lastGrew } : covered
            });
        },
        onFound: raw => {
            // Of very many the first few; others are handed out when it is their turn to be shrunk.
            const before = found === undefined ? [] : [found, ...others];
            const isNew = distinct(before, [raw]).length > before.length;
            if (isNew && before.length + count++ < settled.findings) onFinding?.(raw.finding);
        }
    };
}

/** Shrinks what was found, where that is wanted and the campaign went well so far. */
function explained(
    ground: Ground,
    { found, others, seen, error }: Folded,
    { shouldStop = NEVER, onProgress, onFinding }: CampaignOptions
): Explained | undefined {
    const { walk, settled } = ground;
    const { shrinkSchedules, stepsMax } = settled;
    if (found === undefined || error !== undefined) return undefined;
    const task = { found, others, stepsMax: stepsMax - seen.stats.steps };
    return explain(ground, task, {
        shouldStop,
        onProgress: (schedules, size) => {
            onProgress?.({
                phase: 'shrink',
                scenario: walk.binding.scenario.id,
                schedules,
                schedulesMax: shrinkSchedules,
                messages: seen.stats.messages,
                broken: seen.broken.map(each => each.name),
                size
            });
        },
        ...(onFinding === undefined ? {} : { onFinding })
    });
}

const NEVER = (): boolean => false;
