/**
 * Plan file format, version 1: one JSON document with what a repetition needs and a reader wants. Unlike a schedule it does not
 * promise the race, only the calls and when they are sent; so it says how often the race appeared.
 */
import { z } from 'zod';

export const PLAN_FORMAT = 'interleave-plan';
export const PLAN_VERSION = 1;

const hex = z.string().regex(/^([0-9a-f]{2})*$/, 'is not lower-case hex');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in hex');
const natural = z.int().min(0);
const named = z.strictObject({ name: z.string(), text: z.string() });

const call = z.strictObject({
    actor: z.string().min(1),
    label: z.string().min(1),
    canister: z.string().min(1),
    method: z.string().min(1),
    /** Readable form of `argHex`, in Candid text. Principals in it are those of the canisters of that run. */
    args: z.string(),
    argHex: hex,
    order: z.enum(['at-once', 'after-reply']),
    /** Units of time after the start, or after the answer that the call waits for. */
    delay: natural
});

const event = z.strictObject({
    label: z.string().min(1),
    kind: z.enum(['sent', 'reply', 'reject', 'refused', 'unknown']),
    text: z.string(),
    /** Units of time since the start. */
    at: natural
});

/** Sections of a file; each is covered by its own checksum, so that an edit is named. */
const planSections = z.strictObject({
    tool: z.strictObject({ name: z.literal('interleave'), version: z.string() }),
    scenario: z.strictObject({
        id: z.string().min(1),
        /** Path of the scenario file, relative to the directory of dfx.json, with forward slashes. */
        file: z.string().min(1),
        about: z.string()
    }),
    language: z.enum(['motoko', 'azle', 'custom']),
    found: z.strictObject({ seed: natural, planIndex: natural, shrunk: z.enum(['raw', 'minimal', 'reduced']) }),
    backend: z.strictObject({
        name: z.enum(['network', 'pocketic']),
        /** What delays and times count. */
        unit: z.enum(['ms', 'round']),
        /** `own`: started for the run (a network: with rounds of so many milliseconds); `given`: somebody else's. */
        server: z.enum(['own', 'given']),
        roundMs: natural.optional(),
        concurrency: z.int().min(1)
    }),
    canisters: z.array(z.strictObject({ role: z.string().min(1), name: z.string().min(1), wasmSha256: sha256 })).min(1),
    principals: z.array(z.strictObject({ name: z.string().min(1), principal: z.string().min(1) })),
    /** In the order of sending. */
    calls: z.array(call).min(1),
    broken: z.strictObject({ invariant: z.string().min(1), message: z.string() }),
    /** How often it appeared when the plan was run again. */
    repeats: z.strictObject({ times: natural, appeared: natural }).optional(),
    /** The attempt in which it was seen: for readers, a repetition does not follow it. */
    history: z.strictObject({ before: z.array(named), events: z.array(event), after: z.array(named) })
});

export type PlanSections = z.infer<typeof planSections>;

export const planDocument = planSections.extend({
    format: z.literal(PLAN_FORMAT),
    version: z.literal(PLAN_VERSION),
    checksums: z.record(z.string(), z.string())
});
