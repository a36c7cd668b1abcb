/** From uploaded bytes to code that may be installed (IC interface specification, "Canister module format"). */
import type { Code } from './canister.ts';
import { HOOK_METHOD } from './low-memory.ts';
import { InvalidCodeError } from './validate/errors.ts';
import { validateModule } from './validate/module.ts';
import { prepareModule, type DecodedModule, type PreparedModule, type PrepareOptions } from './wasm/index.ts';

const INSPECT_METHOD = 'canister_inspect_message';
const PERSISTENCE_SECTION = 'enhanced-orthogonal-persistence';

/** Validates and prepares a module. Throws `InvalidCodeError`. */
export function loadCode(bytes: Uint8Array, options: PrepareOptions = {}): Code {
    const { decoded, methods, system, metadata } = validateModule(bytes);
    return {
        prepared: prepare(decoded, options),
        module: bytes,
        methods,
        system,
        inspects: system.has(INSPECT_METHOD),
        hooked: system.has(HOOK_METHOD),
        metadata,
        enhancedOrthogonalPersistence: metadata.get(PERSISTENCE_SECTION)?.visibility === 'private'
    };
}

/** Instrumenting may still make a module too large for the engine. */
function prepare(module: DecodedModule, options: PrepareOptions): PreparedModule {
    try {
        return prepareModule(module, options);
    } catch (error) {
        if ((error as { code?: unknown }).code === 'invalid-module') {
            throw new InvalidCodeError((error as Error).message, undefined, error);
        }
        throw error;
    }
}
