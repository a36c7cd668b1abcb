/** The one node of the subnet: it signs query responses (IC interface specification, "Request: Query call"). */
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { selfAuthenticatingId } from '../replica/index.ts';
import { concat } from './bytes.ts';
import { separator } from './hash-tree.ts';
import { hashOfMap, type HashableMap } from './representation.ts';

const RESPONSE = separator('ic-response');
// PKCS #8 around an Ed25519 seed (RFC 8410).
const PKCS8_PREFIX = '302e020100300506032b657004220420';

/** An element of a response's `signatures`. */
export interface NodeSignature {
    readonly timestamp: bigint;
    readonly signature: Uint8Array;
    readonly identity: Uint8Array;
}

export interface NodeKey {
    readonly id: Uint8Array;
    /** 44 bytes. */
    readonly publicKeyDer: Uint8Array;
    /** Signs the response to a query, at this time. */
    signResponse(response: HashableMap, requestId: Uint8Array, timeNs: bigint): NodeSignature;
}

/** The node of the subnet with this seed. Derived, never random. */
export function nodeKeyOf(seed: string): NodeKey {
    const secret = createHash('sha256').update(`interleave node key\n${seed}`).digest();
    const der = Buffer.concat([Buffer.from(PKCS8_PREFIX, 'hex'), secret]);
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const publicKeyDer = Uint8Array.from(createPublicKey(key).export({ format: 'der', type: 'spki' }));
    const id = selfAuthenticatingId(publicKeyDer);
    return {
        id,
        publicKeyDer,
        signResponse: (response, requestId, timestamp) => {
            const hash = hashOfMap({ ...response, timestamp, request_id: requestId });
            return { timestamp, signature: Uint8Array.from(sign(null, concat(RESPONSE, hash), key)), identity: id };
        }
    };
}
