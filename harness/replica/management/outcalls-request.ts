/**
 * The argument of `http_request` and what must hold of it (IC interface specification, "IC method http_request"; texts
 * and the order of the checks are production's).
 */
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import { equalBytes, principalText } from '../principal.ts';
import { utf8Bytes } from '../ic0/text.ts';
import { refusedRequest } from './plain-reject.ts';
import type { Opt } from './types.ts';

/** One line of an HTTP header. */
export interface HttpHeader {
    readonly name: string;
    readonly value: string;
}

/** Methods that a canister may use. */
export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';

/** What a canister asks the world. */
export interface OutcallRequest {
    readonly url: string;
    readonly method: HttpMethod;
    readonly headers: readonly HttpHeader[];
    /** Empty when there is none. */
    readonly body: Uint8Array;
    /** Present where the canister gave one; 2,000,000 otherwise. */
    readonly maxResponseBytes?: number;
    /** False: one replica alone asks (`is_replicated = opt false`). */
    readonly replicated: boolean;
}

/** A query of the calling canister that the response goes through. */
export interface OutcallTransform {
    readonly method: string;
    readonly context: Uint8Array;
}

/** Bytes of a request or response: header names, header values and body together. Decimal megabytes. */
export const OUTCALL_BYTES_MAX = 2_000_000;
const URL_BYTES_MAX = 8192;
const HEADERS_MAX = 64;
const HEADER_BYTES_MAX = 8 * 1024;
const HEADERS_BYTES_MAX = 48 * 1024;

const header = IDL.Record({ name: IDL.Text, value: IDL.Text });
/** `http_request_result`, the reply and what a transform function takes and gives. */
export const HTTP_REQUEST_RESULT = IDL.Record({
    status: IDL.Nat,
    headers: IDL.Vec(header),
    body: IDL.Vec(IDL.Nat8)
});
/** Argument of a transform function. */
export const TRANSFORM_ARGS = IDL.Record({ response: HTTP_REQUEST_RESULT, context: IDL.Vec(IDL.Nat8) });
/** `http_request_args`. */
export const HTTP_REQUEST = IDL.Record({
    url: IDL.Text,
    max_response_bytes: IDL.Opt(IDL.Nat64),
    method: IDL.Variant({
        get: IDL.Null,
        head: IDL.Null,
        post: IDL.Null,
        put: IDL.Null,
        delete: IDL.Null,
        patch: IDL.Null
    }),
    headers: IDL.Vec(header),
    body: IDL.Opt(IDL.Vec(IDL.Nat8)),
    transform: IDL.Opt(
        IDL.Record({
            function: IDL.Func([TRANSFORM_ARGS], [HTTP_REQUEST_RESULT], ['query']),
            context: IDL.Vec(IDL.Nat8)
        })
    ),
    is_replicated: IDL.Opt(IDL.Bool)
});

/** The same as the Candid library decodes it. */
export interface HttpRequestArgs {
    url: string;
    max_response_bytes: Opt<bigint>;
    method: Partial<Record<Lowercase<HttpMethod>, null>>;
    headers: HttpHeader[];
    body: Opt<Uint8Array>;
    transform: Opt<{ function: [Principal, string]; context: Uint8Array }>;
    is_replicated: Opt<boolean>;
}

/** A request that may be made. */
export interface CheckedRequest {
    readonly request: OutcallRequest;
    readonly transform: OutcallTransform | undefined;
    /** What the fee is computed from (`ic0.cost_http_request`). */
    readonly chargedBytes: number;
}

const NO_BYTES = new Uint8Array(0);

/** Checks the arguments of `caller`. Throws a management reject. */
export function checkRequest(args: HttpRequestArgs, caller: Uint8Array): CheckedRequest {
    const { url, headers } = args;
    const [transform] = args.transform;
    const [body = NO_BYTES] = args.body;
    if (transform !== undefined && !equalBytes(transform.function[0].toUint8Array(), caller)) {
        const [expected, actual] = [principalText(caller), transform.function[0].toText()];
        throw refusedRequest(`transform principal id expected to be ${expected}, got ${actual}`);
    }
    const urlBytes = utf8Bytes(url);
    if (urlBytes > URL_BYTES_MAX) {
        throw refusedRequest(`url size ${urlBytes} exceeds ${URL_BYTES_MAX}`);
    }
    const problem = messageProblem(headers, body);
    if (problem !== undefined) {
        throw refusedRequest(problem);
    }
    const [maxResponseBytes] = args.max_response_bytes;
    if (maxResponseBytes !== undefined && maxResponseBytes > BigInt(OUTCALL_BYTES_MAX)) {
        const range = `[0..${OUTCALL_BYTES_MAX}]`;
        throw refusedRequest(`max_response_bytes expected to be in the range ${range}, got ${maxResponseBytes}`);
    }
    const method = (Object.keys(args.method)[0] as string).toUpperCase() as HttpMethod;
    const replicated = args.is_replicated[0] ?? true;
    if (replicated && (method === 'PUT' || method === 'DELETE' || method === 'PATCH')) {
        throw refusedRequest('The requested HTTP method is only allowed for non-replicated requests.');
    }
    const asked = { url, method, headers, body, replicated };
    const transformBytes = transform === undefined ? 0 : utf8Bytes(transform.function[1]) + transform.context.length;
    return {
        request:
            maxResponseBytes === undefined ? asked : { ...asked, maxResponseBytes: Number(maxResponseBytes) },
        transform: transform === undefined ? undefined : { method: transform.function[1], context: transform.context },
        chargedBytes: urlBytes + headerBytes(headers) + body.length + transformBytes
    };
}

/** Why headers and body exceed the limits that requests and responses have in common; undefined when they do not. */
export function messageProblem(headers: readonly HttpHeader[], body: Uint8Array): string | undefined {
    if (headers.length > HEADERS_MAX) {
        return `number of all http headers ${headers.length} exceeds ${HEADERS_MAX}`;
    }
    for (const part of ['name', 'value'] as const) {
        const longest = Math.max(0, ...headers.map((line) => utf8Bytes(line[part])));
        if (longest > HEADER_BYTES_MAX) {
            return `number of bytes to represent some http header ${part} ${longest} exceeds ${HEADER_BYTES_MAX}`;
        }
    }
    const all = 'total number of bytes to represent all http header names and values';
    const bytes = headerBytes(headers);
    if (bytes > HEADERS_BYTES_MAX) {
        return `${all} ${bytes} exceeds ${HEADERS_BYTES_MAX}`;
    }
    const total = bytes + body.length;
    return total > OUTCALL_BYTES_MAX ? `${all} and http body ${total} exceeds ${OUTCALL_BYTES_MAX}` : undefined;
}

/** Names and values together. */
export function headerBytes(headers: readonly HttpHeader[]): number {
    return headers.reduce((sum, { name, value }) => sum + utf8Bytes(name) + utf8Bytes(value), 0);
}
