/** What can go wrong in exploration besides the scenario itself. */
import type { ControlledBackend } from '../backend/port.ts';
import { ScenarioError } from '../scenario/errors.ts';
import type { ScenarioPlace } from '../scenario/errors.ts';
import type { Difference } from './twice-difference.ts';

/** The same schedule, executed again, did not break the same: a function of the scenario is not pure, or we are not. */
export class NotRepeatableError extends Error {
    override readonly name = 'NotRepeatableError';
    readonly code = 'SCENARIO_NOT_REPEATABLE';
    readonly scenario: string;
    readonly invariant: string;
    readonly fix =
        'Take clocks, randomness and state kept between calls out of invariants and model. None there? Report it.';

    constructor(where: ScenarioPlace, invariant: string) {
        const problem = `${invariant} broke, but not when the same schedule was executed once more`;
        super(`${where.id} (${where.location}): ${problem}`);
        this.scenario = where.id;
        this.invariant = invariant;
    }
}

/** A function of the scenario answered otherwise when it was asked again about the same. */
export class ImpureFunctionError extends ScenarioError {
    readonly what: string;

    constructor(where: ScenarioPlace, what: string, first: string, again: string) {
        super(
            'SCENARIO_NOT_PURE',
            where,
            `${what} answers otherwise when it is asked again about the same: first ${first}, then ${again}`,
            'Keep nothing between calls, neither in variables outside of the function nor in what it is given: ' +
                'what it has to know of earlier belongs into the state of `model`, or is in `view.previous`.'
        );
        this.what = what;
    }
}

/** Nothing can happen any more, but something still waits: a canister that holds a call for ever, or an error of the backend. */
export class StuckScheduleError extends Error {
    override readonly name = 'StuckScheduleError';
    readonly code = 'SCHEDULE_STUCK';
    readonly scenario: string;
    readonly step: number;
    readonly fix =
        'A call context is open for ever. If the canister waits for another call on purpose, add it to the scenario.';

    constructor(where: ScenarioPlace, step: number, backend: ControlledBackend) {
        const waiting = backend.inFlight().map(message => backend.describe(message).path);
        const detail = waiting.length === 0 ? 'a call context stays open' : `under way: ${waiting.join(', ')}`;
        super(`${where.id}: after step ${step} nothing can execute, but the system is not quiescent (${detail})`);
        this.scenario = where.id;
        this.step = step;
    }
}

/** A schedule, executed again on another deployment, was not the same: an error of ours, unless functions of the scenario are not pure. */
export class NotDeterministicError extends Error {
    override readonly name = 'NotDeterministicError';
    readonly code = 'INTERNAL_NOT_DETERMINISTIC';
    readonly scenario: string;
    readonly schedule: number;
    /** The first step that differs, from 1; 0: before the first. */
    readonly step: number;
    readonly what: string;
    readonly fix =
        'Take clocks, randomness and state kept between calls out of invariants, model and answers to outcalls. ' +
        'None there? Please report this with the scenario and the seed.';

    constructor(where: ScenarioPlace, schedule: number, path: string | undefined, difference: Difference) {
        const { step, what, first, again } = difference;
        const place = path === undefined ? `step ${step}` : `step ${step} (${path})`;
        const values = `first ${first}, then ${again}`;
        super(`${where.id}: schedule ${schedule}, run twice, differs at ${place} in ${what}: ${values}`);
        this.scenario = where.id;
        this.schedule = schedule;
        this.step = step;
        this.what = what;
    }
}
