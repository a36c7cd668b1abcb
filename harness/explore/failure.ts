/** A failing schedule inside this process, before it is written down. */
import { ScenarioError } from '../scenario/errors.ts';
import type { BoundProgram } from '../scenario/program.ts';
import type { StrategyName } from '../scenario/strategy-name.ts';
import { causeOf, identityText, isWithin } from './cause.ts';
import { isExplained } from './distinct.ts';
import { ImpureFunctionError, NotRepeatableError, StuckScheduleError } from './errors.ts';
import { fixedRandom, record } from './record.ts';
import type { Cause, Finding, NamedPrincipal, ProgramCall, Violation } from './results.ts';
import { Follow } from './strategy/follow.ts';
import { faultsOf } from './switches.ts';
import type { Decision, Walk } from './walk.ts';

export interface Failure {
    readonly program: BoundProgram;
    readonly decisions: readonly Decision[];
    readonly invariant: string;
    readonly cause: Cause;
    /** Context switches among the decisions. */
    readonly switches: number;
    /** What the invariant said, where the very same schedule is written down: it has to say so again. */
    readonly message?: string;
}

/** Where a failure came from. */
export interface Origin {
    readonly seed: number;
    readonly strategy: StrategyName;
    readonly scheduleIndex: number;
}

/** Which failure is looked for: the same invariant for the same reason. */
export interface Wanted {
    readonly invariant: string;
    /** What the failure may be about: a race that is not in it is another one. */
    readonly within?: Cause;
}

/**
 * The failing schedule that a walk has just run, when the wanted failure (or any, when absent) is in it. Steps after the break are
 * left out.
 */
export function failureOf(walk: Walk, wanted?: Wanted): Failure | undefined {
    const { violations } = walk.checks;
    const violation = violations.find(each => wanted === undefined || each.invariant === wanted.invariant);
    if (violation === undefined) return undefined;
    const cause = causeOf(walk, violation.step);
    const isWanted = wanted?.within === undefined || isWithin(cause, wanted.within);
    return isWanted ? failureAt(walk, violation, cause) : undefined;
}

/** The failures in the schedule that a walk has just run, in the order in which invariants broke, that none of `known` explains. */
export function newFailures(walk: Walk, known: readonly Pick<Failure, 'invariant' | 'cause'>[]): readonly Failure[] {
    return walk.checks.violations.flatMap(violation => {
        const { invariant, step } = violation;
        const cause = causeOf(walk, step);
        const { message } = violation;
        return isExplained(known, { invariant, cause }) ? [] : [{ ...failureAt(walk, violation, cause), message }];
    });
}

function failureAt(walk: Walk, { invariant, step }: Violation, cause: Cause): Failure {
    return {
        program: walk.program,
        decisions: walk.trail.slice(0, step),
        invariant,
        cause,
        switches: walk.switches[step - 1] ?? 0
    };
}

/**
 * Executes a failure once more with recording on and writes it down. Throws NotRepeatableError when it does not fail again, and
 * ImpureFunctionError when another sentence says why.
 */
export function findingOf(walk: Walk, failure: Failure, origin: Origin, shrunk: Finding['shrunk']): Finding {
    const { program, invariant } = failure;
    const { trace, violations, decisions } = record(walk, program, new Follow(failure.decisions, 'exact'));
    const violation = violations.find(each => each.invariant === invariant);
    if (violation === undefined || decisions.length !== failure.decisions.length) {
        throw new NotRepeatableError(walk.binding.scenario, invariant);
    }
    const { message: first = violation.message } = failure;
    if (first !== violation.message) {
        const { scenario } = walk.binding;
        throw new ImpureFunctionError(scenario, `the invariant "${invariant}"`, `"${first}"`, `"${violation.message}"`);
    }
    return {
        scenario: walk.binding.scenario.id,
        calls: program.calls.map(programCall),
        principals: principalsOf(walk, program),
        schedule: trace.steps.map(each => each.step),
        invariant,
        message: violation.message,
        cause: failure.cause,
        identity: identityText(invariant, failure.cause),
        alsoBroken: brokenAfter(walk, failure),
        violations,
        faults: faultsOf(decisions),
        switches: failure.switches,
        ...origin,
        shrunk,
        trace
    };
}

/** What else breaks when a failing schedule goes on to its end; nothing where functions of the scenario cannot judge that. */
function brokenAfter(walk: Walk, { program, decisions, invariant }: Failure): readonly string[] {
    const { listener, faultsMax, stepsMax } = walk;
    Object.assign(walk, { listener: {}, faultsMax: Infinity, stepsMax: Infinity });
    try {
        walk.load(program);
        walk.run(new Follow(decisions, 'loose'), fixedRandom());
        return walk.checks.violations.map(each => each.invariant).filter(each => each !== invariant);
    } catch (cause) {
        if (cause instanceof ScenarioError || cause instanceof StuckScheduleError) return [];
        throw cause;
    } finally {
        Object.assign(walk, { listener, faultsMax, stepsMax });
    }
}

function programCall({
    actor,
    label,
    canister,
    method,
    arg,
    argText,
    order
}: BoundProgram['calls'][number]): ProgramCall {
    return { actor, label, canister, method, arg, argText, order };
}

function principalsOf({ binding }: Walk, program: BoundProgram): readonly NamedPrincipal[] {
    const roles = binding.book.canisters.map(name => ({ name, principal: binding.book.principalOf(name) }));
    const actors = [...new Set(program.calls.map(call => call.actor))];
    return [...roles, ...actors.map(name => ({ name, principal: binding.book.actorPrincipal(name) }))];
}
