/** What the admin interface says against a request, in the words of the PocketIC server: a Rust value as text. */

/** Answered with this status and `{"message"}`; clients throw the message. */
export class PocketIcError extends Error {
    readonly code = 'serve/pocketic';
    readonly status: 400 | 404;

    constructor(message: string, status: 400 | 404 = 400) {
        super(message);
        this.name = 'PocketIcError';
        this.status = status;
    }
}

/** What this server cannot do, said by name. */
export function unsupported(what: string, instead: string): PocketIcError {
    return new PocketIcError(`Interleave's PocketIC server does not support ${what}; ${instead}`);
}

/** `Debug` of a text in Rust. */
export function quoted(text: string): string {
    return JSON.stringify(text);
}
