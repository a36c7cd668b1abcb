/** Full validation by the engine: V8's, without the features that V8 has and the IC has not (ic-semantics 1.2). */
import { InvalidModuleError } from '../errors.ts';
import { scanBody } from './scan.ts';
import type { Visit } from './scan.ts';
import type { ModuleShape } from './shape.ts';

/**
 * Validates a decoded module: V8 checks types and stack discipline, so that the rewriter may trust them; then every
 * instruction is held to those of the IC, and shown to `visit`. Throws `InvalidModuleError`.
 */
export function validateByEngine({ bytes, bodies }: ModuleShape, visit: Visit): void {
    validate(bytes);
    for (const [index, body] of bodies.entries()) {
        scanBody(bytes, body, index, visit);
    }
}

/** V8's message carries the offset as `@+n`. */
function validate(bytes: Uint8Array): void {
    if (WebAssembly.validate(bytes)) {
        return;
    }
    try {
        new WebAssembly.Module(bytes);
    } catch (cause) {
        const text = String((cause as { message?: unknown }).message).replace(/^WebAssembly\.Module\(\): /, '');
        const offset = /@\+(\d+)/.exec(text)?.[1];
        const detail = text.replace(/ @\+\d+/, '');
        throw new InvalidModuleError(detail, offset === undefined ? undefined : Number(offset), cause);
    }
    throw new InvalidModuleError('the module is not valid');
}
