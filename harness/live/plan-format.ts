/**
 * Plan file format, version 1: one JSON document with what a repetition needs and a reader wants. Unlike a schedule it does not
 * promise the race, only the calls and when they are sent; so it says how often the race appeared.
 */
import { z } from 'zod';
import type { DocumentFormat } from '../replay/document.ts';
import { broken, call, canisters, head, natural, shrunk } from '../replay/parts.ts';

const named = z.strictObject({ name: z.string(), text: z.string() });

const plannedCall = call.extend({
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
    ...head,
    found: z.strictObject({ seed: natural, planIndex: natural, shrunk }),
    backend: z.strictObject({
        name: z.enum(['network', 'pocketic']),
        /** What delays and times count. */
        unit: z.enum(['ms', 'round']),
        /** `own`: started for the run (a network: with rounds of so many milliseconds); `given`: somebody else's. */
        server: z.enum(['own', 'given']),
        roundMs: natural.optional(),
        concurrency: z.int().min(1)
    }),
    canisters,
    principals: z.array(z.strictObject({ name: z.string().min(1), principal: z.string().min(1) })),
    /** In the order of sending. Principals in arguments are those of the canisters of that run. */
    calls: z.array(plannedCall).min(1),
    broken,
    /** How often it appeared when the plan was run again. */
    repeats: z.strictObject({ times: natural, appeared: natural }).optional(),
    /** The attempt in which it was seen: for readers, a repetition does not follow it. */
    history: z.strictObject({ before: z.array(named), events: z.array(event), after: z.array(named) })
});

export type PlanSections = z.infer<typeof planSections>;

/** A plan file. */
export const PLAN: DocumentFormat<PlanSections> = { format: 'interleave-plan', version: 1, sections: planSections };
