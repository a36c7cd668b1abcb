/**
 * Runs `azle build` as dfx would, but in a directory of its own, so that the user's project stays untouched and two builds at once
 * (also in two processes) cannot meet.
 *
 * Azle writes two paths of its work directory into the module: an absolute one, the file name in stack traces, and the one from
 * there to the main file, part of an error message. A canister would differ from machine to machine and from run to run.
 * Both therefore get a fixed length, and are replaced in the module by what they are in the project, padded to that length.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BuildAbortedError, CompilerFailedError } from '../errors.ts';
import type { AzleDeclaration } from '../project/types.ts';
import type { AzleInstall } from './install.ts';

export interface AzleRun {
    readonly declaration: AzleDeclaration;
    readonly main: string;
    readonly projectDirectory: string;
    /** Makes a new directory for temporary files. */
    readonly scratch: () => string;
    readonly install: AzleInstall;
    readonly signal: AbortSignal | undefined;
}

export interface AzleOutput {
    /** Undefined when Azle failed. */
    readonly result: { readonly wasm: Uint8Array; readonly candid: string } | undefined;
    /** All that it printed. */
    readonly output: string;
    /** The JavaScript that it put into the module, as far as it came. */
    readonly javascript: string;
}

/** Runs Azle's command line in a process of its own; about 2.5 s. Throws BuildAbortedError when the signal stops it. */
export async function runAzle(run: AzleRun): Promise<AzleOutput> {
    const {
        declaration: { name },
        scratch
    } = run;
    const staging = scratch();
    try {
        const root = padded(staging);
        prepare(root, run);
        const { code, output } = await execute(root, run);
        const written = join(root, '.azle', name);
        const mainJs = join(written, 'main.js');
        const javascript = existsSync(mainJs) ? readFileSync(mainJs, 'utf8') : '';
        if (code !== 0) return { result: undefined, output, javascript };
        const wasm = new Uint8Array(readFileSync(join(written, `${name}.wasm`)));
        // Azle's settings are JSON: blanks behind a value mean nothing.
        replace(wasm, `"mainJsPath":${JSON.stringify(mainJs)}`, `"mainJsPath":"${join('.azle', name, 'main.js')}"`);
        replace(wasm, `from ${paddedMain(root, run.main)}`, `from ${relative(run.projectDirectory, run.main)}`);
        return { result: { wasm, candid: readFileSync(candidFile(root), 'utf8') }, output, javascript };
    } finally {
        rmSync(staging, { recursive: true, force: true });
    }
}

/** An outer stop: a build takes 2 s, or 20 s on a machine that is busy. */
const TIMEOUT_MS = 180_000;
const LOOPS = `it did not end within ${TIMEOUT_MS / 1000} s; does the top level of the canister loop for ever?`;

const PAD = 'interleave-';
const LENGTH = 256;

/** A path below `directory` whose JSON text is 256 bytes long, or 512, 768, ... where it does not fit. */
function padded(directory: string): string {
    const shortest = `${directory}/.`;
    const missing = LENGTH - (jsonLength(shortest) % LENGTH);
    const filler = PAD.repeat(Math.ceil(missing / PAD.length)).slice(0, missing);
    // No component of a path may be longer than 255 bytes.
    const root =
        filler.length < 200 ? `${shortest}${filler}` : `${shortest}${filler.slice(0, 100)}/${filler.slice(101)}`;
    mkdirSync(root, { recursive: true });
    return root;
}

/** The path from `root` to the main file, 256 bytes long, or 512, ...: `./` and a doubled `/` lead nowhere else. */
function paddedMain(root: string, main: string): string {
    const path = relative(root, main);
    const missing = LENGTH - (Buffer.byteLength(path) % LENGTH);
    return `${'./'.repeat(Math.floor(missing / 2))}${missing % 2 === 0 ? path : path.replace('/', '//')}`;
}

function jsonLength(text: string): number {
    return Buffer.byteLength(JSON.stringify(text));
}

function candidFile(root: string): string {
    return join(root, 'service.did');
}

/** A dfx.json with nothing but this canister, and the interface that was written by hand. */
function prepare(root: string, { declaration, main }: AzleRun): void {
    const { name, handWrittenCandid, env } = declaration;
    const custom = { candid_gen: handWrittenCandid === undefined ? 'automatic' : 'custom', env };
    const canister = { type: 'azle', main: paddedMain(root, main), custom };
    writeFileSync(join(root, 'dfx.json'), JSON.stringify({ canisters: { [name]: canister } }));
    if (handWrittenCandid !== undefined) copyFileSync(handWrittenCandid, candidFile(root));
}

function execute(root: string, run: AzleRun): Promise<{ code: number | null; output: string }> {
    const {
        declaration: { name, env },
        install,
        projectDirectory,
        signal
    } = run;
    // Azle bakes some of its own switches into the module: only what dfx.json names may decide what is built.
    const environment = Object.fromEntries(
        Object.entries(process.env).filter(([key]) => !key.startsWith('AZLE_') || env.includes(key))
    );
    return new Promise((resolve, reject) => {
        const args = ['--import', pathToFileURL(install.tsx).href, install.program, 'build', name];
        const child = spawn(process.execPath, args, {
            cwd: projectDirectory,
            env: { ...environment, AZLE_DFX_ROOT: root, CANISTER_CANDID_PATH: candidFile(root) },
            stdio: ['ignore', 'pipe', 'pipe'],
            timeout: TIMEOUT_MS,
            ...(signal === undefined ? {} : { signal })
        });
        const parts: Buffer[] = [];
        child.stdout.on('data', (part: Buffer) => parts.push(part));
        child.stderr.on('data', (part: Buffer) => parts.push(part));
        child.on('error', (error) => reject(signal?.aborted === true ? new BuildAbortedError() : error));
        child.on('close', (code) => {
            if (signal?.aborted === true) reject(new BuildAbortedError());
            else if (child.killed) reject(new CompilerFailedError(name, 'azle', LOOPS));
            else resolve({ code, output: Buffer.concat(parts).toString() });
        });
    });
}

/** Replaces every `from` in the module by `to` and blanks. */
function replace(wasm: Uint8Array, from: string, to: string): void {
    const before = Buffer.from(from);
    const after = Buffer.alloc(before.length, ' ');
    after.write(to);
    const module = Buffer.from(wasm.buffer, wasm.byteOffset, wasm.byteLength);
    for (let at = module.indexOf(before); at >= 0; at = module.indexOf(before, at + 1)) module.set(after, at);
}
