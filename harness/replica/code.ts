/** From uploaded bytes to code that may be installed (IC interface specification, "Canister module format"). */
import type { Code, Method, MethodKind } from './canister.ts';
import type { MetadataSection } from './canister-view.ts';
import { importProblem } from './ic0/index.ts';
import { prepareModule, type PreparedModule } from './wasm/index.ts';

const SYSTEM_METHODS = new Set([
    'canister_init',
    'canister_inspect_message',
    'canister_pre_upgrade',
    'canister_post_upgrade',
    'canister_heartbeat',
    'canister_global_timer',
    'canister_on_low_wasm_memory'
]);
/** Exported system methods that would never run here: installing such a module must not look as if it worked. */
const NOT_IMPLEMENTED = ['canister_heartbeat', 'canister_on_low_wasm_memory'];
const RESERVED = new Set(['canister counter_instructions', 'canister_start']);
const METHODS_MAX = 1_000;
const METHOD_NAME_BYTES_MAX = 20_000;
const SECTIONS_MAX = 16;
const SECTION_BYTES_MAX = 1 << 20;
const PERSISTENCE_SECTION = 'icp:private enhanced-orthogonal-persistence';

/** The module may not be installed. `detail` says why, in production's words where it has some. */
export class InvalidCodeError extends Error {
    override readonly name = 'InvalidCodeError';
    readonly code = 'replica/invalid-code';
    readonly detail: string;

    constructor(detail: string) {
        super(detail);
        this.detail = detail;
    }
}

/** Validates and prepares a module. Throws `InvalidCodeError`. */
export function loadCode(bytes: Uint8Array, memory: 'fast' | 'reference'): Code {
    const prepared = prepare(bytes, memory);
    for (const imported of prepared.imports) {
        const problem = importProblem(imported, prepared.memoryWidth);
        if (problem !== undefined) {
            throw new InvalidCodeError(problem);
        }
    }
    const metadata = metadataOf(prepared.customSections);
    const system = new Set<string>();
    const methods = new Map<string, Method>();
    for (const name of prepared.exports) {
        if (name.startsWith('canister')) {
            checkSignature(prepared, name);
            addExport(name, system, methods);
        }
    }
    checkMethodCount(methods);
    return {
        prepared,
        moduleBytes: bytes.length,
        methods,
        system,
        metadata,
        enhancedOrthogonalPersistence: prepared.customSections.has(PERSISTENCE_SECTION)
    };
}

function prepare(bytes: Uint8Array, memory: 'fast' | 'reference'): PreparedModule {
    try {
        return prepareModule(bytes, { memory });
    } catch (error) {
        if ((error as { code?: unknown }).code === 'invalid-module') {
            throw new InvalidCodeError((error as Error).message);
        }
        throw error;
    }
}

function addExport(name: string, system: Set<string>, methods: Map<string, Method>): void {
    const method = /^canister_(update|query|composite_query) (.*)$/s.exec(name);
    if (method !== null) {
        const [, kind, methodName = ''] = method;
        if (methods.has(methodName)) {
            throw exportProblem(
                `Duplicate function '${methodName}' exported multiple times with different call types: update, ` +
                    `query, or ` +
                    'composite_query.'
            );
        }
        methods.set(methodName, { kind: kind as MethodKind, exportName: name });
    } else if (NOT_IMPLEMENTED.includes(name)) {
        throw new InvalidCodeError(
            `The module exports ${name}, which this tool does not implement yet: it would never run`
        );
    } else if (SYSTEM_METHODS.has(name)) {
        system.add(name);
    } else if (name.startsWith('canister_') || RESERVED.has(name)) {
        throw exportProblem(`Exporting reserved function '${name}' with "canister_" prefix`);
    }
}

// Other exports may have any type.
function checkSignature(prepared: PreparedModule, name: string): void {
    const signature = prepared.exportSignatures.get(name);
    if (
        name.startsWith('canister_') &&
        signature !== undefined &&
        signature.params.length + signature.results.length > 0
    ) {
        throw new InvalidCodeError(
            `Wasm module has an invalid function signature. Expected no parameters and no results for '${name}', got ` +
                `[${signature.params.join(', ')}] -> [${signature.results.join(', ')}].`
        );
    }
}

function checkMethodCount(methods: ReadonlyMap<string, Method>): void {
    const which =
        'exported functions called `canister_update <name>`, `canister_query <name>`, or ' +
        '`canister_composite_query <name>`';
    if (methods.size > METHODS_MAX) {
        throw exportProblem(`The number of ${which} exceeds ${METHODS_MAX}.`);
    }
    const bytes = [...methods.keys()].reduce((sum, name) => sum + new TextEncoder().encode(name).length, 0);
    if (bytes > METHOD_NAME_BYTES_MAX) {
        throw exportProblem(`The sum of \`<name>\` lengths in ${which} exceeds ${METHOD_NAME_BYTES_MAX}.`);
    }
}

function metadataOf(sections: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, MetadataSection> {
    const metadata = new Map<string, MetadataSection>();
    let bytes = 0;
    for (const [section, content] of sections) {
        if (!section.startsWith('icp:')) {
            continue;
        }
        const match = /^icp:(public|private) (.*)$/s.exec(section);
        if (match === null) {
            throw sectionProblem(
                `Invalid custom section ${section}: not allowed to have a name other than public or private`
            );
        }
        const [, visibility, name = ''] = match;
        if (metadata.has(name)) {
            throw sectionProblem(`Invalid custom section: name ${name} already exists`);
        }
        metadata.set(name, { visibility: visibility as MetadataSection['visibility'], content });
        bytes += name.length + content.length;
    }
    if (metadata.size > SECTIONS_MAX) {
        throw sectionProblem(`Invalid custom sections: number of custom sections exceeds the maximum: ${SECTIONS_MAX}`);
    }
    if (bytes > SECTION_BYTES_MAX) {
        throw sectionProblem(
            `Invalid custom sections: total size of the custom sections exceeds the maximum: ${SECTION_BYTES_MAX}`
        );
    }
    return metadata;
}

function exportProblem(detail: string): InvalidCodeError {
    return new InvalidCodeError(`Wasm module has an invalid export section. ${detail}`);
}

function sectionProblem(detail: string): InvalidCodeError {
    return new InvalidCodeError(`Wasm module has an invalid custom section. ${detail}`);
}
