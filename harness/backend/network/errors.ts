/** What can go wrong between us and a replica on the network: one class a cause, each with what to do next. */

/** Base: somebody else's server did not do what it should, or the wrong one was asked. */
export class NetworkError extends Error {
    readonly code: string;
    readonly url: string;
    /** One line: what to do now. */
    readonly fix: string;

    constructor(code: string, url: string, message: string, fix: string, cause?: unknown) {
        super(message, cause === undefined ? undefined : { cause });
        this.name = new.target.name;
        this.code = code;
        this.url = url;
        this.fix = fix;
    }
}

/** The text given as URL is none that an agent can use. */
export class EndpointUrlError extends NetworkError {
    constructor(url: string, problem: string) {
        const fix = 'Give a URL such as http://127.0.0.1:4943.';
        super('NETWORK_URL', url, `'${url}' is no URL of a replica: ${problem}`, fix);
    }
}

/** A network that is not on this machine, without the word that this is meant. */
export class RemoteNetworkError extends NetworkError {
    constructor(url: string) {
        super(
            'NETWORK_REMOTE',
            url,
            `${url} is not on this machine: canisters would be created there, and hundreds of calls sent`,
            'Use a local network, or say that this is meant: --allow-remote (and --root-key, unless mainnet).'
        );
    }
}

/** Nothing answers at the address. */
export class ServerNotRunningError extends NetworkError {
    constructor(url: string, reason: string, cause: unknown) {
        super(
            'NETWORK_NOT_RUNNING',
            url,
            `no replica answers at ${url}: ${reason}`,
            'Start one (`npm run serve`, `dfx start`) and check the port; without --url Interleave starts its own.',
            cause
        );
    }
}

/** Something answers, but it does not speak the IC's HTTP interface. */
export class NotAReplicaError extends NetworkError {
    constructor(url: string, reason: string, cause?: unknown) {
        super(
            'NETWORK_NOT_A_REPLICA',
            url,
            `what answers at ${url} is no IC replica: ${reason}`,
            'Check the port: it must be that of the replica or gateway, which answers /api/v2/status.',
            cause
        );
    }
}

/** The replica does not know the API version that the agent speaks, or the canister's route. */
export class ApiVersionError extends NetworkError {
    constructor(url: string, detail: string, cause: unknown) {
        super(
            'NETWORK_API_VERSION',
            url,
            `the replica at ${url} does not know what the agent asked for: ${detail}`,
            'Use a replica that offers /api/v2 or v3 calls, queries and read_state for canisters.',
            cause
        );
    }
}

/** A certificate or a query signature was not made with the key that we trust. */
export class UntrustedReplicaError extends NetworkError {
    constructor(url: string, detail: string, cause: unknown) {
        super(
            'NETWORK_ROOT_KEY',
            url,
            `an answer of ${url} is not signed with the expected root key: ${detail}`,
            'Check --root-key: a local network has a key of its own. Leave it out to fetch it (local networks only).',
            cause
        );
    }
}

/** It answered before and does not any more. */
export class ServerLostError extends NetworkError {
    constructor(url: string, doing: string, reason: string, cause: unknown) {
        super(
            'NETWORK_LOST',
            url,
            `the replica at ${url} went away while ${doing}: ${reason}`,
            'See what ended it, start it again, and repeat the command; findings written so far are kept.',
            cause
        );
    }
}

/** The replica said that a request is wrong: expired, malformed, too large, too many. */
export class RequestRefusedError extends NetworkError {
    constructor(url: string, doing: string, detail: string, cause: unknown) {
        super(
            'NETWORK_REQUEST_REFUSED',
            url,
            `the replica at ${url} refused a request while ${doing}: ${detail}`,
            'If it speaks of expiry, the clocks differ: time of the replica must follow the wall clock.',
            cause
        );
    }
}
