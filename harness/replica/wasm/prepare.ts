/** From the bytes of a canister module, as uploaded, to a prepared one; modules are remembered. */
import { createHash } from 'node:crypto';
import type { PreparedModule } from './contract.ts';
import { unpack } from './decode/container.ts';
import { decodeModule } from './decode/decode.ts';
import { validateByEngine } from './decode/engine.ts';
import type { ModuleShape } from './decode/shape.ts';
import { CompiledModule } from './engine/prepared.ts';
import type { MemoryEngine, MeteringChoice } from './engine/prepared.ts';

/** Modules remembered; an Azle module takes about 15 MB. */
const CACHE_SIZE = 32;

/** A module whose structure was read; whether it may be installed is not known yet. */
export interface DecodedModule {
    /** SHA-256 of the bytes as uploaded, lower-case hex. */
    readonly hash: string;
    readonly shape: ModuleShape;
}

interface Entry extends DecodedModule {
    /** By engine and metering. */
    readonly prepared: Map<string, PreparedModule>;
}

/** By hash; the least recently used first. */
const cache = new Map<string, Entry>();

export interface PrepareOptions {
    readonly memory?: MemoryEngine;
    /** Default: `unit`. */
    readonly metering?: MeteringChoice;
    /** Whether instances mark which basic blocks they execute. Default: false, and then it costs nothing. */
    readonly marksBlocks?: boolean;
}

/**
 * Unpacks and decodes a canister module (Wasm, or Wasm zipped by gzip). Throws `ModuleContainerError`,
 * `ModuleTooLargeError` and `InvalidModuleError`. The same object for the same bytes, as long as it is remembered.
 */
export function decode(uploaded: Uint8Array): DecodedModule {
    return entryOf(uploaded);
}

/**
 * Instruments and compiles a module that was found valid. Bytes are held to what the engine accepts, not to the
 * IC's other rules. Throws `InvalidModuleError`. Synchronous; linear in the size (some 100 ms for 3.5 MB), nearly free
 * for a module prepared before: up to 32 are remembered in the process.
 */
export function prepareModule(module: Uint8Array | DecodedModule, options: PrepareOptions = {}): PreparedModule {
    const { memory = 'fast', metering = 'unit', marksBlocks = false } = options;
    const known = 'shape' in module ? remember(module) : entryOf(module);
    const key = `${memory} ${metering} ${marksBlocks}`;
    let prepared = known.prepared.get(key);
    if (prepared === undefined) {
        if (!('shape' in module)) {
            validateByEngine(known.shape, () => undefined);
        }
        prepared = new CompiledModule(known.hash, known.shape, memory, metering, marksBlocks);
        known.prepared.set(key, prepared);
    }
    return prepared;
}

function entryOf(uploaded: Uint8Array): Entry {
    const hash = createHash('sha256').update(uploaded).digest('hex');
    return remember(cache.get(hash) ?? { hash, shape: decodeModule(unpack(uploaded)) });
}

/** Moves a module to the end of the cache, and forgets the first when there are too many. */
function remember({ hash, shape }: DecodedModule): Entry {
    const entry = cache.get(hash) ?? { hash, shape, prepared: new Map() };
    cache.delete(hash);
    cache.set(hash, entry);
    const [oldest] = cache.keys();
    if (cache.size > CACHE_SIZE && oldest !== undefined) {
        cache.delete(oldest);
    }
    return entry;
}
