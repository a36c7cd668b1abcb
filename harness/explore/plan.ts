/** What a campaign does next. Pure: a function of the options and of what came out so far, never of how many workers there are. */
import { keepsCorpus } from './chunk.ts';
import type { Chunk, Until } from './chunk.ts';
import { roundEnd } from './coverage/corpus.ts';
import type { Folded } from './fold.ts';
import type { Settled } from './options.ts';
import type { ExplorationEnd } from './verdict.ts';

/** Schedules that the enumeration at the start of a portfolio may take, so that no race waits long for the samplers. */
const ENUMERATED_MAX = 256;
/** It is not begun where there seem to be many more legal schedules; estimates are rough, so the margin is wide. */
const SMALL = 8 * ENUMERATED_MAX;

/** The chunks of the next round, in the order of their schedules, or how exploration ended. */
export function planRound(settled: Settled, folded: Folded): readonly Chunk[] | ExplorationEnd {
    if (folded.error !== undefined) return 'stopped';
    const { end = 'completed' } = folded;
    if (end !== 'completed' && end !== 'budget' && end !== 'cut') return end;
    if (settled.strategy === 'exhaustive') return enumeration(settled, folded);
    const isFirst = folded.end === undefined && settled.from === 0;
    if (isFirst && undividedHead(settled) > 0) return smallest(settled, folded);
    return samples(settled, folded);
}

/** The first leg of the portfolio: a program with few schedules is passed exhaustively, and one with more is sampled from here on. */
function smallest(settled: Settled, folded: Folded): readonly Chunk[] {
    const to = undividedHead(settled);
    return [{ ...chunkOf(settled, folded), strategy: 'exhaustive', to, onlyBelow: SMALL }];
}

/** So many schedules at the beginning are not divided: those that a portfolio may enumerate. */
export function undividedHead({ strategy, generated, schedules }: Settled): number {
    return strategy === 'portfolio' && !generated ? Math.min(schedules, ENUMERATED_MAX) : 0;
}

/** One chunk after another: each schedule of an enumeration follows from the one before. It is complete only when it came to its end. */
function enumeration(settled: Settled, folded: Folded): readonly Chunk[] | ExplorationEnd {
    if (folded.end !== undefined && folded.end !== 'cut') return folded.end;
    if (settled.schedules === 0) return 'budget';
    const chunk = chunkOf(settled, folded);
    // It may have been cut after the last schedule that was asked for.
    return chunk.from < chunk.to ? [chunk] : 'budget';
}

/** Samples are as many as were asked for. */
function samples(settled: Settled, folded: Folded): readonly Chunk[] | ExplorationEnd {
    if (folded.next < (folded.found === undefined ? settled.to : settled.schedules)) return [chunkOf(settled, folded)];
    return settled.generated || settled.schedules > 0 ? 'completed' : 'budget';
}

function chunkOf(settled: Settled, folded: Folded): Chunk {
    const until = untilOf(settled, folded);
    // Expected invariants are waited for.
    const most = until === undefined ? settled.to : settled.schedules;
    const last = until?.missing.length === 0 ? Math.min(most, until.least + 1) : most;
    const inRounds = keepsCorpus(settled);
    const to = inRounds ? Math.min(last, roundEnd(folded.next)) : last;
    const stepsMax = folded.stepsMax - folded.seen.stats.steps;
    return {
        strategy: settled.strategy,
        from: folded.next,
        to,
        stepsMax,
        ...(inRounds ? { corpus: folded.corpus ?? [] } : {}),
        ...(folded.frontier === undefined ? {} : { frontier: folded.frontier }),
        ...(until === undefined ? {} : { until })
    };
}

/** After the first violation some more schedules tell what else breaks; expected invariants are waited for. */
function untilOf({ schedulesAfterViolation, awaited }: Settled, { found, seen }: Folded): Until | undefined {
    if (found === undefined) return undefined;
    const missing = awaited.filter(name => seen.broken.every(each => each.name !== name));
    return { least: found.finding.scheduleIndex + schedulesAfterViolation, missing };
}
