/**
 * Decoding Candid that holds long blobs: a module, a chunk of one. The library copies all that it has not read yet twice for each
 * entry of the type table, a hundred megabytes for a module of four. So long blobs are decoded without: in their places stand short
 * ones that are told by their lengths, and their bytes are put into the decoded value.
 */
import { IDL } from '@dfinity/candid';
import { walkCandid, type WireBlob } from './candid-quota.ts';

/** What an argument is, or why it would be too costly to say. */
export type Decoded =
    | { readonly kind: 'value'; readonly value: unknown }
    | { readonly kind: 'over the quota'; readonly problem: string };

/** The first value of an argument. Throws what the Candid library throws where it does not fit `type`. Pure. */
export function decodeCandid(type: IDL.Type, arg: Uint8Array): Decoded {
    const { problem, long, lengths } = walkCandid(arg);
    if (problem !== undefined) {
        return { kind: 'over the quota', problem };
    }
    // Short blobs are not worth the detour.
    if (long.length === 0) {
        return { kind: 'value', value: IDL.decode([type], arg)[0] };
    }
    const standIns = standInsFor(long, lengths);
    const [value] = IDL.decode([type], shortened(arg, standIns));
    return { kind: 'value', value: restored(value, arg, standIns) };
}

/** Long blobs by the length of what stands for them: one that no other blob of the argument has. */
function standInsFor(long: readonly WireBlob[], taken: ReadonlySet<number>): ReadonlyMap<number, WireBlob> {
    const standIns = new Map<number, WireBlob>();
    let length = 0;
    for (const blob of long) {
        do length++;
        while (taken.has(length));
        standIns.set(length, blob);
    }
    return standIns;
}

function shortened(arg: Uint8Array, standIns: ReadonlyMap<number, WireBlob>): Uint8Array {
    const parts: Uint8Array[] = [];
    let at = 0;
    for (const [length, blob] of standIns) {
        parts.push(arg.subarray(at, blob.head), lengthBytes(length), new Uint8Array(length));
        at = blob.at + blob.length;
    }
    return Uint8Array.from(Buffer.concat([...parts, arg.subarray(at)]));
}

/** LEB128. */
function lengthBytes(length: number): Uint8Array {
    const bytes: number[] = [];
    for (let left = length; ; left >>>= 7) {
        if (left < 0x80) {
            return Uint8Array.from([...bytes, left]);
        }
        bytes.push((left & 0x7f) | 0x80);
    }
}

/** The value with the long blobs in their places. Changes the value, which nobody else has. */
function restored(value: unknown, arg: Uint8Array, standIns: ReadonlyMap<number, WireBlob>): unknown {
    if (value instanceof Uint8Array) {
        const blob = standIns.get(value.length);
        return blob === undefined ? value : arg.slice(blob.at, blob.at + blob.length);
    }
    // Principals hold bytes that are no blob.
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || '_isPrincipal' in value) {
        return value;
    }
    const fields = value as Record<string, unknown>;
    for (const [name, field] of Object.entries(fields)) {
        fields[name] = restored(field, arg, standIns);
    }
    return fields;
}
