/** What schedules have shown, as plain data that can be added up. */
import { bothCorpora } from './coverage/corpus.ts';
import type { CorpusData } from './coverage/corpus.ts';
import { NOTHING_COVERED, foldCoverage } from './coverage/data.ts';
import type { CoverageData } from './coverage/data.ts';
import { bothPromised } from './probability.ts';
import type { BrokenInvariant, CampaignStats, Promised } from './results.ts';

/** An invariant that gave up. */
export interface UndecidedCheck {
    readonly name: string;
    /** Schedules in which it did. */
    readonly schedules: number;
    /** What it said the last time. */
    readonly message: string;
}

export interface Seen {
    readonly stats: CampaignStats;
    /** An enumeration began here or began anew: what its schedules before stood for is counted again. */
    readonly anew?: true;
    /** In the order in which they broke first. */
    readonly broken: readonly BrokenInvariant[];
    readonly undecided: readonly UndecidedCheck[];
    /** Outcomes as text, and how often each was seen. */
    readonly outcomes: readonly { readonly text: string; readonly seen: number }[];
    /** Whether some program had calls that may overlap. */
    readonly mayOverlap: boolean;
    /** Whether any call was ever answered with a reply. */
    readonly replied: boolean;
    /** The first rejection, where nothing was answered with a reply before. */
    readonly rejection?: string;
    /** Indexes of the declared faults that struck, in ascending order. */
    readonly struck: readonly number[];
    readonly coverage: CoverageData;
    /** Where the strategy goes on from schedules that brought something new. */
    readonly corpus?: CorpusData;
    /** What the strategy promises; absent where it promises nothing, or nothing was run. */
    readonly promised?: Promised;
    /** The step that cost most, in metered steps, and which message it was. */
    readonly dearest: { readonly path?: string; readonly steps: number };
}

/** Nothing was run. */
export const NOTHING_SEEN: Seen = {
    stats: { schedules: 0, messages: 0, steps: 0, overlaps: 0, faults: 0, programs: 0, cut: 0, witnessed: {} },
    broken: [],
    undecided: [],
    outcomes: [],
    mayOverlap: false,
    replied: false,
    struck: [],
    coverage: NOTHING_COVERED,
    dearest: { steps: 0 }
};

/** Both together; `before` are the schedules with the lower indexes. Pure. */
export function bothSeen(before: Seen, after: Seen): Seen {
    const corpus = bothCorpora(before.corpus, after.corpus);
    const rejection = before.replied ? undefined : (before.rejection ?? after.rejection);
    const promised = promisedBy(before, after);
    return {
        stats: addedStats(before.stats, after),
        ...(before.anew === true || after.anew === true ? { anew: true } : {}),
        broken: joined(before.broken, after.broken, (one, other) => {
            return { ...one, schedules: one.schedules + other.schedules };
        }),
        undecided: joined(before.undecided, after.undecided, (one, other) => {
            return { ...other, schedules: one.schedules + other.schedules };
        }),
        outcomes: addedOutcomes(before.outcomes, after.outcomes),
        mayOverlap: before.mayOverlap || after.mayOverlap,
        replied: before.replied || after.replied,
        struck: [...new Set([...before.struck, ...after.struck])].sort((one, other) => one - other),
        ...(rejection === undefined ? {} : { rejection }),
        coverage: foldCoverage([before.coverage, after.coverage]),
        ...(corpus === undefined ? {} : { corpus }),
        ...(promised === undefined ? {} : { promised }),
        dearest: after.dearest.steps > before.dearest.steps ? after.dearest : before.dearest
    };
}

/** What was not run has promised nothing and broken no promise. */
function promisedBy(before: Seen, after: Seen): Promised | undefined {
    if (before.stats.schedules === 0) return after.promised;
    return after.stats.schedules === 0 ? before.promised : bothPromised(before.promised, after.promised);
}

function addedStats(before: CampaignStats, { stats: after, anew }: Seen): CampaignStats {
    const witnessed = { ...before.witnessed };
    for (const [name, times] of Object.entries(after.witnessed)) witnessed[name] = (witnessed[name] ?? 0) + times;
    const open = (before.open ?? 0) + (after.open ?? 0);
    return {
        schedules: before.schedules + after.schedules,
        messages: before.messages + after.messages,
        steps: before.steps + after.steps,
        overlaps: before.overlaps + after.overlaps,
        faults: before.faults + after.faults,
        programs: before.programs + after.programs,
        cut: before.cut + after.cut,
        ...addedStanding(anew === true ? NOTHING_SEEN.stats : before, after),
        ...(open === 0 ? {} : { open }),
        witnessed
    };
}

/** Where one part stands for more than itself, the other stands for itself. */
function addedStanding(before: CampaignStats, after: CampaignStats): Pick<CampaignStats, 'standsFor'> {
    if (before.standsFor === undefined && after.standsFor === undefined) return {};
    const one = before.standsFor ?? { schedules: before.schedules, exact: true };
    const other = after.standsFor ?? { schedules: after.schedules, exact: true };
    const schedules = one.schedules + other.schedules;
    return { standsFor: { schedules, exact: one.exact && other.exact && Number.isSafeInteger(schedules) } };
}

function addedOutcomes(before: Seen['outcomes'], after: Seen['outcomes']): Seen['outcomes'] {
    const counts = new Map(before.map(({ text, seen }) => [text, seen]));
    for (const { text, seen } of after) counts.set(text, (counts.get(text) ?? 0) + seen);
    return [...counts].map(([text, seen]) => ({ text, seen }));
}

/** By name; what is in both is combined, what is new comes last. */
function joined<T extends { readonly name: string }>(
    before: readonly T[],
    after: readonly T[],
    combine: (one: T, other: T) => T
): readonly T[] {
    const all = new Map(before.map(each => [each.name, each]));
    for (const each of after) {
        const known = all.get(each.name);
        all.set(each.name, known === undefined ? each : combine(known, each));
    }
    return [...all.values()];
}
