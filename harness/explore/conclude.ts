/** From everything that a campaign has seen to its result. */
import { basisOf } from './basis.ts';
import { numbersOf } from './coverage/data.ts';
import type { Explained } from './explain.ts';
import type { ScenarioFacts } from './facts.ts';
import type { Folded } from './fold.ts';
import type { Settled } from './options.ts';
import type { BrokenInvariant, CampaignResult, Finding, OutcomeCount } from './results.ts';
import type { Seen } from './seen.ts';
import { expectationText, mismatchesOf, verdictOf } from './verdict.ts';
import type { ExplorationEnd, Judgement } from './verdict.ts';

/** The result of a campaign that ended as `end` says. Pure. */
export function conclude(
    scenario: ScenarioFacts,
    settled: Settled,
    folded: Folded,
    end: ExplorationEnd,
    explained?: Explained
): CampaignResult {
    const { seen } = folded;
    const { stats } = seen;
    const broken = brokenOf(scenario, seen);
    const outcomes = outcomesOf(scenario, seen);
    const error = folded.error ?? explained?.error;
    const findings = explained?.findings ?? rawFindings(folded);
    const [finding] = findings;
    const basis = basisOf({
        end,
        stats,
        limits: settled.limits,
        undecided: seen.undecided.length > 0,
        promised: settled.generated ? undefined : seen.promised
    });
    const judgement: Judgement =
        error !== undefined
            ? { verdict: 'error', reason: error.message }
            : verdictOf(scenario, {
                  end,
                  basis,
                  stats,
                  broken,
                  outcomes,
                  mayOverlap: seen.mayOverlap,
                  messagesMax: settled.limits.messagesMax,
                  undecided: seen.undecided,
                  onlyRejected: seen.replied ? undefined : seen.rejection,
                  spent: spentText(settled, seen)
              });
    const expected = expectationText(scenario);
    const exhaustive = end === 'exhausted' && error === undefined && stats.cut === 0;
    const idleFaults = error === undefined ? idleOf(scenario, settled, seen) : [];
    const { standsFor: legal = { schedules: stats.schedules, exact: true } } = stats;
    const isWhole = exhaustive && settled.limits.switchesMax === undefined;
    const enumerated = isWhole && legal.exact ? legal.schedules : undefined;
    const mismatches = mismatchesOf(scenario, judgement, broken, findings, enumerated);
    return {
        scenario: scenario.id,
        about: scenario.about,
        location: scenario.location,
        strategy: settled.strategy,
        seed: settled.seed,
        ...judgement,
        basis,
        exhaustive,
        ...(expected === undefined ? {} : { expected }),
        comparison: expected === undefined ? 'no-expectation' : mismatches.length === 0 ? 'as-expected' : 'unexpected',
        mismatches,
        broken,
        stats,
        ...(idleFaults.length === 0 ? {} : { idleFaults }),
        coverage: numbersOf(seen.coverage),
        ...(finding === undefined ? {} : { finding }),
        findings,
        furtherFailures: explained?.further ?? 0,
        ...(outcomes === undefined ? {} : { outcomes }),
        ...(error === undefined ? {} : { error })
    };
}

/** As far as they were written down when something went wrong. */
function rawFindings({ found, others }: Folded): readonly Finding[] {
    return found === undefined ? [] : [found, ...others].map(({ finding }) => finding);
}

/** Broken invariants in the scenario's order; an unexpected outcome last. */
function brokenOf({ invariants }: ScenarioFacts, { broken }: Seen): readonly BrokenInvariant[] {
    return invariants.flatMap(name => broken.filter(each => each.name === name));
}

/** Production's order has no faults in it but where nothing else is left, and promises none. */
function idleOf({ faults }: ScenarioFacts, { strategy }: Settled, { struck, stats }: Seen): readonly string[] {
    if (strategy === 'production' || stats.schedules === 0) return [];
    return faults.filter((_text, index) => !struck.includes(index));
}

/** Every outcome seen or expected, sorted by text; undefined where the scenario states none. */
function outcomesOf({ outcomes }: ScenarioFacts, seen: Seen): readonly OutcomeCount[] | undefined {
    if (outcomes === undefined) return undefined;
    const counts = new Map(seen.outcomes.map(each => [each.text, each.seen]));
    const expected = new Set(outcomes.expected);
    const texts = [...new Set([...expected, ...counts.keys()])].sort();
    return texts.map(text => ({ text, seen: counts.get(text) ?? 0, expected: expected.has(text) }));
}

/** What the budget of steps went to, for the reason. */
function spentText({ stepsMax }: Settled, { dearest: { path, steps } }: Seen): string {
    return `the budget of ${stepsMax} metered steps${path === undefined ? '' : `; ${path} alone took ${steps}`}`;
}
