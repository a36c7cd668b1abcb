/**
 * Remembers decoded Candid. Decoding a single nat costs 3 us with @dfinity/candid, more than a Motoko message does, and
 * observations repeat: the same few values come back in every schedule.
 */

/** Decoded values kept per method and direction; the table starts afresh when it is full. */
const ENTRIES_MAX = 1024;

interface Entry {
    readonly bytes: Uint8Array;
    readonly value: unknown;
}

/** Maps bytes to what `decode` makes of them. Exact: bytes are compared, never only their hash. */
export class DecodeCache<T> {
    readonly #decode: (bytes: Uint8Array) => T;
    readonly #entries = new Map<number, Entry>();
    #last: Entry | undefined;

    constructor(decode: (bytes: Uint8Array) => T) {
        this.#decode = decode;
    }

    /** The decoded value, frozen where it is an object; throws what `decode` throws. Linear in the bytes. */
    get(bytes: Uint8Array): T {
        if (this.#last !== undefined && sameBytes(this.#last.bytes, bytes)) return this.#last.value as T;
        const hash = hashOf(bytes);
        let entry = this.#entries.get(hash);
        if (entry === undefined || !sameBytes(entry.bytes, bytes)) {
            if (this.#entries.size >= ENTRIES_MAX) this.#entries.clear();
            // A copy: backends may hand out views of buffers that they use again.
            entry = { bytes: bytes.slice(), value: deepFreeze(this.#decode(bytes)) };
            this.#entries.set(hash, entry);
        }
        this.#last = entry;
        return entry.value as T;
    }
}

/** FNV-1a over the bytes, 32 bits. */
function hashOf(bytes: Uint8Array): number {
    let hash = 0x811c9dc5;
    for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    return hash;
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
    if (one.length !== other.length) return false;
    for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
    return true;
}

/** One value serves many schedules, so an invariant that changed it would falsify later ones. Typed arrays cannot be frozen. */
function deepFreeze<T>(value: T): T {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value))
        return value;
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
    return value;
}
