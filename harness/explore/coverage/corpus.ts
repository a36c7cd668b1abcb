/**
 * Schedules worth going on from: those that brought something that none before them had, as in fuzzers that are guided by coverage (AFL,
 * Zalewski 2013). What they bring is finer than the pairs that are reported, of which a small program has a handful: which meeting followed
 * which, and which faults came between. All plain data that joins to the same however a campaign was divided.
 */
import type { Act, RejectCode } from '../../trace/types.ts';
import type { Decision } from '../walk.ts';

/** A decision by causal path. `code` belongs to a reject. */
export interface CorpusStep {
    readonly act: Act;
    readonly path: string;
    readonly code: RejectCode;
}

/** A kept schedule. */
export interface CorpusEntry {
    /** Index of the schedule. */
    readonly index: number;
    readonly steps: readonly CorpusStep[];
}

export interface CorpusData {
    /** By feature, the first schedule that had it. */
    readonly firsts: readonly (readonly [feature: number, index: number])[];
    /** Those that are first in something, in their order. */
    readonly entries: readonly CorpusEntry[];
}

/** Features are told apart up to here, which bounds the corpus. */
const FEATURES = 1_024;
/** Longer schedules are not kept. */
const STEPS_MAX = 500;
/** Kept schedules that one round goes on from, the newest: those that came furthest. */
const ROUND_ENTRIES = 32;
/** Schedules of the first round; each further one doubles what there was, up to so many. */
const ROUND_LEAST = 64;
const ROUND_MOST = 1_024;

/** Keeps the schedules of one chunk. */
export class CorpusKeeper {
    readonly #firsts = new Map<number, number>();
    readonly #entries: CorpusEntry[] = [];
    #last = 0;
    #isNew = false;

    /** Two segments met: hashes of their names. */
    met(index: number, ran: number, within: number): void {
        const met = Math.imul(ran, 0x9e3779b1) ^ within;
        this.#feature(index, Math.imul(this.#last, 0x85ebca6b) ^ met);
        this.#last = met;
    }

    /** A fault that was injected, and the hash of its message. */
    struck(index: number, act: Act, message: number): void {
        this.#feature(index, Math.imul(this.#last ^ message, 0xc2b2ae35) + act.length);
    }

    /** The schedule is over. */
    ended(index: number, trail: readonly Decision[], pathOf: (key: number) => string): void {
        if (this.#isNew && trail.length <= STEPS_MAX) {
            const steps = trail.map(({ act, message, code }) => ({ act, path: pathOf(message.key), code }));
            this.#entries.push({ index, steps });
        }
        this.#last = 0;
        this.#isNew = false;
    }

    data(): CorpusData {
        return { firsts: [...this.#firsts], entries: this.#entries };
    }

    #feature(index: number, hash: number): void {
        const feature = (hash ^ (hash >>> 15)) & (FEATURES - 1);
        if (this.#firsts.has(feature)) return;
        this.#firsts.set(feature, index);
        this.#isNew = true;
    }
}

/** The corpus of both, where it was kept. Pure. */
export function bothCorpora(one: CorpusData | undefined, other: CorpusData | undefined): CorpusData | undefined {
    if (one === undefined || other === undefined) return one ?? other;
    const firsts = new Map(one.firsts);
    for (const [feature, index] of other.firsts) firsts.set(feature, Math.min(index, firsts.get(feature) ?? index));
    const kept = new Set(firsts.values());
    const entries = [...one.entries, ...other.entries].filter(({ index }) => kept.has(index));
    return {
        firsts: [...firsts].sort(([a], [b]) => a - b),
        entries: entries.sort((a, b) => a.index - b.index)
    };
}

/** What a round goes on from, after everything before it. Pure. */
export function roundCorpus(corpus: CorpusData | undefined): readonly CorpusEntry[] {
    return corpus?.entries.slice(-ROUND_ENTRIES) ?? [];
}

/** One more than the last schedule of the round to which a schedule belongs. Pure. */
export function roundEnd(index: number): number {
    let end = ROUND_LEAST;
    while (end <= index && end < ROUND_MOST) end *= 2;
    return end > index ? end : (Math.floor(index / ROUND_MOST) + 1) * ROUND_MOST;
}

/** Whether a round begins with this schedule, so that everything before it is known to it. Pure. */
export function isRoundStart(index: number): boolean {
    return index > 0 && roundEnd(index - 1) === index;
}
