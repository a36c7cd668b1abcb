/** The System API: every function by name, and the import object of an instance. */
import type { Frame } from '../frame.ts';
import type { HostFunction, PointerWidth, PreparedModule } from '../wasm/contract.ts';
import { numberImports, type NumberImport } from '../wasm/number-imports.ts';
import { ARGUMENT_FUNCTIONS } from './arguments.ts';
import { CALLING_FUNCTIONS } from './calling.ts';
import { CERTIFIED_FUNCTIONS } from './certified.ts';
import { COST_FUNCTIONS } from './cost.ts';
import { CYCLES_FUNCTIONS } from './cycles.ts';
import { DEBUG_FUNCTIONS } from './debug.ts';
import { bind, numberTypes, wasmTypes, type SystemFunction } from './define.ts';
import { ENVIRONMENT_FUNCTIONS } from './environment.ts';
import { RESPONDING_FUNCTIONS } from './responding.ts';
import { SELF_FUNCTIONS } from './self.ts';
import { STABLE_FUNCTIONS } from './stable.ts';
import { TIME_FUNCTIONS } from './time.ts';

const FUNCTIONS: ReadonlyMap<string, SystemFunction> = new Map(
    [
        ...ARGUMENT_FUNCTIONS,
        ...RESPONDING_FUNCTIONS,
        ...CALLING_FUNCTIONS,
        ...CYCLES_FUNCTIONS,
        ...STABLE_FUNCTIONS,
        ...SELF_FUNCTIONS,
        ...TIME_FUNCTIONS,
        ...CERTIFIED_FUNCTIONS,
        ...COST_FUNCTIONS,
        ...ENVIRONMENT_FUNCTIONS,
        ...DEBUG_FUNCTIONS
    ].map((fn) => [fn.name, fn])
);

/** A System API function as a module imports it. */
interface ImportType {
    readonly params: readonly string[];
    readonly results: readonly string[];
}

/** The type of a System API function for memories of this width; undefined when there is no such function. */
export function typeOfImport(name: string, width: PointerWidth): ImportType | undefined {
    const fn = lookUp(name, width);
    return fn === undefined ? undefined : wasmTypes(fn, width);
}

/** All functions that a module with a memory of this width may import. */
export function systemFunctions(width: PointerWidth): (ImportType & { readonly name: string })[] {
    return [...FUNCTIONS.values()]
        .filter(({ only32 }) => !only32 || width === 32)
        .map((fn) => ({ name: fn.name, ...wasmTypes(fn, width) }));
}

/** The functions that a module imports, bound to the frame in which it will execute. All imports were checked. */
export function importsOf(module: PreparedModule, frame: Frame): Record<string, HostFunction> {
    const imports: Record<string, HostFunction> = {};
    const numbers = new Map<string, NumberImport>();
    for (const { name } of module.imports) {
        const fn = lookUp(name, module.memoryWidth);
        if (fn === undefined) {
            throw new TypeError(`ic0.${name} was not checked`);
        }
        const host = bind(fn, module, frame);
        const types = numberTypes(fn);
        if (module.memoryWidth === 64 && [...types.params, types.result].includes('number')) {
            numbers.set(name, { name, ...types, host });
        } else {
            imports[name] = host;
        }
    }
    return { ...imports, ...numberImports([...numbers.values()]) };
}

function lookUp(name: string, width: PointerWidth): SystemFunction | undefined {
    const fn = FUNCTIONS.get(name);
    return fn?.only32 === true && width === 64 ? undefined : fn;
}
