/** How a module travels: compressed, and in pieces where one ingress message is too small for it. */
import { createHash } from 'node:crypto';
import { constants, gzipSync } from 'node:zlib';

/**
 * An ingress message may have 2 MiB (interface specification, "Limits"); the rest of it, the init argument above all, needs room
 * too.
 */
const MESSAGE_MAX = 1_800_000;
/** A chunk may have 1 MiB ("IC method upload_chunk"). */
const CHUNK_MAX = 1 << 20;

export interface PackedModule {
    /** The module, compressed: the replica decompresses what begins with the magic number of gzip. */
    readonly bytes: Uint8Array;
    /** SHA-256 of `bytes`. */
    readonly hash: Uint8Array;
    /** Pieces in order when it does not fit into one message; empty when it does. */
    readonly chunks: readonly Uint8Array[];
}

/** Compresses and cuts. Deterministic for one zlib. */
export function packModule(wasm: Uint8Array, messageMax = MESSAGE_MAX): PackedModule {
    const bytes = gzipSync(wasm, { level: constants.Z_BEST_COMPRESSION });
    const chunks: Uint8Array[] = [];
    if (bytes.length > messageMax)
        for (let at = 0; at < bytes.length; at += CHUNK_MAX) chunks.push(bytes.subarray(at, at + CHUNK_MAX));
    return { bytes, hash: createHash('sha256').update(bytes).digest(), chunks };
}

/** As `packModule` for each, with the same module compressed once. */
export function packModules(wasms: readonly Uint8Array[]): PackedModule[] {
    const packed = new Map<Uint8Array, PackedModule>();
    return wasms.map(wasm => {
        const module = packed.get(wasm) ?? packModule(wasm);
        packed.set(wasm, module);
        return module;
    });
}
