/** From what attempts showed to a verdict. A running replica is sampled: nothing here is ever exhaustive. */
import type { OutcomeCount } from '../explore/results.ts';
import type { Scenario } from '../scenario/types.ts';
import type { LiveBroken, LiveStats, LiveVerdict } from './results.ts';
import type { LiveTally } from './tally.ts';

export interface LiveJudgement {
    readonly verdict: LiveVerdict;
    /** One line. */
    readonly reason: string;
}

/** Pure. `stopped`: by the user or the time limit, before all plans were tried. */
export function liveVerdict(scenario: Scenario, tally: LiveTally, stopped: boolean): LiveJudgement {
    const stats = tally.stats(0);
    const broken = tally.broken();
    const count = `${stats.plans} ${stats.plans === 1 ? 'plan' : 'plans'}`;
    if (broken.length > 0) {
        const list = broken.map(({ name, plans }) => `${name} (${plans} of ${stats.plans})`).join(', ');
        return { verdict: 'violated', reason: `broken in so many plans: ${list}` };
    }
    if (stopped) return { verdict: 'budget-exhausted', reason: `stopped after ${count}; nothing broke so far` };
    const [undecided] = tally.undecided;
    if (undecided !== undefined) {
        const [name, { plans, message }] = undecided;
        const reason = `${name} could not be decided in ${plans} of ${count}: ${message}`;
        return { verdict: 'budget-exhausted', reason };
    }
    const rejected = tally.onlyRejected === undefined ? '' : `; no call got a reply: ${tally.onlyRejected}`;
    const missing = missingOf(scenario, stats, tally);
    if (missing !== undefined) return { verdict: 'vacuous', reason: `${missing} in ${count}${rejected}` };
    if (rejected !== '' && scenario.expect === undefined && scenario.outcomes === undefined)
        return { verdict: 'vacuous', reason: `nothing broke in ${count}${rejected}` };
    return { verdict: 'passed', reason: `nothing broke in ${count}${rejected}` };
}

function missingOf(scenario: Scenario, stats: LiveStats, tally: LiveTally): string | undefined {
    if (stats.plans === 0) return 'nothing was run';
    if ((scenario.required?.overlap ?? tally.mayOverlap) && stats.overlaps === 0)
        return 'no two root calls were ever open at once';
    for (const [name, times] of Object.entries(stats.witnessed)) if (times === 0) return `"${name}" never occurred`;
    // Outcomes at commit points are seen at the last one only: the others cannot be missed.
    if (scenario.outcomes?.at === 'commit') return undefined;
    const unreached = (tally.outcomes() ?? []).filter((each: OutcomeCount) => each.expected && each.seen === 0);
    return unreached.length === 0 ? undefined : `never reached: ${unreached.map(each => each.text).join(' | ')};`;
}

/**
 * Why a result is not the expected one, one line each. What is expected of invariants that look at every commit, and of the size of the
 * minimal schedule, cannot be held against a replica that shows neither. Pure.
 */
export function liveMismatches(
    scenario: Scenario,
    { verdict, reason }: LiveJudgement,
    broken: readonly LiveBroken[]
): readonly string[] {
    const { expect } = scenario;
    switch (expect?.verdict) {
        case undefined:
            return [];
        case 'holds':
        case 'observe':
            return verdict === 'passed' ? [] : [`expected to pass, but ${verdict}: ${reason}`];
        case 'breaks': {
            const names = broken.map(({ name }) => name);
            if (verdict !== 'violated')
                return [`expected to break ${expect.invariants.join(', ')}, not seen here: ${verdict}: ${reason}`];
            const seen = (name: string): boolean => {
                return scenario.invariants.find(each => each.name === name)?.when === 'quiescent';
            };
            return [
                ...expect.invariants
                    .filter(name => !names.includes(name) && seen(name))
                    .map(name => `expected to break ${name}, which held`),
                ...names
                    .filter(name => !expect.invariants.includes(name))
                    .map(name => `${name} broke, which was expected to hold`)
            ];
        }
    }
}

/** Why a scenario is not run at all; undefined when it is. */
export function whySkipped(scenario: Scenario): string | undefined {
    if ((scenario.outcalls ?? []).length > 0)
        return 'it declares the answers to HTTP outcalls, and nobody can give them to a running replica';
    // What is true of the one order that production takes is not true of calls that arrive at random times.
    if (scenario.strategy === 'production') return 'it is about the one order of calls that arrive at once';
    if ((scenario.faults ?? []).length === 0) return undefined;
    const { expect } = scenario;
    if (expect?.verdict === 'breaks' && (expect.minimum?.faults ?? 0) > 0)
        return 'it needs an injected fault, and nobody can inject one into a running replica';
    if (expect?.verdict === 'observe') return 'its outcomes include those of injected faults';
    return undefined;
}

/** What this kind of run leaves out, for the report. Pure. */
export function notesOf(scenario: Scenario): readonly string[] {
    const always = scenario.invariants.filter(({ when }) => when === 'always').map(({ name }) => name);
    const notes: string[] = [];
    const reason = 'judged before the start and at rest only, because commits in between are not seen';
    if (always.length > 0) notes.push(`${always.join(', ')}: ${reason}`);
    if ((scenario.faults ?? []).length > 0) notes.push('run without its faults: they cannot be injected here');
    return notes;
}
