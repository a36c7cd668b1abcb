/**
 * What can be wrong with a scenario. None of these is a finding about a canister: the run of that scenario ends as `error`,
 * other scenarios go on (style 7: a stable code, the fields that matter, one line on what to do next).
 */

/** Common part: the scenario, where it stands, and what to do next. */
export class ScenarioError extends Error {
    readonly code: string;
    readonly scenario: string;
    /** File and line of the scenario's declaration. */
    readonly location: string;
    readonly fix: string;

    constructor(code: string, where: ScenarioPlace, message: string, fix: string, cause?: unknown) {
        super(`${where.id} (${where.location}): ${message}`, cause === undefined ? undefined : { cause });
        this.name = new.target.name;
        this.code = code;
        this.scenario = where.id;
        this.location = where.location;
        this.fix = fix;
    }
}

export interface ScenarioPlace {
    readonly id: string;
    readonly location: string;
}

/** The declaration itself is malformed. */
export class InvalidScenarioError extends ScenarioError {
    readonly problems: readonly string[];

    constructor(where: ScenarioPlace, problems: readonly string[]) {
        const list = problems.length === 1 ? problems[0] : `\n- ${problems.join('\n- ')}`;
        super(
            'SCENARIO_INVALID',
            where,
            `the scenario is not valid: ${list}`,
            'Correct the declaration; `ScenarioSpec` documents every key.'
        );
        this.problems = problems;
    }
}

/** What `programs` was given is malformed. */
export class InvalidProgramsError extends ScenarioError {
    readonly problems: readonly string[];

    constructor(location: string, problems: readonly string[]) {
        const list = problems.length === 1 ? problems[0] : `\n- ${problems.join('\n- ')}`;
        super(
            'PROGRAMS_INVALID',
            { id: 'programs', location },
            `the generated programs are not valid: ${list}`,
            'Correct what `programs` is given; `ProgramsSpec` documents every key.'
        );
        this.problems = problems;
    }
}

/** A role that the scenario does not declare. */
export class UnknownRoleError extends ScenarioError {
    readonly role: string;

    constructor(where: ScenarioPlace, user: string, role: string, roles: readonly string[]) {
        super(
            'SCENARIO_UNKNOWN_CANISTER',
            where,
            `${user} names the canister "${role}", which the scenario does not declare`,
            `Use one of: ${roles.join(', ')}; or add "${role}" to \`canisters\`.`
        );
        this.role = role;
    }
}

/** A method that the role's Candid interface does not have. */
export class UnknownMethodError extends ScenarioError {
    readonly role: string;
    readonly method: string;

    constructor(where: ScenarioPlace, user: string, role: string, method: string, methods: readonly string[]) {
        super(
            'SCENARIO_UNKNOWN_METHOD',
            where,
            `${user} names ${role}.${method}, which is not in the Candid interface of "${role}"`,
            methods.length === 0
                ? `The interface of "${role}" has no methods.`
                : `Methods of "${role}": ${methods.join(', ')}.`
        );
        this.role = role;
        this.method = method;
    }
}

/** Arguments that do not fit the Candid type of the method. */
export class ArgumentMismatchError extends ScenarioError {
    readonly role: string;
    readonly method: string;
    readonly signature: string;

    constructor(
        where: ScenarioPlace,
        call: { readonly user: string; readonly role: string; readonly method: string; readonly signature: string },
        problem: string,
        cause?: unknown
    ) {
        super(
            'SCENARIO_BAD_ARGUMENT',
            where,
            `${call.user}: ${problem} does not fit ${call.role}.${call.method} : ${call.signature}`,
            'Pass values as @dfinity/candid has them: bigint for int, [] or [value] for opt, { tag: value }.',
            cause
        );
        this.role = call.role;
        this.method = call.method;
        this.signature = call.signature;
    }
}

/** A function of the scenario (invariant, model, outcome, witness, arguments) threw or returned nonsense. */
export class ScenarioFunctionError extends ScenarioError {
    readonly what: string;

    constructor(where: ScenarioPlace, what: string, problem: string, cause?: unknown) {
        super(
            'SCENARIO_FUNCTION_FAILED',
            where,
            `${what} ${problem}`,
            'Functions of a scenario must be total, pure and synchronous; this is its error, not a finding.',
            cause
        );
        this.what = what;
    }
}

/** An observe query was rejected, trapped, or answered something that its Candid type does not allow. */
export class ObserveFailedError extends ScenarioError {
    readonly observation: string;

    constructor(where: ScenarioPlace, observation: string, problem: string, cause?: unknown) {
        super(
            'SCENARIO_OBSERVE_FAILED',
            where,
            `the observe query "${observation}" ${problem}`,
            'Observe with a query method that answers in every committed state.',
            cause
        );
        this.observation = observation;
    }
}

/** The invariant that a schedule was recorded for gave up in the replay: neither broken nor held. */
export class UndecidedInvariantError extends ScenarioError {
    readonly invariant: string;

    constructor(where: ScenarioPlace, invariant: string, problem: string) {
        super(
            'SCENARIO_UNDECIDED',
            where,
            `the invariant "${invariant}" could not be decided: ${problem}`,
            'Give the check a larger bound, and replay again.'
        );
        this.invariant = invariant;
    }
}
