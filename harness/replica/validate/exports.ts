/** Exports: the entry points of a canister and the names that it may not use (ic-semantics 1.1). */
import type { Method, MethodKind } from '../canister.ts';
import { typeOfFunction } from '../wasm/index.ts';
import type { FunctionType, ModuleShape } from '../wasm/index.ts';
import { invalidSection, overLimit } from './errors.ts';
import { checkType } from './signatures.ts';

const SYSTEM_METHODS: ReadonlySet<string> = new Set([
    'canister_init',
    'canister_inspect_message',
    'canister_pre_upgrade',
    'canister_post_upgrade',
    'canister_heartbeat',
    'canister_global_timer',
    'canister_on_low_wasm_memory'
]);
/** What the production replica adds to modules under these names. No export of any kind may have them. */
const RESERVED: ReadonlySet<string> = new Set([
    'canister counter_instructions',
    'canister_start',
    'canister counter_dirty_pages',
    'canister counter_accessed_pages',
    'stable_memory',
    'stable_bytemap_memory'
]);
const FUNCTION = 0;
const METHODS_MAX = 1_000;
const METHOD_NAME_BYTES_MAX = 20_000;
const PUBLIC =
    'exported functions called `canister_update <name>`, `canister_query <name>`, or `canister_composite_query <name>`';
const ENTRY_POINT = { params: [], results: [] };

export interface EntryPoints {
    readonly methods: ReadonlyMap<string, Method>;
    /** Exported system methods such as `canister_init`. */
    readonly system: ReadonlySet<string>;
}

/** Collects the entry points. Throws `InvalidCodeError`. */
export function checkExports(shape: ModuleShape): EntryPoints {
    const system = new Set<string>();
    const methods = new Map<string, Method>();
    for (const { name, kind, index } of shape.exports) {
        if (RESERVED.has(name)) {
            throw invalidSection('export', `Exporting reserved symbol ${name} not allowed.`);
        }
        if (kind === FUNCTION && name.startsWith('canister_')) {
            addEntryPoint(name, system, methods);
            checkType(name, ENTRY_POINT, typeOfFunction(shape, index) as FunctionType);
        }
    }
    checkLimits(methods);
    return { methods, system };
}

function addEntryPoint(exportName: string, system: Set<string>, methods: Map<string, Method>): void {
    // The first space divides: the name of a method may have spaces itself, or be empty.
    const match = /^canister_(update|query|composite_query) (.*)$/s.exec(exportName);
    if (match === null) {
        if (!SYSTEM_METHODS.has(exportName)) {
            throw invalidSection('export', `Exporting reserved function '${exportName}' with "canister_" prefix`);
        }
        system.add(exportName);
        return;
    }
    const [, kind, name = ''] = match;
    if (methods.has(name)) {
        throw overLimit(
            `Wasm module has an invalid export section. Duplicate function '${name}' exported multiple times with ` +
                'different call types: update, query, or composite_query.',
            'Try defining different versions of the function for each call type, e.g. ' +
                `\`${name}_update\`, \`${name}_query\`, etc.`,
            'wasm-module-duplicate-exports'
        );
    }
    methods.set(name, { kind: kind as MethodKind, exportName });
}

function checkLimits(methods: ReadonlyMap<string, Method>): void {
    if (methods.size > METHODS_MAX) {
        throw overLimit(
            `Wasm module has an invalid export section. The number of ${PUBLIC} exceeds ${METHODS_MAX}.`,
            'Try combining multiple endpoints into a single endpoint.',
            'wasm-module-exports-too-many-methods'
        );
    }
    const bytes = [...methods.keys()].reduce((sum, name) => sum + new TextEncoder().encode(name).length, 0);
    if (bytes > METHOD_NAME_BYTES_MAX) {
        throw overLimit(
            `Wasm module has an invalid export section. The sum of \`<name>\` lengths in ${PUBLIC} exceeds ` +
                `${METHOD_NAME_BYTES_MAX}.`,
            'Try using shorter method names.',
            'wasm-module-sum-of-exported-name-lengths-too-large'
        );
    }
}
