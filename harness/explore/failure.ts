/** A failing schedule inside this process, before it is written down. */
import type { BoundProgram } from '../scenario/program.ts';
import type { StrategyName } from '../scenario/strategy-name.ts';
import { NotRepeatableError } from './errors.ts';
import { record } from './record.ts';
import type { Finding, NamedPrincipal, ProgramCall } from './results.ts';
import { Follow } from './strategy/follow.ts';
import { faultsOf } from './switches.ts';
import type { Decision, Walk } from './walk.ts';

export interface Failure {
    readonly program: BoundProgram;
    readonly decisions: readonly Decision[];
    readonly invariant: string;
    /** Context switches among the decisions. */
    readonly switches: number;
}

/** Where a failure came from. */
export interface Origin {
    readonly seed: number;
    readonly strategy: StrategyName;
    readonly scheduleIndex: number;
}

/**
 * The failing schedule that a walk has just run, when `invariant` (or any, when absent) broke in it. Steps after the break are
 * left out.
 */
export function failureOf(walk: Walk, invariant?: string): Failure | undefined {
    const violation = walk.checks.violations.find(each => invariant === undefined || each.invariant === invariant);
    if (violation === undefined) return undefined;
    return {
        program: walk.program,
        decisions: walk.trail.slice(0, violation.step),
        invariant: violation.invariant,
        switches: walk.switches[violation.step - 1] ?? 0
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
