/**
 * Schedule file format, version 1: one JSON document with everything that a replay needs and a reader wants. Steps are named by
 * causal path, so a file stays meaningful after a code change. When the format changes, the old schema stays here with a
 * conversion to the new one.
 */
import { z } from 'zod';

export const SCHEDULE_FORMAT = 'interleave-schedule';
export const SCHEDULE_VERSION = 1;

const hex = z.string().regex(/^([0-9a-f]{2})*$/, 'is not lower-case hex');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in hex');
const natural = z.int().min(0);

/** Names of the replica's limits that a run may set. */
const toolLimit = z.enum([
    'heapBytesMax', 'stableBytesMax', 'callDepthMax', 'logBytesMax', 'callsMax', 'callBytesMax'
]);

const step = z.strictObject({
    act: z.enum(['execute', 'reject', 'expire', 'abandon']),
    /** Causal path, what the replay follows: `alice#1/0/r`. */
    path: z.string().min(1),
    /** What readers see: `vault -> ledger.transfer [alice#1]`. */
    name: z.string(),
    code: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5), z.literal(6)]).optional(),
    text: z.string().optional(),
    /** Of an HTTP outcall: what it was answered with. */
    answer: z.string().optional()
});

const call = z.strictObject({
    actor: z.string().min(1),
    label: z.string().min(1),
    canister: z.string().min(1),
    method: z.string().min(1),
    /** Readable form of `argHex`, in Candid text. */
    args: z.string(),
    argHex: hex,
    order: z.enum(['at-once', 'after-reply'])
});

/** Sections of a file; each is covered by its own checksum, so that an edit is named. */
const scheduleSections = z.strictObject({
    tool: z.strictObject({ name: z.literal('interleave'), version: z.string() }),
    scenario: z.strictObject({
        id: z.string().min(1),
        /** Path of the scenario file, relative to the directory of dfx.json, with forward slashes. */
        file: z.string().min(1),
        about: z.string()
    }),
    language: z.enum(['motoko', 'azle', 'custom']),
    found: z.strictObject({
        seed: natural,
        /** Parameters that were set; what is not named had the default of the tool version above. */
        strategy: z.strictObject({
            name: z.string(),
            parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
        }),
        /** Index of the schedule in its campaign that failed first. */
        scheduleIndex: natural,
        /** `raw`: as found, replaced when shrinking ends; `minimal`: 1-minimal; `reduced`: shrinking was stopped. */
        shrunk: z.enum(['raw', 'minimal', 'reduced'])
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
    canisters: z.array(z.strictObject({ role: z.string().min(1), name: z.string().min(1), wasmSha256: sha256 })).min(1),
    calls: z.array(call).min(1),
    steps: z.array(step).min(1),
    broken: z.strictObject({ invariant: z.string().min(1), message: z.string() }),
    traceHash: z.string().regex(/^[0-9a-f]{16,64}$/, 'is not a hash in hex')
});

export type ScheduleSections = z.infer<typeof scheduleSections>;

export const scheduleDocument = scheduleSections.extend({
    format: z.literal(SCHEDULE_FORMAT),
    version: z.literal(SCHEDULE_VERSION),
    checksums: z.record(z.string(), z.string())
});

export type ScheduleDocument = z.infer<typeof scheduleDocument>;
