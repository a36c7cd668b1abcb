/** Metadata in a module's custom sections (ic-ref "Canister module format": `icp:public <name>`, `icp:private <name>`). */

/** Part of the WebAssembly JavaScript interface; Node's own types leave it out. */
interface ModuleConstructor {
    customSections(module: WebAssembly.Module, name: string): readonly ArrayBuffer[];
}

const sectionsOf = WebAssembly.Module as unknown as ModuleConstructor;

/**
 * The text of the metadata `name`, public or private; undefined when the module has none. Validates the module first: throws
 * WebAssembly.CompileError when it is damaged.
 */
export function metadata(wasm: Uint8Array<ArrayBuffer>, name: string): string | undefined {
    const module = new WebAssembly.Module(wasm);
    for (const visibility of ['public', 'private']) {
        const [section] = sectionsOf.customSections(module, `icp:${visibility} ${name}`);
        if (section !== undefined) return new TextDecoder().decode(section);
    }
    return undefined;
}
