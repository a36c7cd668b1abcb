/** Replays a schedule: exactly, and with a clear answer to "does the race still fail?". */
import type { ControlledBackend } from '../backend/port.ts';
import type { Binding } from '../scenario/bind.ts';
import { hexText } from '../scenario/method.ts';
import type { BoundMethod } from '../scenario/method.ts';
import { linkProgram } from '../scenario/program.ts';
import type { BoundProgram } from '../scenario/program.ts';
import type { CallSpec, CandidValue } from '../scenario/types.ts';
import {
    ArgumentMismatchError,
    UndecidedInvariantError,
    UnknownMethodError,
    UnknownRoleError
} from '../scenario/errors.ts';
import { OUTCOMES } from '../scenario/validate.ts';
import type { ScheduleStep } from '../trace/types.ts';
import { record } from './record.ts';
import { namesIn } from './recorder.ts';
import type { ProgramCall, ReplayResult } from './results.ts';
import { Replay } from './strategy/replay.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { WalkLimits } from './limits.ts';
import { Walk } from './walk.ts';

/** What a schedule file says. */
export interface RecordedSchedule {
    readonly calls: readonly ProgramCall[];
    readonly steps: readonly ScheduleStep[];
    /** The invariant that broke. */
    readonly invariant: string;
    /** Hash of the trace as recorded; compared when given. */
    readonly traceHash?: string;
}

/**
 * Follows a schedule by causal names from the backend's present state, which it restores at the end. Deterministic. Throws
 * ScenarioError when the program does not fit the canisters' Candid any more, when a function of the scenario fails, or when the
 * invariant that broke cannot be decided any more.
 */
export function replaySchedule(
    binding: Binding,
    backend: ControlledBackend,
    schedule: RecordedSchedule,
    limits: Partial<WalkLimits> = {}
): ReplayResult {
    const walk = new Walk(binding, backend, { ...DEFAULT_LIMITS, ...limits });
    const program = programOf(binding, schedule.calls);
    const replay = new Replay(schedule.steps, {
        ...namesIn(walk),
        mayEndHere: mayEnd(walk, schedule.invariant)
    });
    const { trace, violations } = record(walk, program, replay);
    const undecided = walk.checks.undecided.find(each => each.invariant === schedule.invariant);
    walk.reset();
    const divergence = replay.missed;
    if (divergence !== undefined) return { kind: 'diverged', divergence, violations, trace };
    const violation = violations.find(each => each.invariant === schedule.invariant);
    if (violation !== undefined) {
        const sameTrace = schedule.traceHash === undefined ? 'unknown' : schedule.traceHash === trace.hash;
        return { kind: 'still-fails', violation, trace, sameTrace };
    }
    if (undecided !== undefined)
        throw new UndecidedInvariantError(binding.scenario, undecided.invariant, undecided.message);
    return violations.length > 0 ? { kind: 'fails-differently', violations, trace } : { kind: 'passes', trace };
}

/**
 * Where a schedule may end in the middle of things: where its invariant was judged, and broke. A *quiescent* one is judged whenever nothing
 * is in flight, also where an actor's next call, a timer or a heartbeat follows; an outcome only where nothing is left to do.
 */
function mayEnd(walk: Walk, invariant: string): () => boolean {
    const { binding: { scenario }, checks, trail } = walk;
    // What may strike at rest does not have to.
    const isOver = (): boolean => walk.enabled.length === 0 && walk.backend.quiescent();
    if (invariant === OUTCOMES) return () => scenario.outcomes?.at === 'commit' || isOver();
    const when = scenario.invariants.find(each => each.name === invariant)?.when;
    return () => when === 'always' || (when === 'quiescent' && checks.restedAt === trail.length);
}

/** The program of a schedule file, bound by its encoded arguments, which count even where the Candid types have changed. */
function programOf(binding: Binding, calls: readonly ProgramCall[]): BoundProgram {
    const roles = Object.keys(binding.scenario.canisters);
    return linkProgram(
        calls.map(call => {
            const user = `the recorded call ${call.label}`;
            const { actor, canister, method, order } = call;
            if (!roles.includes(canister)) throw new UnknownRoleError(binding.scenario, user, canister, roles);
            const bound = binding.findMethod(canister, method);
            if (bound === undefined)
                throw new UnknownMethodError(binding.scenario, user, canister, method, binding.methodNames(canister));
            const args = recordedArguments(binding, bound, user, call.arg);
            const spec: CallSpec = { actor, canister, method, order, args };
            return { ...binding.call(spec, call.label), arg: call.arg };
        })
    );
}

function recordedArguments(
    binding: Binding,
    bound: BoundMethod,
    user: string,
    arg: Uint8Array
): readonly CandidValue[] {
    try {
        return bound.decodeArguments(arg);
    } catch (cause) {
        const call = { user, role: bound.role, method: bound.name, signature: bound.signature };
        throw new ArgumentMismatchError(binding.scenario, call, `its recorded argument, ${hexText(arg)},`, cause);
    }
}
