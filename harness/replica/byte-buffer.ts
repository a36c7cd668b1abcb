/**
 * Bytes that a canister appends piece by piece. It decides how many pieces there are, so they are not kept one by one:
 * ten million appends of one byte must cost ten megabytes.
 */

const NO_BYTES = new Uint8Array(0);
const CAPACITY_MIN = 256;

/** Append, then `take`. Appending takes amortised linear time. */
export class ByteBuffer {
    /** Bytes appended so far. */
    length = 0;
    #bytes: Uint8Array = NO_BYTES;

    /** Adds bytes. The caller gives them up: a first piece is kept without a copy. */
    append(part: Uint8Array): void {
        if (this.length === 0) {
            this.#bytes = part;
        } else {
            const length = this.length + part.length;
            if (length > this.#bytes.length) {
                const grown = new Uint8Array(Math.max(CAPACITY_MIN, 2 * length));
                grown.set(this.#bytes.subarray(0, this.length));
                this.#bytes = grown;
            }
            this.#bytes.set(part, this.length);
        }
        this.length += part.length;
    }

    /** Everything appended, and forgets it. */
    take(): Uint8Array {
        const bytes = this.#bytes.length === this.length ? this.#bytes : this.#bytes.slice(0, this.length);
        this.clear();
        return bytes;
    }

    /** Forgets what was appended. */
    clear(): void {
        this.length = 0;
        this.#bytes = NO_BYTES;
    }
}
