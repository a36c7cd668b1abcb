/** `build`: compiles the canisters of a project and says what came of it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Table from 'cli-table3';
import { loadProject } from '../build/index.ts';
import type { BuiltCanister } from '../build/index.ts';
import { jsonText } from '../report/json.ts';
import { PLAIN_TABLE, timeText } from '../report/table.ts';
import { grouped, plain } from '../report/text.ts';
import { compile } from './compile.ts';
import type { Context } from './context.ts';
import { BuildOutputError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import type { BuildOptions } from './options.ts';

/** Runs the command; resolves to the exit code. Throws errors of the build room. */
export async function build(names: readonly string[], options: BuildOptions, context: Context): Promise<number> {
    const project = loadProject(resolve(options.project));
    const built = await compile(project, names.length === 0 ? [...project.canisters.keys()] : names, context);
    const canisters = [...project.canisters.keys()].flatMap(name => built.get(name) ?? []);
    if (options.out !== undefined) writeModules(resolve(project.directory, options.out), canisters);
    context.streams.out(options.json ? json(canisters) : text(canisters, context));
    return EXIT.asExpected;
}

/** `NAME.wasm` and `NAME.did` of each, for tools and tests that want files. Throws BuildOutputError. */
function writeModules(directory: string, canisters: readonly BuiltCanister[]): void {
    try {
        mkdirSync(directory, { recursive: true });
        for (const { name, wasm, candid } of canisters) {
            writeFileSync(join(directory, `${name}.wasm`), wasm);
            writeFileSync(join(directory, `${name}.did`), candid);
        }
    } catch (cause) {
        throw new BuildOutputError(directory, cause);
    }
}

function text(canisters: readonly BuiltCanister[], { streams }: Context): string {
    const table = new Table({
        ...PLAIN_TABLE,
        head: ['canister', 'type', 'bytes', 'SHA-256', 'time'].map(streams.outPaint.dim),
        colAligns: ['left', 'left', 'right', 'left', 'right']
    });
    for (const { name, type, wasm, wasmHash, fromCache, compileMs } of canisters) {
        const time = fromCache ? 'up to date' : timeText(compileMs);
        table.push([plain(name), type, grouped(wasm.length), wasmHash.slice(0, 16), time]);
    }
    return `${table.toString()}\n`;
}

function json(canisters: readonly BuiltCanister[]): string {
    return jsonText({
        format: 'interleave-build',
        version: 1,
        canisters: canisters.map(({ name, type, wasm, wasmHash, candid, dependencies }) => {
            return { name, type, bytes: wasm.length, wasmSha256: wasmHash, candid, dependencies };
        }),
        timing: canisters.map(({ name, fromCache, compileMs }) => ({
            name,
            fromCache,
            compileMs: Math.round(compileMs)
        }))
    });
}
