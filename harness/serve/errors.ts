/** Requests that are refused. The message is the body of the HTTP answer, the class decides about its status. */

/** Base of all of them: a stable code and the HTTP status. */
export abstract class RequestError extends Error {
    abstract readonly code: string;
    abstract readonly status: 400 | 403 | 413;

    constructor(message: string, cause?: unknown) {
        super(message, cause === undefined ? undefined : { cause });
        this.name = new.target.name;
    }
}

/** Malformed, expired, or sent to the wrong place. */
export class BadRequestError extends RequestError {
    readonly code = 'serve/bad-request';
    readonly status = 400;
}

/** A signature, key or delegation does not authenticate the sender. */
export class AuthenticationError extends RequestError {
    readonly code = 'serve/authentication';
    readonly status = 400;
}

/** The sender may not see what it asks for, or the caller is not on this machine. */
export class ForbiddenError extends RequestError {
    readonly code = 'serve/forbidden';
    readonly status = 403;
}

/** The body is over the limit. */
export class TooLargeError extends RequestError {
    readonly code = 'serve/too-large';
    readonly status = 413;
}
