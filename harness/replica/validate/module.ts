/** Everything that the IC asks of a module before it may be installed, in production's order (ic-semantics 1.3). */
import type { MetadataSection } from '../canister-view.ts';
import { decode, validateByEngine } from '../wasm/index.ts';
import type { DecodedModule, ModuleShape } from '../wasm/index.ts';
import { checkCodeSize, CodeCounts } from './code-section.ts';
import { checkCustomSections } from './custom-sections.ts';
import { checkData, checkFunctionCount, checkGlobals, checkMemory } from './definitions.ts';
import { InvalidCodeError, overLimit } from './errors.ts';
import { checkExports } from './exports.ts';
import type { EntryPoints } from './exports.ts';
import { checkFunctionNames } from './function-names.ts';
import { checkImports } from './imports.ts';

/** A module that may be installed. */
export interface ValidModule extends EntryPoints {
    readonly decoded: DecodedModule;
    readonly metadata: ReadonlyMap<string, MetadataSection>;
}

/** Modules found valid; decoded modules are remembered by their bytes, so that this is too. */
const valid = new WeakMap<ModuleShape, ValidModule>();

/**
 * Validates uploaded bytes. Throws `InvalidCodeError`, never anything else, whatever the bytes. Linear in the size of
 * the module; nearly free for one that was found valid before.
 */
export function validateModule(uploaded: Uint8Array): ValidModule {
    const decoded = asInvalidCode(() => decode(uploaded));
    let known = valid.get(decoded.shape);
    if (known === undefined) {
        known = { decoded, ...check(decoded.shape) };
        valid.set(decoded.shape, known);
    }
    return known;
}

function check(shape: ModuleShape): EntryPoints & Pick<ValidModule, 'metadata'> {
    checkCodeSize(shape);
    const counts = new CodeCounts(shape.bodies.length);
    asInvalidCode(() => validateByEngine(shape, counts.visit));
    checkImports(shape);
    const entryPoints = checkExports(shape);
    checkData(shape);
    checkGlobals(shape);
    checkFunctionCount(shape);
    checkMemory(shape);
    counts.check();
    checkFunctionNames(shape);
    return { ...entryPoints, metadata: checkCustomSections(shape) };
}

/** The Wasm room says what is wrong with the bytes; production frames it by who found it. */
function asInvalidCode<T>(act: () => T): T {
    try {
        return act();
    } catch (error) {
        const { name, message } = error as { name?: unknown; message: string };
        switch (name) {
            case 'InvalidModuleError': {
                const engine = 'Wasmtime failed to validate wasm module wasmtime::Module::validate() failed with ';
                throw new InvalidCodeError(engine + message, undefined, error);
            }
            case 'ModuleContainerError':
                throw new InvalidCodeError(message, undefined, error);
            case 'ModuleTooLargeError':
                throw overLimit(
                    message,
                    'Try shrinking the module using tools like `ic-wasm` or splitting the logic across multiple ' +
                        'canisters.',
                    'wasm-module-too-large'
                );
            default:
                throw error;
        }
    }
}
