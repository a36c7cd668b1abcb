/** Envelopes: the shape of requests (IC interface specification, "Authentication" and "CBOR encoding of requests"). */
import { decodeCbor } from './cbor.ts';
import { BadRequestError } from './errors.ts';
import type { CallerInfo } from '../replica/index.ts';
import { hashOfMap, type HashableMap } from './representation.ts';

const NONCE_BYTES_MAX = 32;
const PRINCIPAL_BYTES_MAX = 29;
const PATHS_MAX = 1000;
const LABELS_MAX = 127;

type RequestType = 'call' | 'query' | 'read_state';

/** What every request says. */
interface ContentBase {
    readonly sender: Uint8Array;
    /** Nanoseconds since 1970. */
    readonly ingressExpiry: bigint;
}

export interface CallContent extends ContentBase {
    readonly type: 'call' | 'query';
    readonly canisterId: Uint8Array;
    readonly method: string;
    readonly arg: Uint8Array;
    /** What a canister that signs for the sender says of them, and its signature of that. */
    readonly senderInfo: (CallerInfo & { readonly signature: Uint8Array }) | undefined;
}

export interface ReadStateContent extends ContentBase {
    readonly type: 'read_state';
    readonly paths: readonly (readonly Uint8Array[])[];
}

export type Content = CallContent | ReadStateContent;

export interface Delegation {
    readonly pubkey: Uint8Array;
    /** Nanoseconds since 1970. */
    readonly expiration: bigint;
    readonly targets: readonly Uint8Array[] | undefined;
    readonly permissions: string | undefined;
    /** What the delegating key signed. */
    readonly hash: Uint8Array;
    readonly signature: Uint8Array;
}

export interface Envelope<Of extends Content = Content> {
    readonly content: Of;
    /** The representation-independent hash of the content. */
    readonly requestId: Uint8Array;
    readonly pubkey: Uint8Array | undefined;
    readonly signature: Uint8Array | undefined;
    readonly delegations: readonly Delegation[];
}

/** Decodes a call or query. Throws `BadRequestError`. */
export function readCallEnvelope(body: Uint8Array, type: 'call' | 'query'): Envelope<CallContent> {
    return readEnvelope(body, type, (content) => ({
        type,
        canisterId: principal(content, 'canister_id'),
        method: text(content, 'method_name'),
        arg: blob(content, 'arg'),
        senderInfo: optional(content, 'sender_info', senderInfoOf)
    }));
}

/** Decodes a read_state request. Throws `BadRequestError`. */
export function readStateEnvelope(body: Uint8Array): Envelope<ReadStateContent> {
    return readEnvelope(body, 'read_state', (content) => ({ type: 'read_state', paths: pathsOf(content) }));
}

function readEnvelope<Of extends Content>(
    body: Uint8Array,
    type: RequestType,
    specific: (content: Fields) => Omit<Of, keyof ContentBase>
): Envelope<Of> {
    const envelope = fieldsOf(decodeCbor(body), 'The request');
    const content = fieldsOf(required(envelope, 'content'), 'content');
    const given = text(content, 'request_type');
    if (given !== type) {
        throw new BadRequestError(`request_type is '${given.slice(0, 40)}', but this endpoint serves '${type}'.`);
    }
    checkNonce(optional(content, 'nonce', asBlob));
    const base: ContentBase = { sender: principal(content, 'sender'), ingressExpiry: nat64(content, 'ingress_expiry') };
    return {
        content: { ...base, ...specific(content) } as Of,
        requestId: hashOfMap(content as HashableMap),
        pubkey: optional(envelope, 'sender_pubkey', asBlob),
        signature: optional(envelope, 'sender_sig', asBlob),
        delegations: (optional(envelope, 'sender_delegation', asArray) ?? []).map(delegationOf)
    };
}

function delegationOf(value: unknown): Delegation {
    const signed = fieldsOf(value, 'sender_delegation');
    const delegation = fieldsOf(required(signed, 'delegation'), 'delegation');
    return {
        pubkey: blob(delegation, 'pubkey'),
        expiration: nat64(delegation, 'expiration'),
        targets: optional(delegation, 'targets', asArray)?.map((target) => asPrincipal(target, 'targets')),
        permissions: optional(delegation, 'permissions', asText),
        hash: hashOfMap(delegation as HashableMap),
        signature: blob(signed, 'signature')
    };
}

function senderInfoOf(value: unknown, name: string): NonNullable<CallContent['senderInfo']> {
    const fields = fieldsOf(value, name);
    return { data: blob(fields, 'info'), signer: principal(fields, 'signer'), signature: blob(fields, 'sig') };
}

function checkNonce(nonce: Uint8Array | undefined): void {
    if (nonce !== undefined && nonce.length > NONCE_BYTES_MAX) {
        const limit = `at most ${NONCE_BYTES_MAX} are allowed`;
        throw new BadRequestError(`Nonce in request is too big: got ${nonce.length} bytes, but ${limit}.`);
    }
}

function pathsOf(content: Fields): Uint8Array[][] {
    const paths = asArray(required(content, 'paths'), 'paths');
    if (paths.length > PATHS_MAX) {
        const limit = `but at most ${PATHS_MAX} are allowed.`;
        throw new BadRequestError(`Too many paths in read state request: got ${paths.length} paths, ${limit}`);
    }
    return paths.map((path) => {
        const labels = asArray(path, 'paths');
        if (labels.length > LABELS_MAX) {
            const limit = `got ${labels.length} labels, but at most ${LABELS_MAX} are allowed.`;
            throw new BadRequestError(`At least one path in read state request is too deep: ${limit}`);
        }
        return labels.map((label) => asBlob(label, 'paths'));
    });
}

/** A decoded map. Fields are read as own properties only. */
type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown, what: string): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
        throw new BadRequestError(`${what} is not a map.`);
    }
    return value as Fields;
}

function required(fields: Fields, name: string): unknown {
    if (!Object.hasOwn(fields, name)) {
        throw new BadRequestError(`The field '${name}' is missing.`);
    }
    return fields[name];
}

function optional<Value>(
    fields: Fields,
    name: string,
    as: (value: unknown, name: string) => Value
): Value | undefined {
    return Object.hasOwn(fields, name) ? as(fields[name], name) : undefined;
}

function blob(fields: Fields, name: string): Uint8Array {
    return asBlob(required(fields, name), name);
}

function text(fields: Fields, name: string): string {
    return asText(required(fields, name), name);
}

function principal(fields: Fields, name: string): Uint8Array {
    return asPrincipal(required(fields, name), name);
}

function nat64(fields: Fields, name: string): bigint {
    const value = required(fields, name);
    if ((typeof value !== 'number' && typeof value !== 'bigint') || value < 0) {
        throw wrongType(name, 'a natural number');
    }
    return BigInt(value);
}

function asBlob(value: unknown, name: string): Uint8Array {
    if (!ArrayBuffer.isView(value)) {
        throw wrongType(name, 'a blob');
    }
    return value as Uint8Array;
}

function asPrincipal(value: unknown, name: string): Uint8Array {
    const bytes = asBlob(value, name);
    if (bytes.length > PRINCIPAL_BYTES_MAX) {
        throw wrongType(name, `a principal, which has at most ${PRINCIPAL_BYTES_MAX} bytes`);
    }
    return bytes;
}

function asText(value: unknown, name: string): string {
    if (typeof value !== 'string') {
        throw wrongType(name, 'a text');
    }
    return value;
}

function asArray(value: unknown, name: string): readonly unknown[] {
    if (!Array.isArray(value)) {
        throw wrongType(name, 'an array');
    }
    return value;
}

function wrongType(name: string, expected: string): BadRequestError {
    return new BadRequestError(`The field '${name}' is not ${expected}.`);
}
