/** A failing schedule inside this process, before it is written down. */
import type { BoundProgram } from '../scenario/program.ts';
import type { StrategyName } from '../scenario/strategy-name.ts';
import { causeOf, identityText, isWithin } from './cause.ts';
import { NotRepeatableError } from './errors.ts';
import { record } from './record.ts';
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
    const violation = wanted === undefined ? violations[0] : violations.find(each => each.invariant === wanted.invariant);
    if (violation === undefined) return undefined;
    const failure = failureAt(walk, violation);
    return wanted?.within === undefined || isWithin(failure.cause, wanted.within) ? failure : undefined;
}

/** All failures in the schedule that a walk has just run: one for each invariant that broke, in the order in which they did. */
export function failuresOf(walk: Walk): readonly Failure[] {
    return walk.checks.violations.map(each => failureAt(walk, each));
}

function failureAt(walk: Walk, { invariant, step }: Violation): Failure {
    return {
        program: walk.program,
        decisions: walk.trail.slice(0, step),
        invariant,
        cause: causeOf(walk, step),
        switches: walk.switches[step - 1] ?? 0
    };
}

/** Executes a failure once more with recording on and writes it down. Throws NotRepeatableError when it does not fail again. */
export function findingOf(walk: Walk, failure: Failure, origin: Origin, shrunk: Finding['shrunk']): Finding {
    const { program, invariant } = failure;
    const { trace, violations, decisions } = record(walk, program, new Follow(failure.decisions, 'exact'));
    const violation = violations.find(each => each.invariant === invariant);
    if (violation === undefined || decisions.length !== failure.decisions.length) {
        throw new NotRepeatableError(walk.binding.scenario, invariant);
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
        violations,
        faults: faultsOf(decisions),
        switches: failure.switches,
        ...origin,
        shrunk,
        trace
    };
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
