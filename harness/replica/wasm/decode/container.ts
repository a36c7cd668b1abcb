/** What was uploaded, unpacked: a Wasm module as it is or zipped by gzip (IC interface specification, "Canister module format"). */
import { constants, gunzipSync } from 'node:zlib';
import { ModuleContainerError, ModuleTooLargeError } from '../errors.ts';

/** Largest module once unpacked (ic-semantics 1.3). */
const MODULE_BYTES_MAX = 100 * 2 ** 20;
const WASM_MAGIC = [0x00, 0x61, 0x73, 0x6d];
/** The magic number of gzip and DEFLATE, its only method (RFC 1952, 2.3.1). */
const GZIP_MAGIC = [0x1f, 0x8b, 0x08];
/** Header and footer have 8 bytes each at least. */
const GZIP_BYTES_MIN = 16;

/**
 * A private copy of the module's bytes. Throws `ModuleContainerError` and `ModuleTooLargeError`; never unpacks more than
 * the footer announces, nor more than the IC allows.
 */
export function unpack(uploaded: Uint8Array): Uint8Array {
    if (startsWith(uploaded, WASM_MAGIC)) {
        checkSize(uploaded.length);
        return Uint8Array.from(uploaded);
    }
    if (!startsWith(uploaded, GZIP_MAGIC)) {
        throw new ModuleContainerError('unsupported canister module format');
    }
    if (uploaded.length < GZIP_BYTES_MIN) {
        throw new ModuleContainerError('invalid Wasm module: gzip stream is too short');
    }
    const footer = new DataView(uploaded.buffer, uploaded.byteOffset + uploaded.length - 4, 4);
    const announced = footer.getUint32(0, true);
    checkSize(announced);
    return unzip(uploaded, announced);
}

/** Reads one byte more than announced at most, so that a bomb shows and costs nothing. */
function unzip(uploaded: Uint8Array, announced: number): Uint8Array {
    const options = { maxOutputLength: announced + 1 };
    try {
        return Uint8Array.from(gunzipSync(uploaded, options));
    } catch (cause) {
        const { code, message } = cause as { code?: unknown; message?: unknown };
        if (code === 'ERR_BUFFER_TOO_LARGE') {
            throw wrongSize(announced, announced + 1, cause);
        }
        if (message === 'incorrect length check') {
            // All but the length is right: without the length, zlib gives what there is.
            const withoutLength = uploaded.subarray(0, uploaded.length - 4);
            const { length } = gunzipSync(withoutLength, { ...options, finishFlush: constants.Z_SYNC_FLUSH });
            throw wrongSize(announced, length, cause);
        }
        throw new ModuleContainerError(`failed to decode compressed Wasm module: ${String(message)}`, cause);
    }
}

function wrongSize(announced: number, extracted: number, cause?: unknown): ModuleContainerError {
    const detail = `specified uncompressed size ${announced} does not match extracted size ${extracted}`;
    return new ModuleContainerError(detail, cause);
}

function checkSize(size: number): void {
    if (size > MODULE_BYTES_MAX) {
        throw new ModuleTooLargeError(size, MODULE_BYTES_MAX);
    }
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
    return magic.every((byte, at) => bytes[at] === byte);
}
