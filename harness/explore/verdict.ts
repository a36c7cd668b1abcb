/** From what was seen to a verdict, and from the verdict to "as expected" (scenarios.md, section 1). */
import type { Expectation } from '../scenario/types.ts';
import { passText } from './basis.ts';
import type { Basis, BrokenInvariant, CampaignStats, Finding, OutcomeCount, Verdict } from './results.ts';
import type { UndecidedCheck } from './seen.ts';

/** What a verdict depends on of a scenario: no function of it. */
export interface Judged {
    readonly expect?: Expectation;
    readonly required?: { readonly overlap?: boolean };
    readonly outcomes?: { readonly schedules?: number };
}

/**
 * How exploration ended: all of a stated number, every legal schedule, after a violation, the budget in schedules, the user, or the
 * budget in metered steps.
 */
export type ExplorationEnd = 'completed' | 'exhausted' | 'after-violation' | 'budget' | 'stopped' | 'spent';

export interface Evidence {
    readonly end: ExplorationEnd;
    readonly basis: Basis;
    readonly stats: CampaignStats;
    readonly broken: readonly BrokenInvariant[];
    readonly outcomes?: readonly OutcomeCount[] | undefined;
    /** Some program had calls that may overlap. */
    readonly mayOverlap: boolean;
    readonly messagesMax: number;
    /** Invariants that gave up in some schedules. */
    readonly undecided: readonly UndecidedCheck[];
    /** The first rejection, when calls were answered and never with a reply. */
    readonly onlyRejected: string | undefined;
    /** The budget of metered steps, and what it went to. */
    readonly spent: string;
}

export interface Judgement {
    readonly verdict: Verdict;
    /** One line. */
    readonly reason: string;
}

/** Pure. What was not seen is never called passed. */
export function verdictOf(scenario: Judged, evidence: Evidence): Judgement {
    const { broken, stats, end } = evidence;
    if (broken.length > 0) {
        const list = broken.map(each => `${each.name} (${each.schedules} of ${stats.schedules})`).join(', ');
        return { verdict: 'violated', reason: `broken in so many schedules: ${list}` };
    }
    const count = `${stats.schedules} ${stats.schedules === 1 ? 'schedule' : 'schedules'}`;
    if (end === 'stopped')
        return { verdict: 'budget-exhausted', reason: `stopped after ${count}; nothing broke so far` };
    if (end === 'spent') {
        const advice = 'let the canisters do less, find the loop that does not end, or raise it (--max-total-steps)';
        return {
            verdict: 'budget-exhausted',
            reason: `stopped in ${count}: they used up ${evidence.spent}; nothing broke so far; ${advice}`
        };
    }
    if (end === 'budget')
        return { verdict: 'budget-exhausted', reason: `${count} explored, but there are more; nothing broke so far` };
    if (stats.cut > 0) {
        return {
            verdict: 'budget-exhausted',
            reason: `${stats.cut} of ${count} did not end within ${evidence.messagesMax} messages; nothing broke so far`
        };
    }
    const [undecided] = evidence.undecided;
    if (undecided !== undefined) {
        const { name, schedules, message } = undecided;
        const reason = `${name} could not be decided in ${schedules} of ${count}: ${message}`;
        return { verdict: 'budget-exhausted', reason };
    }
    const missing = missingOf(scenario, evidence);
    const rejected = evidence.onlyRejected === undefined ? '' : `; no call got a reply: ${evidence.onlyRejected}`;
    if (missing !== undefined) return { verdict: 'vacuous', reason: `${missing} in ${count}${rejected}` };
    // Canisters that only trap keep most invariants. Whoever states an expectation or outcomes has said that it is meant.
    if (rejected !== '' && scenario.expect === undefined && scenario.outcomes === undefined)
        return { verdict: 'vacuous', reason: `nothing broke in ${count}${rejected}` };
    return { verdict: 'passed', reason: `${passText(evidence.basis)}${openText(stats)}${rejected}` };
}

/** What a pass does not say, where answers never came. */
function openText({ open = 0 }: CampaignStats): string {
    return open === 0 ? '' : `; in ${open} of the schedules an answer never came, and nothing was judged at rest`;
}

/** What had to occur and did not; undefined when all did. */
function missingOf(scenario: Judged, { stats, outcomes, mayOverlap }: Evidence): string | undefined {
    if (stats.schedules === 0) return 'nothing was run';
    if (stats.open === stats.schedules) return 'the system was never at rest';
    if ((scenario.required?.overlap ?? mayOverlap) && stats.overlaps === 0)
        return 'no two root calls were ever open at once';
    for (const [name, times] of Object.entries(stats.witnessed)) {
        if (times === 0) return `"${name}" never occurred`;
    }
    const unreached = (outcomes ?? []).filter(each => each.expected && each.seen === 0);
    return unreached.length === 0 ? undefined : `never reached: ${unreached.map(each => each.text).join(' | ')};`;
}

/** The expectation in a word or two; undefined without one. */
export function expectationText({ expect }: Pick<Judged, 'expect'>): string | undefined {
    if (expect?.verdict === 'breaks') return `breaks ${expect.invariants.join(', ')}`;
    return expect?.verdict;
}

/**
 * Why a result is not the expected one, one line each; empty when it is, or when nothing is expected. `enumerated`: how many schedules
 * there are, if all were seen.
 */
export function mismatchesOf(
    { expect, outcomes }: Judged,
    { verdict, reason }: Judgement,
    broken: readonly BrokenInvariant[],
    findings: readonly Finding[],
    enumerated: number | undefined
): readonly string[] {
    switch (expect?.verdict) {
        case undefined:
            return [];
        case 'holds':
        case 'observe':
            if (verdict !== 'passed') return [`expected to pass, but ${verdict}: ${reason}`];
            return otherCount(outcomes?.schedules, enumerated);
        case 'breaks': {
            if (verdict !== 'violated')
                return [`expected to break ${expect.invariants.join(', ')}, but ${verdict}: ${reason}`];
            return [
                ...differences(
                    expect.invariants,
                    broken.map(each => each.name)
                ),
                ...largerThan(expect.minimum, findings),
                ...otherCount(outcomes?.schedules, enumerated)
            ];
        }
    }
}

function otherCount(expected: number | undefined, enumerated: number | undefined): string[] {
    if (expected === undefined || enumerated === undefined || expected === enumerated) return [];
    return [`there are ${enumerated} legal schedules, expected ${expected}`];
}

function differences(expected: readonly string[], broken: readonly string[]): string[] {
    const missing = expected
        .filter(each => !broken.includes(each))
        .map(each => `expected to break ${each}, which held`);
    const other = broken
        .filter(each => !expected.includes(each))
        .map(each => `${each} broke, which was expected to hold`);
    return [...missing, ...other];
}

/**
 * The minimum is that of one failure; a scenario may have others. Compared only after shrinking: a raw schedule is as long as it was
 * found.
 */
function largerThan(minimum: Minimum | undefined, findings: readonly Finding[]): string[] {
    const shrunk = findings.filter(each => each.shrunk !== 'raw');
    if (minimum === undefined || shrunk.length === 0) return [];
    const differences = shrunk.map(each => otherSize(minimum, each));
    return differences.some(each => each.length === 0) ? [] : differences[0]!;
}

function otherSize(minimum: Minimum, finding: Finding): string[] {
    const found: Minimum = { calls: finding.calls.length, faults: finding.faults, switches: finding.switches };
    const measures = ['calls', 'faults', 'switches'] as const;
    return measures.flatMap(each => {
        const expected = minimum[each];
        if (expected === undefined || expected === found[each]) return [];
        return [`the minimal schedule has ${found[each]} ${each}, expected ${expected}`];
    });
}

interface Minimum {
    readonly calls: number;
    readonly faults: number;
    readonly switches?: number;
}
