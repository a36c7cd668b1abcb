/**
 * One run of a test suite: how the servers that it starts order messages, and where they write down what they did. The file goes to the
 * servers by an environment variable, because the suite lies between.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

/** Names the run file for servers that a suite starts. */
export const RUN_VARIABLE = 'INTERLEAVE_SUITE_RUN';

/**
 * Which server of the suite, counted in the order in which they started. Instances are numbered by each server, so both are needed;
 * files of before servers were counted leave it out, and mean each of them.
 */
const SERVER = z.int().min(0).optional();

/**
 * A step that production would not have taken: where it would have executed `instead`, `path` was executed, or rejected before
 * delivery, or put off until nothing else is left in the round. Causal paths, so that it means the same in a run that differs elsewhere.
 */
export const DEVIATION = z.strictObject({
    server: SERVER,
    instance: z.int().min(0),
    instead: z.string(),
    path: z.string(),
    act: z.enum(['execute', 'reject', 'postpone'])
});
export type Deviation = z.output<typeof DEVIATION>;

/** An ingress message that came in: what a client sends at once comes in any order, so one order is written down and kept to. */
export const ARRIVAL = z.strictObject({ server: SERVER, instance: z.int().min(0), label: z.string() });
export type Arrival = z.output<typeof ARRIVAL>;

const RUN = z.strictObject({
    seed: z.int().min(0),
    /** Number of the run: with the seed it draws the deviations. */
    run: z.int().min(0),
    mode: z.enum(['production', 'random', 'follow']),
    /** Most requests rejected under `random`, by all servers together. */
    faultsMax: z.int().min(0),
    /** What `follow` does. */
    deviations: z.array(DEVIATION).readonly(),
    /** In the order that counts as production's; empty: as they come. */
    arrivals: z.array(ARRIVAL).readonly(),
    /** Directory in which each server makes a file of its own. */
    traces: z.string()
});
export type Run = z.output<typeof RUN>;

/** Those that are meant for a server. Pure. */
export function ofServer<Each extends { readonly server?: number | undefined }>(
    all: readonly Each[],
    server: number
): readonly Each[] {
    return all.filter((each) => each.server === undefined || each.server === server);
}

export function writeRun(file: string, run: Run): void {
    writeFileSync(file, JSON.stringify(run));
}

/** Throws what reading, parsing and checking throw. */
export function readRun(file: string): Run {
    return RUN.parse(JSON.parse(readFileSync(file, 'utf8')));
}
