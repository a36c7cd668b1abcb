/** Requests made by hand, so that they can be wrong. Encoding and request ids are the agent library's, not ours. */
import { Cbor, requestIdOf } from '@dfinity/agent';
import type { Served } from './served.ts';

const REQUEST = new TextEncoder().encode('\x0Aic-request');
const NONE = new Uint8Array(0);

/** What identities of every library can do. */
export interface Signer {
    getPublicKey(): { toDer(): Uint8Array };
    sign(blob: Uint8Array): Promise<Uint8Array>;
    getPrincipal(): { toUint8Array(): Uint8Array };
}

export type Content = Record<string, unknown>;

/** A call or query with sensible defaults: anonymous, expiring in four minutes. */
export function content(type: 'call' | 'query' | 'read_state', fields: Content = {}): Content {
    return {
        request_type: type,
        sender: Uint8Array.of(4),
        ingress_expiry: nowNs() + 240_000_000_000n,
        ...(type === 'read_state' ? { paths: [] } : { canister_id: NONE, method_name: 'none', arg: NONE }),
        ...fields
    };
}

export function nowNs(): bigint {
    return BigInt(Date.now()) * 1_000_000n;
}

/** The envelope of this content, signed by its sender. */
export async function signed(identity: Signer, fields: Content, more: object = {}): Promise<Content> {
    const full = { sender: identity.getPrincipal().toUint8Array(), ...fields };
    const whole = { ...fields, ...full };
    const signature = await identity.sign(concat(REQUEST, requestIdOf(whole)));
    return {
        content: whole,
        sender_pubkey: Uint8Array.from(identity.getPublicKey().toDer()),
        sender_sig: Uint8Array.from(signature),
        ...more
    };
}

export interface Response {
    readonly status: number;
    readonly text: string;
    /** Decoded, when it is CBOR. */
    readonly value: Record<string, any>;
}

/** Posts an envelope, or any bytes. */
export async function post(
    { url }: Pick<Served, 'url'>,
    path: string,
    body: Content | Uint8Array,
    headers: Record<string, string> = { 'content-type': 'application/cbor' }
): Promise<Response> {
    const bytes = ArrayBuffer.isView(body) ? (body as Uint8Array) : Cbor.encode(body);
    const response = await fetch(`${url}${path}`, { method: 'POST', body: Uint8Array.from(bytes), headers });
    const received = new Uint8Array(await response.arrayBuffer());
    const isCbor = response.headers.get('content-type') === 'application/cbor';
    return {
        status: response.status,
        text: isCbor ? '' : new TextDecoder().decode(received),
        value: isCbor ? Cbor.decode(received) : {}
    };
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
    return Uint8Array.from(parts.flatMap((part) => [...part]));
}
