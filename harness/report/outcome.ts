/** The unit of reporting: one scenario explored in one language, with what belongs to the run and not to exploration. */
import type { CampaignResult } from '../explore/results.ts';

export interface RunOutcome {
    readonly language: string;
    readonly result: CampaignResult;
    /** Schedule file of the first finding, as the user can type it; absent when nothing was found. */
    readonly file?: string;
    /** Schedule file of each finding, in their order. */
    readonly files?: readonly string[];
    /** Wall-clock time of the exploration; never part of anything that is compared. */
    readonly elapsedMs: number;
    /** Why the run ended early, if it did. */
    readonly stopped?: 'interrupted' | 'time-limit';
}

/** What an outcome means for the exit code and the colour of its row. */
export type Standing = 'good' | 'bad' | 'open' | 'broken';

/**
 * `good`: the verdict is the expected one, or nothing was expected and nothing found; `bad`: a race without an expectation or
 * another verdict than expected; `open`: nothing violated, but vacuous or undecided; `broken`: the scenario itself failed. Pure.
 */
export function standing(outcome: RunOutcome): Standing {
    const { verdict, comparison } = outcome.result;
    if (verdict === 'error') return 'broken';
    if (comparison === 'as-expected') return 'good';
    switch (verdict) {
        case 'violated':
            return 'bad';
        case 'vacuous':
        case 'budget-exhausted':
        case 'diverged':
            return 'open';
        case 'passed':
            return comparison === 'no-expectation' ? 'good' : 'bad';
    }
}
