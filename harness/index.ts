/**
 * Interleave's public interface: everything that a scenario file needs. Scenario files import this module (and fast-check for
 * generated programs) and nothing else.
 */

/** Declares a scenario; everything else on this page builds its parts. */
export { scenario } from './scenario/scenario.ts';

/**
 * Calls (`call`, `afterReply`, `someCalls`), observations (`query`), answers to HTTP outcalls (`answers`), checks and
 * expectations.
 */
export {
    afterReply,
    answers,
    breaks,
    call,
    holds,
    invariant,
    model,
    observes,
    query,
    someCalls
} from './scenario/construct.ts';

/** Faults: what may go wrong at any point; each says what. */
export {
    answersLate,
    beats,
    expires,
    fillsQueue,
    loadsSnapshot,
    neverAnswers,
    rejects,
    runsOutOfCycles,
    skipsInspection,
    stops,
    timePasses,
    traps,
    uninstalls,
    upgrades
} from './scenario/construct-faults.ts';
export type { CanisterTarget, FaultTarget, TrapTarget } from './scenario/construct-faults.ts';

/** Generated programs, declared: calls, methods, actors, sessions, overlap, swarm testing. */
export { programs } from './scenario/generate.ts';
export type { ArgumentDraws, MethodDraw, ProgramsSpec, Sessions } from './scenario/generate.ts';

/** An invariant that a scenario switches on: the calls might as well have happened one after the other. */
export { linearizable } from './check/linearizability/linearizable.ts';
export { REJECTED } from './check/linearizability/specification.ts';
export type { SequentialSpec, Transition } from './check/linearizability/specification.ts';

/** Thrown by `programs` and `scenario` when the declaration is not valid: names file, line and every problem. */
export { InvalidProgramsError, InvalidScenarioError } from './scenario/errors.ts';

/** The parts of a scenario, and what invariants and models see. */
export type {
    Addresses,
    Answer,
    CallRecord,
    CallSpec,
    CandidValue,
    CanisterUse,
    Expectation,
    FaultKind,
    FaultSpec,
    InFlightRecord,
    Invariant,
    Language,
    Model,
    ObserveSpec,
    OutcallAnswers,
    OutcallFailure,
    OutcallResponse,
    OutcallSpec,
    Outcomes,
    Program,
    Required,
    Scenario,
    ScenarioSpec,
    Undecided,
    View
} from './scenario/types.ts';

/** What a function that answers an HTTP outcall sees. */
export type { HttpHeader, HttpMethod, OutcallRequest } from './trace/outcalls.ts';

/** Reject codes of the IC interface specification and their names. */
export { REJECT_CODE_NAMES } from './trace/types.ts';
export type { Reject, RejectCode } from './trace/types.ts';
