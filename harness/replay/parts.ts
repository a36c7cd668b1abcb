/** Parts that the formats of documents share: what a run was of, its canisters, its calls, what broke. */
import { z } from 'zod';

const hex = z.string().regex(/^([0-9a-f]{2})*$/, 'is not lower-case hex');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in hex');

/** A count. */
export const natural = z.int().min(0);

/** How small what was found is: `raw`: as found, replaced when shrinking ends; `minimal`: 1-minimal; `reduced`: shrinking was stopped. */
export const shrunk = z.enum(['raw', 'minimal', 'reduced']);

/** Sections at the head of every document. */
export const head = {
    tool: z.strictObject({ name: z.literal('interleave'), version: z.string() }),
    scenario: z.strictObject({
        id: z.string().min(1),
        /** Path of the scenario file, relative to the directory of dfx.json, with forward slashes. */
        file: z.string().min(1),
        about: z.string()
    }),
    language: z.enum(['motoko', 'azle', 'custom'])
};

/** Roles in deployment order, with the exact modules. */
export const canisters = z
    .array(z.strictObject({ role: z.string().min(1), name: z.string().min(1), wasmSha256: sha256 }))
    .min(1);

/** A root call. */
export const call = z.strictObject({
    actor: z.string().min(1),
    label: z.string().min(1),
    canister: z.string().min(1),
    method: z.string().min(1),
    /** Readable form of `argHex`, in Candid text. */
    args: z.string(),
    argHex: hex,
    order: z.enum(['at-once', 'after-reply'])
});

/** The invariant and what it said. */
export const broken = z.strictObject({ invariant: z.string().min(1), message: z.string() });
