/**
 * The blob store: bytes by their SHA-256, for all instances of a server. What takes long is done beside the other requests: a few
 * megabytes of zeros unpack to a gigabyte.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setImmediate as othersRan } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { hex } from '../bytes.ts';
import { PocketIcError } from './errors.ts';

/** All together; the oldest go first. */
const BYTES_MAX = 1024 * 1024 * 1024;
/** Unpacked and hashed in pieces of so many bytes: milliseconds each. */
const PIECE = 1024 * 1024;

/** How the bytes of a blob are sent. */
export type BlobEncoding = 'identity' | 'gzip';

export class Blobs {
    readonly #blobs = new Map<string, Uint8Array>();
    readonly #bytesMax: number;
    #bytes = 0;
    /** Settles when what was sent before is stored: one blob is unpacked at a time, so that memory is bounded. */
    #before: Promise<unknown> = Promise.resolve();

    constructor(bytesMax = BYTES_MAX) {
        this.#bytesMax = bytesMax;
    }

    /** Keeps a blob; resolves to its hash in hex. Rejects with `PocketIcError` when it cannot be unpacked. */
    put(sent: Uint8Array, encoding: BlobEncoding): Promise<string> {
        const stored = this.#before.then(() => this.#stored(sent, encoding));
        this.#before = stored.catch(() => undefined);
        return stored;
    }

    async #stored(sent: Uint8Array, encoding: BlobEncoding): Promise<string> {
        const blob = encoding === 'gzip' ? await unpacked(sent, this.#bytesMax) : sent;
        if (blob.length > this.#bytesMax) throw tooLarge(this.#bytesMax);
        const id = await hashOf(blob);
        if (this.#blobs.has(id)) return id;
        this.#blobs.set(id, blob);
        this.#bytes += blob.length;
        for (const [oldest, { length }] of this.#blobs) {
            if (this.#bytes <= this.#bytesMax) break;
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

async function unpacked(sent: Uint8Array, bytesMax: number): Promise<Uint8Array> {
    const pieces: Buffer[] = [];
    let length = 0;
    const gunzip = Readable.from([sent]).pipe(createGunzip({ chunkSize: PIECE }));
    try {
        for await (const piece of gunzip as AsyncIterable<Buffer>) {
            length += piece.length;
            // Leaving the loop ends the unpacking.
            if (length > bytesMax) throw tooLarge(bytesMax);
            pieces.push(piece);
        }
    } catch (cause) {
        if (cause instanceof PocketIcError) throw cause;
        throw new PocketIcError(`The blob is not gzip: ${(cause as Error).message}`);
    }
    const blob = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
        blob.set(piece, at);
        at += piece.length;
        await othersRan();
    }
    return blob;
}

async function hashOf(blob: Uint8Array): Promise<string> {
    const hash = createHash('sha256');
    for (let at = 0; at < blob.length; at += PIECE) {
        hash.update(blob.subarray(at, at + PIECE));
        await othersRan();
    }
    return hash.digest('hex');
}

function tooLarge(bytesMax: number): PocketIcError {
    return new PocketIcError(`The blob is too large: at most ${bytesMax} bytes are kept`);
}
