/** Reading Wasm's binary format (core specification, chapter 5) with bounds checked at every byte. */
import { InvalidModuleError } from '../errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A cursor over `bytes` from `pos` to `end` (exclusive). Every method throws `InvalidModuleError` with the byte offset
 * when the input ends early or is malformed; none can read outside of its range or loop for ever.
 */
export class ByteReader {
    readonly bytes: Uint8Array;
    readonly end: number;
    pos: number;

    constructor(bytes: Uint8Array, pos = 0, end = bytes.length) {
        this.bytes = bytes;
        this.pos = pos;
        this.end = end;
    }

    /** True when the whole range was read. */
    done(): boolean {
        return this.pos >= this.end;
    }

    u8(): number {
        if (this.pos >= this.end) {
            throw new InvalidModuleError('unexpected end of the module', this.pos);
        }
        return this.bytes[this.pos++] as number;
    }

    /** An unsigned LEB128 number of at most 32 bits. */
    u32(): number {
        const start = this.pos;
        let result = 0;
        for (let shift = 0; shift < 35; shift += 7) {
            const byte = this.u8();
            if (shift === 28 && byte > 0x0f) {
                break;
            }
            // Not `<<`: the fifth byte would reach the sign bit.
            result += (byte & 0x7f) * 2 ** shift;
            if (byte < 0x80) {
                return result;
            }
        }
        throw new InvalidModuleError('malformed LEB128 number', start);
    }

    /** An unsigned LEB128 number of at most 64 bits. */
    u64(): bigint {
        const start = this.pos;
        let result = 0n;
        for (let shift = 0n; shift < 70n; shift += 7n) {
            const byte = this.u8();
            if (shift === 63n && byte > 0x01) {
                break;
            }
            result |= BigInt(byte & 0x7f) << shift;
            if (byte < 0x80) {
                return result;
            }
        }
        throw new InvalidModuleError('malformed LEB128 number', start);
    }

    /** Passes over a LEB128 number, signed or not, of at most `bytesMax` bytes. */
    skipLeb(bytesMax: number): void {
        const start = this.pos;
        for (let i = 0; i < bytesMax; i++) {
            if (this.u8() < 0x80) {
                return;
            }
        }
        throw new InvalidModuleError('malformed LEB128 number', start);
    }

    /** Passes over `length` bytes. */
    skip(length: number): void {
        if (length > this.end - this.pos) {
            throw new InvalidModuleError('unexpected end of the module', this.end);
        }
        this.pos += length;
    }

    /** A view (not a copy) of the next `length` bytes. */
    take(length: number): Uint8Array {
        const start = this.pos;
        this.skip(length);
        return this.bytes.subarray(start, this.pos);
    }

    /** A length-prefixed UTF-8 name. */
    utf8Name(): string {
        const start = this.pos;
        const bytes = this.take(this.u32());
        try {
            return utf8.decode(bytes);
        } catch (cause) {
            throw new InvalidModuleError('a name is not valid UTF-8', start, cause);
        }
    }
}
