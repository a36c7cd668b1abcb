/** Chunks of large modules, uploaded before they are installed ("upload_chunk"). */
import { createHash } from 'node:crypto';

/** Chunks by SHA-256 in hex, in any order. Replaced, never changed. */
export type ChunkStore = ReadonlyMap<string, Uint8Array>;

/** A chunk may be smaller, but counts as much as the largest. */
export const CHUNK_BYTES_MAX = 1_048_576;
/** CHUNK_STORE_SIZE of the specification. */
const CHUNKS_MAX = 100;

export const NO_CHUNKS: ChunkStore = new Map();

/** SHA-256 in hex. */
export function hashOf(bytes: Uint8Array): string {
    return createHash('sha256').update(bytes).digest('hex');
}

/** The hashes in a store, in the order of their bytes, as production lists them. */
export function hashesOf(chunks: ChunkStore): Uint8Array[] {
    return [...chunks.keys()].sort((a, b) => (a < b ? -1 : 1)).map(bytesOfHex);
}

export function bytesOfHex(hex: string): Uint8Array {
    return Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

export function hexOf(bytes: Uint8Array): string {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Why a chunk cannot be added, in production's words; undefined when it can or is there already. */
export function chunkProblem(chunks: ChunkStore, chunk: Uint8Array): string | undefined {
    if (chunks.has(hashOf(chunk))) {
        return undefined;
    }
    if (chunk.length > CHUNK_BYTES_MAX) {
        return `Wasm chunk size ${chunk.length} exceeds the maximum chunk size of ${CHUNK_BYTES_MAX}`;
    }
    if (chunks.size >= CHUNKS_MAX) {
        return (
            `Wasm chunk store has already reached maximum capacity of ${CHUNKS_MAX * CHUNK_BYTES_MAX} bytes or the ` +
            `maximum number of entries, ${CHUNKS_MAX}`
        );
    }
    return undefined;
}
