/** The blob store: bytes by their SHA-256, for all instances of a server. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { hex } from '../bytes.ts';
import { PocketIcError } from './errors.ts';

/** All together; the oldest go first. */
const BYTES_MAX = 1024 * 1024 * 1024;

export class Blobs {
    readonly #blobs = new Map<string, Uint8Array>();
    #bytes = 0;

    /** Keeps a blob; returns its hash in hex. `gzipped`: as it was sent. Throws `PocketIcError` when it cannot be unpacked. */
    put(sent: Uint8Array, gzipped: boolean): string {
        const blob = gzipped ? unpacked(sent) : sent;
        const id = createHash('sha256').update(blob).digest('hex');
        if (this.#blobs.has(id)) return id;
        if (blob.length > BYTES_MAX)
            throw new PocketIcError(`The blob is too large: at most ${BYTES_MAX} bytes are kept`);
        this.#blobs.set(id, blob);
        this.#bytes += blob.length;
        for (const [oldest, { length }] of this.#blobs) {
            if (this.#bytes <= BYTES_MAX) break;
            this.#blobs.delete(oldest);
            this.#bytes -= length;
        }
        return id;
    }

    /** Throws `PocketIcError` when there is none with this hash. */
    get(hash: Uint8Array): Uint8Array {
        const blob = this.#blobs.get(hex(hash));
        if (blob === undefined) throw new PocketIcError(`BlobNotFound(${hex(hash)})`, 404);
        return blob;
    }
}

function unpacked(sent: Uint8Array): Uint8Array {
    try {
        return new Uint8Array(gunzipSync(sent, { maxOutputLength: BYTES_MAX }));
    } catch (cause) {
        throw new PocketIcError(`The blob is not gzip, or too large: ${(cause as Error).message}`);
    }
}
