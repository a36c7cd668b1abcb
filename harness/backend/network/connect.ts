/** A connection to a replica: found to be one, with the root key that its answers are checked against. */
import { AnonymousIdentity, HttpAgent } from '@dfinity/agent';
import type { Identity } from '@dfinity/agent';
import { endpointOf } from './endpoint.ts';
import { NotAReplicaError, ServerNotRunningError, UntrustedReplicaError } from './errors.ts';
import { agentFailure, connectionReason } from './failures.ts';

const PROBE_MS = 5_000;
/** Who does not answer for so long does not answer at all: replicas hold a call for some 10 s, then say that they go on. */
const SILENCE_MS = 60_000;

export interface ConnectOptions {
    readonly url: string;
    /** Also talk to networks that are not on this machine. */
    readonly allowRemote?: boolean;
    /** DER-encoded. Without it a local network is asked for its own; elsewhere the key of mainnet counts. */
    readonly rootKey?: Uint8Array;
    /** Ends all requests, those that are under way and those that would come. */
    readonly signal?: AbortSignal;
}

export interface Connection {
    /** Origin: `http://127.0.0.1:4943`. */
    readonly url: string;
    readonly rootKey: Uint8Array;
    /** An agent with the library's default settings, but for `fetchOf`: certificates and query signatures are verified. */
    agentOf(identity: Identity): HttpAgent;
}

/**
 * Asks the status of the replica and settles the root key. Throws EndpointUrlError, RemoteNetworkError, ServerNotRunningError,
 * NotAReplicaError, and UntrustedReplicaError when a local network says that its root key is another one than was given.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
    const { url, local } = endpointOf(options.url, options.allowRemote === true);
    const stated = await statedRootKey(url);
    // Whoever answers for a remote address can state any key: only what is on this machine is believed.
    if (local && options.rootKey !== undefined && !equal(options.rootKey, stated))
        throw new UntrustedReplicaError(url, 'its status states another one than was given', undefined);
    const anonymous = HttpAgent.createSync({ host: url });
    const rootKey = options.rootKey ?? (local ? stated : anonymous.rootKey);
    if (rootKey === null) throw new NotAReplicaError(url, 'no root key is known for it');
    const fetch = fetchOf(options.signal === undefined ? [] : [options.signal]);
    return {
        url,
        rootKey,
        agentOf: identity => HttpAgent.createSync({ host: url, identity, rootKey, fetch })
    };
}

/**
 * `fetch` for one connection. It follows no redirect, which could lead off this machine, and one request without an answer ends all:
 * the agent would try each of them again and again.
 */
function fetchOf(ends: readonly AbortSignal[]): typeof fetch {
    const silence = new AbortController();
    const signal = AbortSignal.any([...ends, silence.signal]);
    return async (input, init) => {
        const reason = new Error(`no answer came within ${SILENCE_MS / 1000} s`);
        const timer = setTimeout(() => silence.abort(reason), SILENCE_MS);
        try {
            return await fetch(input, { ...init, redirect: 'manual', signal });
        } finally {
            clearTimeout(timer);
        }
    };
}

/** `root_key` of /api/v2/status (interface specification, "Status endpoint"). */
async function statedRootKey(url: string): Promise<Uint8Array> {
    const agent = HttpAgent.createSync({
        host: url,
        identity: new AnonymousIdentity(),
        retryTimes: 0,
        fetchOptions: { signal: AbortSignal.timeout(PROBE_MS), redirect: 'manual' }
    });
    let status: { readonly root_key?: unknown };
    try {
        status = await agent.status();
    } catch (cause) {
        const failure = agentFailure(cause);
        if (failure?.name === 'HttpFetchErrorCode')
            throw new ServerNotRunningError(url, connectionReason(failure.error), cause);
        const http = failure?.name === 'HttpErrorCode' ? `it answers /api/v2/status with HTTP ${failure.status}` : '';
        throw new NotAReplicaError(url, http || 'its status is not CBOR', cause);
    }
    const { root_key: key } = status ?? {};
    if (!ArrayBuffer.isView(key)) throw new NotAReplicaError(url, 'its status has no root key');
    return new Uint8Array(key.buffer, key.byteOffset, key.byteLength);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
    return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
