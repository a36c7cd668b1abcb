/** What the agent throws, sorted by what it means for a call: an answer, no answer, or no replica to talk to. */
import type { RejectCode } from '../../trace/types.ts';
import type { LiveOutcome } from '../live.ts';
import {
    ApiVersionError,
    NetworkError,
    RequestRefusedError,
    ServerLostError,
    UntrustedReplicaError
} from './errors.ts';

/** The parts of the agent's errors that are read. By name, not by class: they must work across copies of the library. */
interface AgentFailure {
    readonly name: string;
    readonly kind: string;
    readonly message: string;
    readonly rejectCode?: number;
    readonly rejectMessage?: string;
    readonly rejectErrorCode?: string;
    readonly status?: unknown;
    readonly bodyText?: string;
    readonly error?: unknown;
}

/** Where a failure happened. */
export interface Doing {
    readonly url: string;
    /** `calling vault.withdraw`. */
    readonly what: string;
}

/**
 * The outcome of an update call that threw. Throws a NetworkError when the failure says that nothing sent there can be believed or
 * understood; a connection that broke is an unknown outcome, because the message may have arrived.
 */
export function outcomeOfFailure(thrown: unknown, doing: Doing): LiveOutcome {
    const failure = agentFailure(thrown);
    if (failure === undefined) throw thrown;
    switch (failure.name) {
        case 'CertifiedRejectErrorCode':
            return { kind: 'reject', ...rejectOf(failure) };
        case 'UncertifiedRejectUpdateErrorCode':
        case 'UncertifiedRejectErrorCode':
            return { kind: 'refused', ...rejectOf(failure) };
        case 'TimeoutWaitingForResponseErrorCode':
        case 'RequestStatusDoneNoReplyErrorCode':
            return { kind: 'unknown', reason: firstLine(failure.message) };
        case 'HttpFetchErrorCode':
            return { kind: 'unknown', reason: connectionReason(failure.error) };
        case 'HttpErrorCode':
            // 5xx: the replica or a gateway before it broke; the message may have gone through.
            if (Number(failure.status) >= 500) return { kind: 'unknown', reason: httpText(failure) };
            throw networkFailure(thrown, doing);
        default:
            throw networkFailure(thrown, doing);
    }
}

/** Any failure as an error that names its cause. What is not of the agent is returned as it is. */
export function networkFailure(thrown: unknown, { url, what }: Doing): unknown {
    if (thrown instanceof NetworkError) return thrown;
    const failure = agentFailure(thrown);
    if (failure === undefined) return thrown;
    if (failure.name === 'HttpFetchErrorCode')
        return new ServerLostError(url, what, connectionReason(failure.error), thrown);
    if (failure.kind === 'Trust' || UNTRUSTED.has(failure.name))
        return new UntrustedReplicaError(url, firstLine(failure.message), thrown);
    if (failure.name === 'HttpErrorCode' && Number(failure.status) === 404)
        return new ApiVersionError(url, httpText(failure), thrown);
    if (failure.name === 'HttpErrorCode') return new RequestRefusedError(url, what, httpText(failure), thrown);
    return new RequestRefusedError(url, what, firstLine(failure.message), thrown);
}

const UNTRUSTED = new Set([
    'CertificateVerificationErrorCode',
    'DerPrefixMismatchErrorCode',
    'DerKeyLengthMismatchErrorCode',
    'MalformedPublicKeyErrorCode'
]);

/** Undefined for what is not of the agent. */
export function agentFailure(thrown: unknown): AgentFailure | undefined {
    const { cause } = (thrown ?? {}) as { readonly cause?: { readonly code?: object; readonly kind?: unknown } };
    if (typeof cause !== 'object' || cause === null || typeof cause.kind !== 'string') return undefined;
    const code = cause.code as AgentFailure | undefined;
    if (typeof code?.name !== 'string') return undefined;
    const { name, rejectCode, rejectMessage, rejectErrorCode, status, bodyText, error } = code;
    const fields = Object.entries({ rejectCode, rejectMessage, rejectErrorCode, status, bodyText, error });
    const present = Object.fromEntries(fields.filter(([, value]) => value !== undefined));
    // An error that the agent did not expect is wrapped; what it wraps may be one that it knows.
    const wrapped = name === 'UnexpectedErrorCode' ? agentFailure(error) : undefined;
    return wrapped ?? { name, kind: cause.kind, message: (thrown as Error).message, ...present };
}

function rejectOf({ rejectCode, rejectMessage, rejectErrorCode }: AgentFailure): {
    readonly code: RejectCode;
    readonly message: string;
    readonly errorCode?: string;
} {
    const code = Number(rejectCode) as RejectCode;
    const message = rejectMessage ?? '';
    return rejectErrorCode === undefined ? { code, message } : { code, message, errorCode: rejectErrorCode };
}

/** What Node says about a connection that failed: `connect ECONNREFUSED 127.0.0.1:1`, and not only `fetch failed`. */
export function connectionReason(error: unknown): string {
    let innermost = error;
    for (let depth = 0; depth < 5; depth++) {
        const { cause, errors } = (innermost ?? {}) as { cause?: unknown; errors?: readonly unknown[] };
        const next = cause ?? errors?.[0];
        if (next === undefined) break;
        innermost = next;
    }
    const { message, code } = (innermost ?? {}) as { readonly message?: unknown; readonly code?: unknown };
    const text = typeof message === 'string' && message !== '' ? message : String(code ?? innermost);
    return firstLine(text);
}

function httpText({ status, bodyText = '' }: AgentFailure): string {
    return `HTTP ${String(status)}${bodyText === '' ? '' : `: ${firstLine(bodyText).slice(0, 200)}`}`;
}

function firstLine(text: string): string {
    return text.split('\n', 1)[0] ?? '';
}
