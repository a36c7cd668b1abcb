/** Joins the results of chunks, in the order of their schedules, whatever order they came in. Pure, and all plain data. */
import { keepsCorpus } from './chunk.ts';
import { isRoundStart, roundCorpus, roundEnd } from './coverage/corpus.ts';
import type { CorpusEntry } from './coverage/corpus.ts';
import type { ChunkEnd, ChunkResult, Chunk, RawFinding } from './chunk.ts';
import { distinct } from './distinct.ts';
import type { Settled } from './options.ts';
import type { Frontier } from './reduction/frontier.ts';
import type { CampaignError } from './results.ts';
import { NOTHING_SEEN, bothSeen } from './seen.ts';
import type { Seen } from './seen.ts';

/** What a campaign has come to. */
export interface Folded {
    /** Index of the schedule that comes next. */
    readonly next: number;
    readonly seen: Seen;
    /** The limit on metered steps: after a violation some are left for shrinking. */
    readonly stepsMax: number;
    /** Of `mutate`: the schedules that the round under way goes on from; what it covers itself counts from the next one on. */
    readonly corpus?: readonly CorpusEntry[];
    /** Where an enumeration that was cut goes on. */
    readonly frontier?: Frontier;
    /** What goes with that, chunk by chunk. */
    readonly finished: readonly Uint8Array[];
    /** The first failure. */
    readonly found?: RawFinding;
    /** Those after it that none before them explains. */
    readonly others: readonly RawFinding[];
    /** How the last chunk ended; absent before the first. */
    readonly end?: ChunkEnd;
    readonly error?: CampaignError;
}

/** Before anything was run. */
export function nothingFolded({ from, stepsMax }: Settled): Folded {
    return { next: from, seen: NOTHING_SEEN, stepsMax, finished: [], others: [] };
}

/** `folded` and the chunk that comes next in it. */
export function foldChunk(folded: Folded, result: ChunkResult): Folded {
    const [found, ...others] = distinct(failuresIn(folded), failuresIn(result));
    const error = folded.error ?? result.error;
    const next = Math.max(folded.next, result.to);
    const seen = bothSeen(folded.seen, result.seen);
    const corpus = keepsCorpus(result.chunk) && isRoundStart(next) ? roundCorpus(seen.corpus) : folded.corpus;
    return {
        next,
        seen,
        ...(corpus === undefined ? {} : { corpus }),
        ...(result.end === 'cut' && result.frontier !== undefined ? { frontier: result.frontier } : {}),
        finished: result.finished === undefined ? folded.finished : [...folded.finished, result.finished],
        stepsMax: folded.found === undefined ? limitAfter(folded, result.found) : folded.stepsMax,
        ...(found === undefined ? {} : { found }),
        others,
        end: result.end,
        ...(error === undefined ? {} : { error })
    };
}

function failuresIn({ found, others = [] }: Pick<ChunkResult, 'found' | 'others'>): readonly RawFinding[] {
    return found === undefined ? [] : [found, ...others];
}

/** What else breaks is worth half of what is left; the other half is for shrinking. */
function limitAfter({ stepsMax, seen }: Folded, found: RawFinding | undefined): number {
    if (found === undefined) return stepsMax;
    return stepsMax - Math.max(0, stepsMax - seen.stats.steps - found.steps) / 2;
}

/**
 * Whether the result of a chunk that was run ahead of others is what it would have been after them. They may have found a violation, which
 * moves the end of the campaign, and they have used some of its budget.
 */
export function isStillRight(planned: Chunk, folded: Folded, { chunk, seen, found, end }: ChunkResult): boolean {
    if (chunk.from !== folded.next || !isSamePlan(planned, chunk)) return false;
    const stepsMax = folded.stepsMax - folded.seen.stats.steps;
    if (stepsMax === chunk.stepsMax) return true;
    if (end === 'spent') return false;
    const halved = folded.found !== undefined || found === undefined ? 0 : Math.max(0, stepsMax - found.steps) / 2;
    return seen.stats.steps < stepsMax - halved;
}

/**
 * Whether two chunks of a campaign run their schedules in the same way, and end at the same point after a violation. What schedules of a
 * round go on from follows from the campaign and the round, and where an enumeration stands from its schedules so far, so that nobody has
 * to compare it; it is long, and this is asked for every chunk under way whenever a worker wants something to do.
 */
export function isSamePlan(one: Chunk, other: Chunk): boolean {
    if (one.strategy !== other.strategy || one.onlyBelow !== other.onlyBelow) return false;
    if (keepsCorpus(one) && roundEnd(one.from) !== roundEnd(other.from)) return false;
    return one.until === other.until || JSON.stringify(one.until) === JSON.stringify(other.until);
}
