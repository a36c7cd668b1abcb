/** A growing byte buffer. Kept apart from `number[]` because a rewritten Azle module has five million bytes. */
export class ByteWriter {
    bytes: Uint8Array;
    length = 0;

    constructor(capacity = 1024) {
        this.bytes = new Uint8Array(capacity);
    }

    /** Makes room for `extra` more bytes; amortised constant cost. */
    reserve(extra: number): void {
        const needed = this.length + extra;
        if (needed > this.bytes.length) {
            const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
            grown.set(this.bytes.subarray(0, this.length));
            this.bytes = grown;
        }
    }

    u8(byte: number): void {
        this.reserve(1);
        this.bytes[this.length++] = byte;
    }

    /** An unsigned LEB128 number below 2^32. */
    u32(value: number): void {
        this.reserve(5);
        let rest = value;
        while (rest >= 0x80) {
            this.bytes[this.length++] = (rest & 0x7f) | 0x80;
            rest = Math.floor(rest / 128);
        }
        this.bytes[this.length++] = rest;
    }

    /** A signed LEB128 number of absolute value below 2^53. */
    signed(value: number): void {
        this.reserve(8);
        let rest = value;
        while (rest < -64 || rest >= 64) {
            const next = Math.floor(rest / 128);
            this.bytes[this.length++] = (rest - next * 128) | 0x80;
            rest = next;
        }
        this.bytes[this.length++] = rest & 0x7f;
    }

    /** All of `bytes`. */
    all(bytes: ArrayLike<number>): void {
        this.reserve(bytes.length);
        // Setting a typed array costs more than writing a few bytes one by one.
        if (bytes.length < 48) {
            for (let i = 0; i < bytes.length; i++) {
                this.bytes[this.length + i] = bytes[i] as number;
            }
        } else {
            this.bytes.set(bytes, this.length);
        }
        this.length += bytes.length;
    }

    /** Bytes `start` to `end` of `source`. */
    range(source: Uint8Array, start: number, end: number): void {
        const length = end - start;
        this.reserve(length);
        // Creating a subarray costs more than copying a few bytes one by one.
        if (length < 48) {
            let to = this.length;
            for (let from = start; from < end; from++) {
                this.bytes[to++] = source[from] as number;
            }
        } else {
            this.bytes.set(source.subarray(start, end), this.length);
        }
        this.length += length;
    }

    /** The written bytes: a view, valid until the next write. */
    written(): Uint8Array {
        return this.bytes.subarray(0, this.length);
    }
}
