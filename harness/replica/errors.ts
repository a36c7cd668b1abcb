/** Misuse of the replica by its caller. What goes wrong inside canisters is a reject, never one of these. */

/** Stable: tools may switch over them. */
export type ReplicaErrorCode =
    | 'replica/not-enabled'
    | 'replica/illegal-fault'
    | 'replica/unknown-mark'
    | 'replica/duplicate-label'
    | 'replica/ingress-too-large'
    | 'replica/time-moves-back'
    | 'replica/not-settled'
    | 'replica/no-outcall'
    | 'replica/internal';

/** Base of all of them: a stable code and one line that says what to do next. */
export abstract class ReplicaError extends Error {
    abstract readonly code: ReplicaErrorCode;
    readonly advice: string;

    constructor(message: string, advice: string, cause?: unknown) {
        super(`${message}\n${advice}`, cause === undefined ? undefined : { cause });
        this.name = new.target.name;
        this.advice = advice;
    }
}

/** `execute` was asked for a message that may not run now. */
export class NotEnabledError extends ReplicaError {
    readonly code = 'replica/not-enabled';
    readonly path: string;

    constructor(path: string) {
        super(`The message ${path} may not execute now.`, 'Choose one of enabled().');
        this.path = path;
    }
}

/** A fault that the IC interface specification does not allow at this point. */
export class IllegalFaultError extends ReplicaError {
    readonly code = 'replica/illegal-fault';
    readonly path: string;

    constructor(path: string, why: string) {
        super(
            `This fault is not legal for ${path}: ${why}.`,
            'See the IC interface specification, "Abstract behavior".'
        );
        this.path = path;
    }
}

/** A mark that was never taken, was released, or died in a rollback to an earlier one. */
export class UnknownMarkError extends ReplicaError {
    readonly code = 'replica/unknown-mark';

    constructor(mark: number) {
        super(`There is no mark ${mark}.`, 'Marks die when a rollback goes to an earlier mark; take a new one.');
    }
}

/** Two calls with one label: causal names would be ambiguous. */
export class DuplicateLabelError extends ReplicaError {
    readonly code = 'replica/duplicate-label';
    readonly label: string;

    constructor(label: string) {
        super(`A call labelled ${label} was already submitted.`, 'Give every submitted call its own label.');
        this.label = label;
    }
}

/** An ingress argument over the IC's limit: no replica accepts it. */
export class IngressTooLargeError extends ReplicaError {
    readonly code = 'replica/ingress-too-large';
    readonly bytes: number;

    constructor(bytes: number, bytesMax: number) {
        super(
            `The argument has ${bytes} bytes; an ingress message may have ${bytesMax}.`,
            'Send less, or in several calls.'
        );
        this.bytes = bytes;
    }
}

/** Time is monotone (IC interface specification, "System time"). */
export class TimeMovesBackError extends ReplicaError {
    readonly code = 'replica/time-moves-back';

    constructor(ns: bigint) {
        super(`Time cannot advance by ${ns} ns.`, 'Advance by zero or more.');
    }
}

/** `settle` ran out of messages to execute. */
export class NotSettledError extends ReplicaError {
    readonly code = 'replica/not-settled';
    readonly executed: number;

    constructor(executed: number, next: string) {
        super(
            `The subnet did not settle within ${executed} messages; next would be ${next}.`,
            'Look for a canister that calls itself for ever, or raise the limit.'
        );
        this.executed = executed;
    }
}

/** `answerOutcall` was given a call that does not wait for an answer by hand. */
export class NoOutcallError extends ReplicaError {
    readonly code = 'replica/no-outcall';
    readonly path: string;

    constructor(path: string) {
        super(`${path} is no HTTP outcall that waits for an answer.`, 'Choose one of outcalls().');
        this.path = path;
    }
}

/** A bug of this tool, found while it executed a message. */
export class InternalReplicaError extends ReplicaError {
    readonly code = 'replica/internal';
    readonly path: string;

    constructor(path: string, cause: unknown) {
        super(
            `Internal error while executing ${path}: ${String((cause as { message?: unknown })?.message ?? cause)}`,
            'This is a bug of the tool, not of the canister: please report it with this message.',
            cause
        );
        this.path = path;
    }
}
