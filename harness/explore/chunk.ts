/**
 * A piece of a campaign, and what came of it: both plain data, so that pieces are run by other threads, processes and machines. A
 * result is a function of the scenario, the canisters, the options and the chunk. Chunks that several schedules share can be cut
 * anywhere between two of them: the results of the parts add up to the same (`isDivisible` names the exception).
 */
import type { StrategyName } from '../scenario/strategy-name.ts';
import type { CorpusEntry } from './coverage/corpus.ts';
import type { Frontier } from './reduction/frontier.ts';
import type { CampaignError, Finding } from './results.ts';
import type { Seen } from './seen.ts';

/** Schedules `from` to `to - 1` of a campaign. */
export interface Chunk {
    readonly strategy: StrategyName;
    readonly from: number;
    readonly to: number;
    /** Metered steps that it may use. */
    readonly stepsMax: number;
    /** Run nothing where the program seems to have more legal schedules. */
    readonly onlyBelow?: number;
    /** Of `mutate`: the schedules to go on from. */
    readonly corpus?: readonly CorpusEntry[];
    /** Of an enumeration that was cut: where it goes on. */
    readonly frontier?: Frontier;
    /** After a violation in an earlier chunk: where to end. */
    readonly until?: Until;
}

/** Where a campaign ends that has found a violation: after schedule `least`, and not before all of `missing` broke. */
export interface Until {
    readonly least: number;
    readonly missing: readonly string[];
}

/**
 * How a chunk ended: all of it was run; every legal schedule was enumerated; enough after a violation; an enumeration did not come to its
 * end; the user; the budget of metered steps; an enumeration was cut, and goes on in the next chunk.
 */
export type ChunkEnd = 'completed' | 'exhausted' | 'after-violation' | 'budget' | 'stopped' | 'spent' | 'cut';

/** A failure, written down as it was found. */
export interface RawFinding {
    readonly finding: Finding;
    /** Index of the program that it happened in. */
    readonly program: number;
    /** Metered steps that the chunk had used when it was found. */
    readonly steps: number;
}

export interface ChunkResult {
    /** Without what it went on from: schedules, or where an enumeration stood. */
    readonly chunk: Chunk;
    /** One more than the index of the last schedule that was run; below that of the chunk when it ended early or was cut. */
    readonly to: number;
    readonly end: ChunkEnd;
    readonly seen: Seen;
    /** The first failure. */
    readonly found?: RawFinding;
    /** Failures after the first that none before them explains, in the order in which they were found. */
    readonly others?: readonly RawFinding[];
    /** Where an enumeration that did not come to its end goes on; absent where nobody else could. */
    readonly frontier?: Frontier;
    /** What goes with that: the states that this chunk finished, as `Finished` hands them on. */
    readonly finished?: Uint8Array;
    /** What went wrong, not with a canister but with the scenario or with us; the campaign ends here. */
    readonly error?: CampaignError;
}

/** False for an enumeration, each schedule of which follows from the one before: it can be cut, but not be run in any order. Pure. */
export function isDivisible({ strategy }: Pick<Chunk, 'strategy'>): boolean {
    return strategy !== 'exhaustive';
}

/** Whether later schedules go on from those of this chunk. Pure. */
export function keepsCorpus({ strategy }: Pick<Chunk, 'strategy'>): boolean {
    return strategy === 'mutate';
}
