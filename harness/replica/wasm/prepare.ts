/** From the bytes of a canister module, as uploaded, to a prepared one; prepared modules are remembered. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { PreparedModule } from './contract.ts';
import { decodeModule } from './decode/decode.ts';
import { CompiledModule } from './engine/prepared.ts';
import type { MemoryEngine, MeteringChoice } from './engine/prepared.ts';
import { InvalidModuleError } from './errors.ts';

/** Largest unzipped module (ic-semantics 1.3). */
const MODULE_BYTES_MAX = 100 * 2 ** 20;
/** Modules remembered; an Azle module takes about 15 MB. */
const CACHE_SIZE = 32;

/** By hash, engine and metering; the least recently used first. */
const cache = new Map<string, PreparedModule>();

export interface PrepareOptions {
    readonly memory?: MemoryEngine;
    /** Default: `unit`. */
    readonly metering?: MeteringChoice;
}

/**
 * Validates, instruments and compiles a canister module (Wasm, or Wasm zipped by gzip). Throws `InvalidModuleError` for
 * anything that is not a module the Internet Computer accepts. Synchronous; linear in the size (some 100 ms for 3.5
 * MB), nearly free for a module prepared before: up to 32 are remembered in the process.
 */
export function prepareModule(bytes: Uint8Array, options: PrepareOptions = {}): PreparedModule {
    const { memory = 'fast', metering = 'unit' } = options;
    const hash = createHash('sha256').update(bytes).digest('hex');
    const key = `${hash} ${memory} ${metering}`;
    const prepared = cache.get(key) ?? new CompiledModule(hash, decodeModule(unzip(bytes)), memory, metering);
    cache.delete(key);
    cache.set(key, prepared);
    const [oldest] = cache.keys();
    if (cache.size > CACHE_SIZE && oldest !== undefined) {
        cache.delete(oldest);
    }
    return prepared;
}

/** A private copy of the module's bytes: later, rewriting in another flavour reads them again. */
function unzip(bytes: Uint8Array): Uint8Array {
    if (bytes.length > MODULE_BYTES_MAX) {
        throw new InvalidModuleError(`the module is larger than ${MODULE_BYTES_MAX} bytes`);
    }
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 0x08) {
        return Uint8Array.from(bytes);
    }
    try {
        return Uint8Array.from(gunzipSync(bytes, { maxOutputLength: MODULE_BYTES_MAX }));
    } catch (cause) {
        const reason = String((cause as { message?: unknown }).message);
        throw new InvalidModuleError(`the module cannot be unzipped: ${reason}`, 0, cause);
    }
}
