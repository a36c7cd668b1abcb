/** Custom canisters: Wasm that somebody else built, taken as it is. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { candidInterface } from './candid/interface.ts';
import { BadWasmError, MissingFileError, UnsupportedSettingError, messageOf } from './errors.ts';
import type { CustomDeclaration, Project } from './project/types.ts';
import type { CompiledModule } from './recipe.ts';
import { metadata } from './wasm-sections.ts';

const WASM_MAGIC = '0061736d';
const GZIP_MAGIC = '1f8b';

/**
 * Wasm and Candid of a custom canister. The Candid comes from the file that dfx.json names, or from the module's own metadata.
 * Throws UnsupportedSettingError, MissingFileError, BadWasmError, CandidError. Whether the module is valid is the replica's to say.
 */
export async function loadCustom(project: Project, declaration: CustomDeclaration): Promise<CompiledModule> {
    const { name, buildCommands } = declaration;
    const setting = (key: string): string => `canisters.${name}.${key}`;
    const [command] = buildCommands;
    if (command !== undefined) {
        throw new UnsupportedSettingError(
            name,
            setting('build'),
            `the command '${command}' is not run: opening somebody's project must not execute what its dfx.json says.`,
            'Run it yourself first, then declare the Wasm that it wrote as a custom canister without "build".'
        );
    }
    const wasmFile = localFile(project, name, 'wasm', declaration.wasm);
    if (wasmFile === undefined) {
        throw new MissingFileError(
            name,
            setting('wasm'),
            'nothing',
            'Add "wasm": the path of the module, relative to dfx.json.'
        );
    }
    const wasm = readModule(name, setting('wasm'), wasmFile);
    const candidFile = localFile(project, name, 'candid', declaration.candid);
    const candid =
        candidFile === undefined
            ? candidInside(name, wasmFile, wasm)
            : read(name, setting('candid'), candidFile).toString('utf8');
    // Whatever compilers write is valid; this somebody may have written by hand.
    await candidInterface(candid, { source: candidFile ?? wasmFile });
    return { wasm, candid, warnings: [] };
}

/** The file that a setting names; undefined without one. A URL is refused: a build must not depend on the network. */
function localFile(project: Project, canister: string, key: string, value: string | undefined): string | undefined {
    if (value === undefined || value === '') return undefined;
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(value)) {
        const fix = `Download it and name the file: "${key}": "path/to/file".`;
        throw new UnsupportedSettingError(
            canister,
            `canisters.${canister}.${key}`,
            `${value} is a URL; nothing is downloaded.`,
            fix
        );
    }
    return resolve(project.directory, value);
}

/** A file that dfx.json names. */
function read(canister: string, key: string, file: string): Buffer {
    const fix = 'Build it first, or correct the path; it is relative to dfx.json.';
    if (!existsSync(file)) throw new MissingFileError(canister, key, file, fix);
    try {
        return readFileSync(file);
    } catch (cause) {
        throw new MissingFileError(canister, key, file, fix, cause);
    }
}

/** dfx accepts gzipped modules; the replica sees what is inside. */
function readModule(canister: string, key: string, file: string): Uint8Array<ArrayBuffer> {
    let bytes = read(canister, key, file);
    if (bytes.toString('hex', 0, 2) === GZIP_MAGIC) {
        try {
            bytes = gunzipSync(bytes);
        } catch (cause) {
            throw new BadWasmError(canister, file, `is damaged: ${messageOf(cause)}`, 'Build it again.', cause);
        }
    }
    if (bytes.toString('hex', 0, 4) !== WASM_MAGIC) {
        throw new BadWasmError(
            canister,
            file,
            'is no Wasm module: it does not start with \\0asm.',
            'Name the binary module (.wasm).'
        );
    }
    return new Uint8Array(bytes);
}

/** dfx and both CDKs put the interface into the module's metadata. */
function candidInside(canister: string, file: string, wasm: Uint8Array<ArrayBuffer>): string {
    let candid: string | undefined;
    try {
        candid = metadata(wasm, 'candid:service');
    } catch (cause) {
        throw new BadWasmError(canister, file, `is damaged: ${messageOf(cause)}`, 'Build it again.', cause);
    }
    if (candid !== undefined) return candid;
    const problem = 'has no metadata candid:service, and dfx.json names no "candid".';
    throw new BadWasmError(canister, file, problem, 'Add "candid": the path of its .did file, relative to dfx.json.');
}
