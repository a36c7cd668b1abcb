/**
 * Stable memory of one canister: sparse pages of 4 KiB, copied when first written after a point that state may come
 * back to. A canister may grow it to 500 GiB; only pages that were written exist, the rest reads as zero.
 */
import type { Journal } from './journal.ts';
import { toolLimit } from './traps.ts';

/** Unit of `stable64_grow`. */
const STABLE_PAGE_BYTES = 65_536;
/** 500 GiB (IC resource limits). */
const STABLE_PAGES_MAX = 500 * 16_384;
const CHUNK_BYTES = 4096;
const ZEROES = new Uint8Array(CHUNK_BYTES);

interface Chunk {
    readonly bytes: Uint8Array;
    /** Journal epoch in which this copy was made: while it lasts, the copy may be written in place. */
    readonly epoch: number;
}

/** All bounds are checked by the System API functions, which have texts for them. */
export class StableMemory {
    /** Size in pages of 64 KiB. Journalled. */
    pages = 0;
    readonly #chunks = new Map<number, Chunk>();
    readonly #journal: Journal;
    readonly #bytesMax: number;
    readonly #below: StableMemory | undefined;

    /**
     * `bytesMax` limits what is really written (a limit of the tool). With `below` the new memory begins as that one is and
     * keeps to itself what is written: the one below must not change while it is used.
     */
    constructor(journal: Journal, bytesMax: number, below?: StableMemory) {
        this.#journal = journal;
        this.#bytesMax = bytesMax;
        this.#below = below;
        this.pages = below?.pages ?? 0;
    }

    /** A memory above this one, for an execution whose changes are dropped later than those of other executions. */
    overlay(): StableMemory {
        return new StableMemory(this.#journal, this.#bytesMax, this);
    }

    /** A copy; what neither writes is shared. */
    fork(): StableMemory {
        const copy = new StableMemory(this.#journal, this.#bytesMax);
        copy.pages = this.pages;
        for (const [index, chunk] of this.#chunks) {
            copy.#chunks.set(index, chunk);
        }
        // From here on, whoever writes to a page of now copies it first.
        this.#journal.savepoint();
        return copy;
    }

    get bytes(): number {
        return this.pages * STABLE_PAGE_BYTES;
    }

    /** Adds pages. Returns the old number of pages, or -1 when the IC would not allow that many. */
    grow(pages: number): number {
        const old = this.pages;
        if (old + pages > STABLE_PAGES_MAX) {
            return -1;
        }
        this.#journal.set(this, 'pages', old + pages);
        return old;
    }

    /** A copy of `length` bytes. The caller has checked the bounds. */
    read(offset: number, length: number): Uint8Array {
        const result = new Uint8Array(length);
        for (let at = 0; at < length;) {
            const index = Math.floor((offset + at) / CHUNK_BYTES);
            const from = offset + at - index * CHUNK_BYTES;
            const count = Math.min(CHUNK_BYTES - from, length - at);
            const chunk = this.#chunk(index);
            if (chunk !== undefined) {
                result.set(chunk.bytes.subarray(from, from + count), at);
            }
            at += count;
        }
        return result;
    }

    /** Writes bytes. The caller has checked the bounds. Throws a `CanisterTrap` at the tool's limit. */
    write(offset: number, bytes: Uint8Array): void {
        for (let at = 0; at < bytes.length;) {
            const index = Math.floor((offset + at) / CHUNK_BYTES);
            const from = offset + at - index * CHUNK_BYTES;
            const count = Math.min(CHUNK_BYTES - from, bytes.length - at);
            const part = bytes.subarray(at, at + count);
            // Zeroes written to a page that was never written change nothing: runtimes clear large areas that way.
            if (this.#chunk(index) !== undefined || !isZero(part)) {
                this.#writable(index).set(part, from);
            }
            at += count;
        }
    }

    /** Feeds size and contents to `update`. A page of zeroes is the same as a page that does not exist. */
    digest(update: (bytes: Uint8Array) => void): void {
        const head = new Float64Array([this.pages]);
        update(new Uint8Array(head.buffer));
        const indexes = [...this.#chunks.keys()].sort((a, b) => a - b);
        for (const index of indexes) {
            const { bytes } = this.#chunks.get(index) as Chunk;
            if (!isZero(bytes)) {
                head[0] = index;
                update(new Uint8Array(head.buffer));
                update(bytes);
            }
        }
    }

    #chunk(index: number): Chunk | undefined {
        const chunk = this.#chunks.get(index);
        return chunk === undefined && this.#below !== undefined ? this.#below.#chunk(index) : chunk;
    }

    #writable(index: number): Uint8Array {
        const own = this.#chunks.get(index);
        if (own?.epoch === this.#journal.epoch) {
            return own.bytes;
        }
        const chunk = this.#chunk(index);
        if (chunk === undefined && (this.#chunks.size + 1) * CHUNK_BYTES > this.#bytesMax) {
            throw toolLimit(
                `More than ${this.#bytesMax} bytes of stable memory were written`,
                'raise the limit with --limit stableBytesMax=<n>'
            );
        }
        const bytes = chunk === undefined ? new Uint8Array(CHUNK_BYTES) : chunk.bytes.slice();
        this.#journal.mapSet(this.#chunks, index, { bytes, epoch: this.#journal.epoch });
        return bytes;
    }
}

// Byte by byte it would take longer than everything else that a write does.
function isZero(bytes: Uint8Array): boolean {
    return bytes[0] === 0 && Buffer.compare(bytes, ZEROES.subarray(0, bytes.length)) === 0;
}
