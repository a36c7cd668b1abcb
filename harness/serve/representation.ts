/** Representation-independent hashing (IC interface specification, "Representation-independent hashing of structured data"). */
import { sha256 } from '@noble/hashes/sha2';
import { compare, concat, leb128 } from './bytes.ts';
import { BadRequestError } from './errors.ts';

/** What requests and responses are made of. */
export type Hashable = Uint8Array | string | number | bigint | readonly Hashable[] | HashableMap;

export interface HashableMap {
    readonly [field: string]: Hashable;
}

/** 32 bytes that do not depend on how the map was encoded. The hash of a request's content is its request id. */
export function hashOfMap(map: HashableMap): Uint8Array {
    const fields = Object.entries(map).map(([name, value]) => concat(hashOf(name), hashOf(value)));
    return sha256(concat(...fields.sort(compare)));
}

function hashOf(value: Hashable): Uint8Array {
    if (typeof value === 'string') {
        return sha256(new TextEncoder().encode(value));
    }
    if ((typeof value === 'number' || typeof value === 'bigint') && value >= 0) {
        return sha256(leb128(BigInt(value)));
    }
    if (ArrayBuffer.isView(value)) {
        return sha256(value as Uint8Array);
    }
    if (Array.isArray(value)) {
        return sha256(concat(...value.map(hashOf)));
    }
    if (typeof value === 'object' && value !== null) {
        return hashOfMap(value as HashableMap);
    }
    // Requests may carry fields that nobody knows, but not of kinds that have no hash.
    throw new BadRequestError('Negative numbers, booleans and null are not used by requests.');
}
