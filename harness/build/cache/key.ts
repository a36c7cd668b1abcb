/** Content addresses: what went in decides the name, so that equal input is never compiled twice and nothing ever gets stale. */
import { createHash } from 'node:crypto';

/** SHA-256 in lowercase hex. */
export function sha256(data: string | Uint8Array): string {
    return createHash('sha256').update(data).digest('hex');
}

/** A value whose JSON is the same whenever it means the same: objects are written with their keys in one fixed order. */
export type KeyPart = string | number | boolean | null | readonly KeyPart[];

/** Goes up when what is stored under a key changes its form: older entries are then never looked at. */
const FORMAT = 1;

/** The address of what is made from `parts`. Lists, not objects, so that the order is the writer's decision. */
export function cacheKey(kind: string, parts: readonly KeyPart[]): string {
    return sha256(JSON.stringify([FORMAT, kind, parts]));
}
