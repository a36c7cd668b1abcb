/**
 * Position in the original code, with fast passes over immediates. The code was validated; bounds are checked all the
 * same.
 */
import { InvalidModuleError } from '../errors.ts';

/** The flag of an alignment immediate that says that a memory index follows. */
const MEMORY_INDEX_FLAG = 0x40;

export class CodeCursor {
    readonly bytes: Uint8Array;
    pos = 0;
    end = 0;

    constructor(bytes: Uint8Array) {
        this.bytes = bytes;
    }

    /** Starts over at a range of code. */
    reset(start: number, end: number): void {
        this.pos = start;
        this.end = end;
    }

    u8(): number {
        if (this.pos >= this.end) {
            throw new InvalidModuleError('a function body ends early', this.pos);
        }
        return this.bytes[this.pos++] as number;
    }

    /** An unsigned LEB128 number below 2^53. */
    index(): number {
        const first = this.u8();
        if (first < 0x80) {
            return first;
        }
        let result = first & 0x7f;
        for (let scale = 0x80; ; scale *= 0x80) {
            const byte = this.u8();
            result += (byte & 0x7f) * scale;
            if (byte < 0x80) {
                return result;
            }
        }
    }

    /** Passes over one LEB128 number of any length and sign. */
    skipLeb(): void {
        while (this.u8() >= 0x80) {
            // The last byte of a LEB128 number has no continuation bit.
        }
    }

    skip(length: number): void {
        this.pos += length;
        if (this.pos > this.end) {
            throw new InvalidModuleError('a function body ends early', this.end);
        }
    }

    /** The offset of a memory access, after its alignment. Exact below 2^53; no access succeeds with a larger one. */
    memoryOffset(): number {
        const at = this.pos;
        if ((this.index() & MEMORY_INDEX_FLAG) !== 0) {
            throw new InvalidModuleError('unsupported: an instruction that names its memory', at);
        }
        return this.index();
    }

    /** A memory index, which must be 0. */
    memoryIndex(): void {
        const at = this.pos;
        if (this.index() !== 0) {
            throw new InvalidModuleError('unsupported: an instruction on another memory than 0', at);
        }
    }
}
