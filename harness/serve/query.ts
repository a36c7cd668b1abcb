/** Query calls (IC interface specification, "Request: Query call"). */
import type { CallResult } from '../replica/index.ts';
import { authenticate } from './authenticate.ts';
import { askedBy, rejectFields, type Answer, type Serving } from './call.ts';
import { encodeTagged } from './cbor.ts';
import { checkEffective, type Effective } from './effective.ts';
import { readCallEnvelope, type CallContent } from './envelope.ts';
import type { ServedNode } from './node.ts';
import { pathOf } from './prune.ts';
import type { HashableMap } from './representation.ts';

/** Runs a query on the present state; the node signs the response. Throws `RequestError`s. */
export function query({ node, driver, verify }: Serving, effective: Effective, body: Uint8Array): Answer {
    const envelope = readCallEnvelope(body, 'query');
    const { content, requestId } = envelope;
    checkEffective(content, effective, node.identity.id);
    authenticate(envelope, driver, verify);
    const response = responseTo(run(node, content));
    const signature = node.identity.node.signResponse(response, requestId, node.replica.time());
    return { status: 200, body: encodeTagged({ ...response, signatures: [signature] }) };
}

function run(node: ServedNode, content: CallContent): CallResult {
    const asked = askedBy(content);
    const { canisterId } = asked;
    if (node.replica.canister(canisterId)?.moduleHash === undefined) {
        return node.replica.query(asked);
    }
    const dataCertificate = node.certificate([pathOf('canister', canisterId, 'certified_data')]);
    return node.replica.query({ ...asked, dataCertificate });
}

function responseTo(result: CallResult): HashableMap {
    return result.kind === 'reply'
        ? { status: 'replied', reply: { arg: result.reply } }
        : { status: 'rejected', ...rejectFields(result) };
}
