/**
 * Schedule file format, version 1: one JSON document with everything that a replay needs and a reader wants. Steps are named by
 * causal path, so a file stays meaningful after a code change. When the format changes, the old schema stays here with a
 * conversion to the new one.
 */
import { z } from 'zod';
import type { DocumentFormat } from './document.ts';
import { broken, call, canisters, head, natural, shrunk } from './parts.ts';

/** Names of the replica's limits that a run may set. */
const toolLimit = z.enum([
    'heapBytesMax', 'stableBytesMax', 'callDepthMax', 'logBytesMax', 'callsMax', 'callBytesMax'
]);

const step = z.strictObject({
    act: z.enum([
        'execute', 'reject', 'expire', 'abandon', 'trap', 'full-queue', 'delay', 'lose', 'strike', 'exhaust',
        'trap-cleanup', 'uninspected'
    ]),
    /** Causal path, what the replay follows: `alice#1/0/r`. */
    path: z.string().min(1),
    /** What readers see: `vault -> ledger.transfer [alice#1]`. */
    name: z.string(),
    code: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5), z.literal(6)]).optional(),
    text: z.string().optional(),
    /** Of an HTTP outcall: what it was answered with. */
    answer: z.string().optional()
});

/** Sections of a file; each is covered by its own checksum, so that an edit is named. */
const scheduleSections = z.strictObject({
    ...head,
    found: z.strictObject({
        seed: natural,
        /** Parameters that were set; what is not named had the default of the tool version above. */
        strategy: z.strictObject({
            name: z.string(),
            parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
        }),
        /** Index of the schedule in its campaign that failed first. */
        scheduleIndex: natural,
        shrunk
    }),
    backend: z.strictObject({
        name: z.literal('embedded'),
        /**
         * How executions are counted: function entries, loop headers and some more (`unit`), the IC's instructions, or these where a
         * canister reads the performance counter (`auto`).
         */
        metering: z.enum(['unit', 'instructions', 'auto']),
        fees: z.enum(['standard', 'free']),
        /** Seed of raw_rand and other randomness inside the replica. */
        seed: natural,
        /** Limits: metered steps of one message, message executions and advances of time in one schedule. */
        stepsMax: natural,
        messagesMax: natural,
        timeAdvancesMax: natural,
        /** Other limits of the tool, where the run set them. */
        limits: z.partialRecord(toolLimit, natural).optional()
    }),
    canisters,
    /** None where a fault alone breaks something. */
    calls: z.array(call),
    steps: z.array(step).min(1),
    broken,
    traceHash: z.string().regex(/^[0-9a-f]{16,64}$/, 'is not a hash in hex')
});

export type ScheduleSections = z.infer<typeof scheduleSections>;

/** A schedule file. */
export const SCHEDULE: DocumentFormat<ScheduleSections> = {
    format: 'interleave-schedule',
    version: 1,
    sections: scheduleSections
};
