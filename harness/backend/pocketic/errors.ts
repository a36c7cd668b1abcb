/** What can go wrong between us and a PocketIC server. */
import { NetworkError } from '../network/errors.ts';

/** Nothing answers at the address. */
export class PocketIcNotRunningError extends NetworkError {
    constructor(url: string, reason: string, cause: unknown) {
        super(
            'POCKETIC_NOT_RUNNING',
            url,
            `no PocketIC server answers at ${url}: ${reason}`,
            'Start one (`pocket-ic --port 8000`) and check the port; or set POCKET_IC_BIN instead of giving --url.',
            cause
        );
    }
}

/** Something answers, but not the REST interface of a PocketIC server. */
export class NotPocketIcError extends NetworkError {
    constructor(url: string, reason: string, cause?: unknown) {
        const fix =
            'Give the port of the server itself (its --port or --port-file). The gateway of a live instance speaks ' +
            'another interface: --backend network.';
        super('POCKETIC_NOT_A_SERVER', url, `what answers at ${url} is no PocketIC server: ${reason}`, fix, cause);
    }
}

/** The server went away, or does not answer in time. */
export class PocketIcLostError extends NetworkError {
    constructor(url: string, doing: string, reason: string, cause: unknown) {
        super(
            'POCKETIC_LOST',
            url,
            `the PocketIC server at ${url} was lost while ${doing}: ${reason}`,
            'See what ended it (its own --ttl?), start it again, and repeat the command; findings so far are kept.',
            cause
        );
    }
}

/** The server says that a request is wrong, or answers what its client library does not understand. */
export class PocketIcRefusedError extends NetworkError {
    constructor(url: string, doing: string, detail: string, cause: unknown) {
        const fix = 'If the request is unknown to it, use the release of PocketIC that --download-pocket-ic names.';
        super('POCKETIC_REFUSED', url, `the PocketIC server at ${url} failed while ${doing}: ${detail}`, fix, cause);
    }
}
