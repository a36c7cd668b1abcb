/** A fingerprint of a trace: equal in every process and on every machine that did exactly the same. */
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import type { Trace, TraceStep } from './results.ts';

/**
 * SHA-256 (hex) over a canonical text: JSON with a fixed order of fields, one step a line. Metered steps are left out, because
 * the metering mode must not make a schedule look different; wording of invariants is left out, because editing it must not either.
 */
export function traceHash(initial: Trace['initial'], steps: readonly TraceStep[]): string {
    const lines = [[initial.observed, initial.model ?? null], ...steps.map(canonical)];
    return bytesToHex(sha256(utf8ToBytes(lines.map(line => `${JSON.stringify(line)}\n`).join(''))));
}

function canonical(step: TraceStep): readonly unknown[] {
    const { error, reject, answered, alsoAnswered = [] } = step;
    return [
        step.step.act,
        step.step.path,
        step.step.code ?? null,
        step.kind,
        step.canister,
        step.method,
        step.dataText,
        reject === undefined ? null : [reject.code, reject.message],
        step.status,
        error === undefined ? null : [error.code, error.message],
        step.cleanup,
        step.prints,
        step.sent.map(each => each.path),
        answered === undefined ? null : [answered.label, answered.ok, answered.text],
        step.observed.map(each => [each.name, each.text]),
        step.model ?? null,
        step.violations.map(each => each.invariant),
        String(step.timeNs),
        // Only where there are any: hashes of files that were written before stay what they are.
        ...alsoAnswered.map(each => [each.label, each.ok, each.text])
    ];
}
