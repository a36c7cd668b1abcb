/** What was covered, as plain data that crosses threads and joins in any order, and the numbers that people read. */
import { executedBlocks, foldBlocks } from './blocks.ts';
import type { CoveredBlocks } from './blocks.ts';
import { estimateOf, joined } from './sketch.ts';
import type { Estimate } from './sketch.ts';

/**
 * A piece of a method that executes in one message: `vault.withdraw` up to its first await, `vault.withdraw/0` what runs after the
 * answer to its first call, `vault.withdraw/0/1` after the answer to the second call made there.
 */
export interface Segment {
    readonly name: string;
    /** Role that executes it. */
    readonly canister: string;
    /** Whether a call stood behind it, with more to come. */
    readonly awaits: boolean;
}

/** `ran` executed while a call stood between `within` and what comes after it, in the same canister. */
export interface CoveredPair {
    readonly ran: string;
    readonly within: string;
    /** Index of the first schedule in which it did. */
    readonly first: number;
}

/** Covered by some schedules. */
export interface CoverageData {
    /** Segments that executed, sorted by name. */
    readonly segments: readonly Segment[];
    /** Sorted by names. */
    readonly pairs: readonly CoveredPair[];
    /** Sketch of the fingerprints of partial orders. */
    readonly orders: readonly number[];
    /** Where that was asked for: basic blocks of each canister. */
    readonly blocks?: readonly CoveredBlocks[];
}

/** Of no schedule. */
export const NOTHING_COVERED: CoverageData = { segments: [], pairs: [], orders: [] };

/** A pair that may exist and was not seen. */
export type MissingPair = Omit<CoveredPair, 'first'>;

/** Coverage of a campaign in numbers. */
export interface CoverageNumbers {
    readonly segments: number;
    readonly pairs: number;
    /** Each segment within each await that was seen, in one canister: an upper bound, since some of them cannot happen. */
    readonly pairsMost: number;
    /** Different partial orders: schedules that differ in more than the order of messages of different canisters. */
    readonly orders: Estimate;
    /** Index of the last schedule that covered a new pair; -1 where none did. */
    readonly lastGrew: number;
    /** Those of `pairsMost` that were never seen. */
    readonly missing: readonly MissingPair[];
    /** Where that was asked for: basic blocks of each canister, all and those that were executed. */
    readonly blocks?: readonly { readonly canister: string; readonly count: number; readonly executed: number }[];
}

/** Joins what parts of a campaign have covered, given in any order. Pure. */
export function foldCoverage(parts: readonly CoverageData[]): CoverageData {
    const segments = new Map<string, Segment>();
    const pairs = new Map<string, CoveredPair>();
    for (const part of parts) {
        for (const each of part.segments) {
            if (segments.get(each.name)?.awaits !== true) segments.set(each.name, each);
        }
        for (const pair of part.pairs) {
            const name = pairName(pair);
            const known = pairs.get(name);
            if (known === undefined || pair.first < known.first) pairs.set(name, pair);
        }
    }
    const blocks = foldBlocks(parts.flatMap(part => part.blocks ?? []));
    return {
        segments: sorted(segments),
        pairs: sorted(pairs),
        orders: joined(parts.map(part => part.orders)),
        ...(blocks.length === 0 ? {} : { blocks })
    };
}

/** The numbers of what was covered. Pure. */
export function numbersOf(data: CoverageData): CoverageNumbers {
    const most = possible(data);
    const seen = new Set(data.pairs.map(pairName));
    return {
        segments: data.segments.length,
        pairs: data.pairs.length,
        pairsMost: most.length,
        orders: estimateOf(data.orders),
        lastGrew: data.pairs.reduce((last, { first }) => Math.max(last, first), -1),
        missing: most.filter(pair => !seen.has(pairName(pair))),
        ...(data.blocks === undefined ? {} : { blocks: data.blocks.map(executedBlocks) })
    };
}

/** `vault.deposit in vault.withdraw` */
export function pairName({ ran, within }: MissingPair): string {
    return `${ran} in ${within}`;
}

function possible({ segments }: CoverageData): MissingPair[] {
    const awaits = segments.filter(each => each.awaits);
    return awaits.flatMap(within => {
        const around = segments.filter(each => each.canister === within.canister);
        return around.map(ran => ({ ran: ran.name, within: within.name }));
    });
}

/** Values in the order of their names, the same on every machine. */
function sorted<T>(byName: ReadonlyMap<string, T>): T[] {
    return [...byName].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)).map(([, value]) => value);
}
