/** Schedule files of test suites: what a failing run did differently from production, by causal names. */
import { z } from 'zod';
import type { DocumentFormat } from '../replay/document.ts';
import { ARRIVAL, DEVIATION } from './run-file.ts';

const natural = z.int().min(0);
const SECTIONS = z.strictObject({
    tool: z.strictObject({ name: z.literal('interleave'), version: z.string() }),
    /** What was run, word by word. */
    command: z.array(z.string()).min(1),
    found: z.strictObject({ seed: natural, run: natural, shrunk: z.enum(['minimal', 'reduced']) }),
    repeats: z.strictObject({ runs: natural, failed: natural }),
    arrivals: z.array(ARRIVAL),
    deviations: z.array(DEVIATION)
});

/** What a schedule file of a suite holds. */
export type SuiteSections = z.output<typeof SECTIONS>;

export const SUITE_SCHEDULE: DocumentFormat<SuiteSections> = {
    format: 'interleave-suite-schedule',
    version: 1,
    sections: SECTIONS
};
