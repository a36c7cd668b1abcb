/** Update calls (IC interface specification, "Request: Call" and "Request: Asynchronous call"). */
import type { CallResult, IngressCall } from '../replica/index.ts';
import { authenticate, type VerifySignature } from './authenticate.ts';
import { encodeTagged } from './cbor.ts';
import { checkEffective, type Effective } from './effective.ts';
import { readCallEnvelope, type CallContent } from './envelope.ts';
import { isAnswered, type Driver, type ServedNode } from './node.ts';
import { pathOf } from './prune.ts';

type Rejected = Extract<CallResult, { kind: 'reject' }>;

/** An HTTP answer: CBOR, or nothing. */
export interface Answer {
    readonly status: 200 | 202;
    readonly body?: Uint8Array;
}

/** What a request is answered with. */
export interface Serving {
    readonly node: ServedNode;
    /** Of several subnets: the node that a request goes to. Throws `BadRequestError`. */
    readonly route?: (effective: Effective) => ServedNode;
    readonly driver: Driver;
    readonly verify: VerifySignature;
    /** `as they come`: who sends a call, and when it expires, is taken from it unchecked. Default: validated. */
    readonly calls?: 'validated' | 'as they come';
    /** How long a synchronous call waits before it answers 202. */
    readonly callTimeoutMs: number;
}

/** `asynchronous` answers at once (v2), `synchronous` waits for the certificate (v3 and v4). */
export type CallStyle = 'asynchronous' | 'synchronous';

/** Takes a call in, once. Throws `RequestError`s, and the replica's when the argument is too large. */
export async function call(
    serving: Serving,
    style: CallStyle,
    effective: Effective,
    body: Uint8Array
): Promise<Answer> {
    const { node, driver, verify, callTimeoutMs } = serving;
    const envelope = readCallEnvelope(body, 'call');
    const { content, requestId } = envelope;
    checkEffective(content, effective, node.identity.id);
    if (serving.calls !== 'as they come') {
        authenticate(envelope, driver, verify);
    }
    let ingress = node.history.get(requestId);
    if (ingress === undefined) {
        const asked = { ...askedBy(content), subnetId: node.identity.id };
        const refusal = node.replica.accept(asked);
        if (refusal?.kind === 'reject') {
            const rejection = rejectFields(refusal);
            const status = style === 'synchronous' ? { status: 'non_replicated_rejection' } : {};
            return { status: 200, body: encodeTagged({ ...status, ...rejection }) };
        }
        const expiryNs = content.ingressExpiry;
        const { sender, canisterId } = asked;
        const about = { requestId, sender, canisterId, effectiveId: effective.id, expiryNs };
        ingress = node.submit({ ...asked, inspected: true }, about);
        driver.wake();
    }
    if (style === 'asynchronous') {
        return { status: 202 };
    }
    await node.answered(ingress, callTimeoutMs);
    if (!isAnswered(ingress)) {
        return { status: 202 };
    }
    const certificate = node.certificate([pathOf('request_status', requestId)]);
    return { status: 200, body: encodeTagged({ status: 'replied', certificate }) };
}

/** What the replica is asked; the sender was authenticated, and what is said of them. */
export function askedBy({ sender, canisterId, method, arg, senderInfo }: CallContent): IngressCall {
    const asked = { sender, canisterId, method, arg };
    const { data, signer } = senderInfo ?? {};
    return data === undefined || signer === undefined ? asked : { ...asked, callerInfo: { data, signer } };
}

/** The fields of a reject as responses carry them. */
export function rejectFields(reject: Rejected): Readonly<Record<string, string | number>> {
    const { code, message, errorCode } = reject;
    const fields = { reject_code: code, reject_message: message };
    return errorCode === undefined ? fields : { ...fields, error_code: errorCode };
}
