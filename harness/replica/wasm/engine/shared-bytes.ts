/**
 * Bytes that canisters hand to the host, each content once. Schedules repeat the same few arguments and replies, and copying 65
 * bytes and more costs a V8 backing store: half a microsecond, several times what it takes to see that they are known.
 */

/** Longer ones are copied: they would fill the memory, and are rarely the same. */
export const SHARED_BYTES_MAX = 512;
const SLOT_BITS = 8;
const FNV_PRIME = 0x01000193;
const GOLDEN_RATIO = 0x9e3779b1;

interface Slot {
    readonly bytes: Uint8Array;
    readonly view: DataView;
}

/** A table of the contents seen last; what two contents would share a slot, the later one has. */
export class SharedBytes {
    #slots: (Slot | undefined)[] | undefined;

    /** The bytes of `heap` from `offset` on, which are in bounds; `view` is of the same memory. Not to be changed: others have them too. */
    of(heap: Uint8Array, view: DataView, offset: number, length: number): Uint8Array {
        const words = length & ~3;
        let hash = length;
        for (let at = 0; at < words; at += 4) {
            hash = Math.imul(hash ^ view.getInt32(offset + at, true), FNV_PRIME) ^ (hash >>> 15);
        }
        for (let at = words; at < length; at++) {
            hash = Math.imul(hash ^ (heap[offset + at] as number), FNV_PRIME);
        }
        const place = Math.imul(hash ^ (hash >>> 15), GOLDEN_RATIO) >>> (32 - SLOT_BITS);
        const slots = (this.#slots ??= new Array<Slot | undefined>(1 << SLOT_BITS).fill(undefined));
        const known = slots[place];
        if (known !== undefined && isSame(known, heap, view, offset, length)) {
            return known.bytes;
        }
        const bytes = heap.slice(offset, offset + length);
        slots[place] = { bytes, view: new DataView(bytes.buffer) };
        return bytes;
    }
}

function isSame(slot: Slot, heap: Uint8Array, view: DataView, offset: number, length: number): boolean {
    const { bytes } = slot;
    if (bytes.length !== length) {
        return false;
    }
    const words = length & ~3;
    for (let at = 0; at < words; at += 4) {
        if (slot.view.getInt32(at, true) !== view.getInt32(offset + at, true)) {
            return false;
        }
    }
    for (let at = words; at < length; at++) {
        if (bytes[at] !== heap[offset + at]) {
            return false;
        }
    }
    return true;
}
