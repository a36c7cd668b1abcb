/** Keeps the failures of a scenario apart, and the same failure from being told twice. */
import { isWithin } from './cause.ts';
import type { RawFinding } from './chunk.ts';
import type { Cause, Finding } from './results.ts';

/** Raw failures of a campaign that are looked at: most turn out to be the same when they are small. */
const CANDIDATES_MAX = 16;
/** Of a chunk: more, because failures in chunks before it may explain some of them. */
export const CHUNK_CANDIDATES_MAX = 64;

/** A failure that was seen. */
interface Seen {
    readonly invariant: string;
    readonly cause: Cause;
}

/**
 * Whether one of the known failures explains another: it breaks the same invariant, and is about nothing that the other is not about too.
 * What is masked like this is found when the known failure is repaired. Pure.
 */
export function isExplained(known: readonly Seen[], failure: Seen): boolean {
    return known.some(each => each.invariant === failure.invariant && isWithin(each.cause, failure.cause));
}

/** Failures of the schedules before and after, without those that others before them explain. Pure. */
export function distinct(before: readonly RawFinding[], after: readonly RawFinding[]): readonly RawFinding[] {
    const all = [...before];
    for (const each of after) {
        const known = all.map(({ finding }) => finding);
        if (all.length < CANDIDATES_MAX && !isExplained(known, each.finding)) all.push(each);
    }
    return all;
}

/**
 * Whether a failure that was made small explains a raw one: the same invariant breaks in its schedule, or would when it goes on to its end.
 * Of what was not made small, only the very schedule tells. Pure.
 */
export function explains(finding: Finding, raw: Finding): boolean {
    if (!isWithin(finding.cause, raw.cause)) return false;
    if (finding.invariant === raw.invariant || finding.alsoBroken.includes(raw.invariant)) return true;
    return finding.shrunk === 'raw' && finding.scheduleIndex === raw.scheduleIndex;
}
