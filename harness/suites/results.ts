/** What exploring a test suite hands out. */
import type { Arrival, Deviation } from './run-file.ts';
import type { Trace, TracedStep } from './trace.ts';

/** The first schedule under which a test failed, made small. */
export interface SuiteFinding {
    /** Number of the run that failed first, from 1. */
    readonly run: number;
    readonly deviations: readonly Deviation[];
    /** `reduced`: shrinking was stopped before nothing more could be left out. */
    readonly shrunk: 'minimal' | 'reduced';
    /** Of the runs of this schedule, how many failed. */
    readonly repeats: { readonly runs: number; readonly failed: number };
    /** The order in which what the tests sent counts as having come. */
    readonly arrivals: readonly Arrival[];
    /** Of the last failing run: steps at which there was a choice, and what followed those out of order. */
    readonly steps: readonly TracedStep[];
    /** Interfaces of the canisters that say theirs. */
    readonly interfaces: Trace['interfaces'];
    readonly output: string;
    /** An instance was live: what executes when, the clock decides too. */
    readonly live: boolean;
}

export type SuiteResult =
    | { readonly verdict: 'violated'; readonly runs: number; readonly finding: SuiteFinding }
    /**
     * A test failed, but it is not the schedule that makes it fail: how often it failed in `repeated` runs of that schedule, the first one
     * counted, and in `production`'s order, in which it had passed before.
     */
    | {
          readonly verdict: 'unsteady';
          readonly runs: number;
          readonly run: number;
          readonly repeated: SuiteFinding['repeats'];
          readonly production: SuiteFinding['repeats'];
          readonly live: boolean;
          readonly output: string;
      }
    /**
     * No schedule made a test fail; `choices`: steps at which there was something to choose, in all runs; `exhausted`: no other order is
     * left to try.
     */
    | {
          readonly verdict: 'passed';
          readonly runs: number;
          readonly choices: number;
          readonly exhausted: boolean;
          readonly live: boolean;
      }
    /** There was never anything to choose. */
    | { readonly verdict: 'vacuous'; readonly runs: number }
    | { readonly verdict: 'stopped'; readonly runs: number };
