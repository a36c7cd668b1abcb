/** Builds the canisters of a project: two compilations at a time, each at most once for the same input. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { z } from 'zod';
import { azleRecipe } from './azle/recipe.ts';
import { Cache } from './cache/cache.ts';
import { sha256 } from './cache/key.ts';
import { loadCustom } from './custom.ts';
import { MissingFileError, BuildAbortedError, SeveralBuildErrors } from './errors.ts';
import type { BuildEvent } from './events.ts';
import { initArgText } from './init-arg.ts';
import { motokoFlags } from './motoko/flags.ts';
import type { MotokoFlags } from './motoko/flags.ts';
import { rememberedImports } from './motoko/imports.ts';
import { packageDirectories } from './motoko/packages.ts';
import { MotokoPool } from './motoko/pool.ts';
import { motokoRecipe } from './motoko/recipe.ts';
import { motokoSources } from './motoko/sources.ts';
import type { MotokoSources } from './motoko/sources.ts';
import { declarationOf, inDependencyOrder } from './plan.ts';
import type { BuildableDeclaration } from './plan.ts';
import type { AzleDeclaration, MotokoDeclaration, Project } from './project/types.ts';
import type { Diagnostic } from './diagnostics.ts';
import type { CompiledModule, Recipe } from './recipe.ts';

export interface BuiltCanister {
    readonly name: string;
    readonly type: 'azle' | 'motoko' | 'custom';
    readonly wasm: Uint8Array;
    /** Candid text of the service. */
    readonly candid: string;
    /** SHA-256 of `wasm`, hex. */
    readonly wasmHash: string;
    /** True when nothing was compiled; always for custom canisters. */
    readonly fromCache: boolean;
    /** How long compiling took, also when that was long ago; 0 without a clock. */
    readonly compileMs: number;
    /** Candid text of the init argument in dfx.json. */
    readonly initArg?: string;
    /** What it depends on: `dependencies` of dfx.json and `canister:` imports, sorted. */
    readonly dependencies: readonly string[];
    /** What the compiler warned of. */
    readonly warnings: readonly Diagnostic[];
}

export interface BuildOptions {
    /** Names to build, with everything they depend on; default all. */
    readonly canisters?: readonly string[];
    /** Default `.interleave/cache` in the project. */
    readonly cacheDirectory?: string;
    /** Compilations at a time; default 2. */
    readonly concurrency?: number;
    readonly onProgress?: (event: BuildEvent) => void;
    /** Principal, as text, that a canister will have: it goes into modules that import it. */
    readonly canisterIds: (name: string) => string;
    /** Milliseconds of a monotonic clock, for durations only; default none, so that all durations are 0. */
    readonly clock?: () => number;
    /** Stops the build: compilers are ended, the promise is rejected with BuildAbortedError. */
    readonly signal?: AbortSignal;
}

/**
 * Wasm and Candid of the canisters, in an order in which each follows its dependencies. Throws a BuildError; when several
 * canisters fail, SeveralBuildErrors with all of them.
 */
export async function buildProject(project: Project, options: BuildOptions): Promise<Map<string, BuiltCanister>> {
    const build = new Build(project, options);
    try {
        return await build.run();
    } finally {
        await build.close();
    }
}

/** What is known of a canister before it is compiled. */
interface Planned {
    readonly declaration: BuildableDeclaration;
    readonly dependencies: readonly string[];
    /** Of Motoko canisters. */
    readonly motoko?: { readonly sources: MotokoSources; readonly flags: MotokoFlags };
}

const cachedMeta = z.object({
    candid: z.string(),
    ms: z.number(),
    warnings: z.array(z.object({
        file: z.string(), line: z.number(), column: z.number(), severity: z.enum(['error', 'warning']), code: z.string(),
        message: z.string()
    }))
});

class Build {
    readonly #project: Project;
    readonly #options: BuildOptions;
    readonly #cache: Cache;
    readonly #pool = new MotokoPool();
    readonly #clock: () => number;
    readonly #onAbort = (): void => void this.#pool.close();

    constructor(project: Project, options: BuildOptions) {
        this.#project = project;
        this.#options = options;
        this.#clock = options.clock ?? (() => 0);
        const directory = options.cacheDirectory ?? join(project.directory, '.interleave', 'cache');
        this.#cache = new Cache(directory, (file) => this.#say({ kind: 'damaged', file }));
        options.signal?.addEventListener('abort', this.#onAbort);
    }

    async run(): Promise<Map<string, BuiltCanister>> {
        this.#stopIfAborted();
        this.#cache.prepare();
        const planned = await this.#plan();
        for (const canister of planned.keys()) this.#say({ kind: 'queued', canister });
        const limit = pLimit(this.#options.concurrency ?? 2);
        const started = new Map<string, Promise<BuiltCanister>>();
        for (const [name, plan] of planned) started.set(name, this.#build(plan, started, limit));
        const settled = await Promise.allSettled(started.values());
        this.#stopIfAborted();
        const failed = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
        // A canister that imports a broken one fails for the same reason: said once.
        const errors = [...new Set(failed)];
        if (errors.length > 1) throw new SeveralBuildErrors(errors);
        if (errors.length === 1) throw errors[0];
        return new Map(settled.flatMap((result) =>
            result.status === 'fulfilled' ? [[result.value.name, result.value] as const] : []));
    }

    async close(): Promise<void> {
        this.#options.signal?.removeEventListener('abort', this.#onAbort);
        await this.#pool.close();
    }

    /** The canisters to build in dependency order, with what their sources say. */
    async #plan(): Promise<ReadonlyMap<string, Planned>> {
        const found = new Map<string, Planned>();
        const wanted = this.#options.canisters ?? [...this.#project.canisters.keys()];
        const queue: [name: string, wantedBy: string | undefined][] = wanted.map((name) => [name, undefined]);
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
            const [name, wantedBy] = next;
            if (found.has(name)) continue;
            const plan = await this.#look(declarationOf(this.#project, name, wantedBy));
            found.set(name, plan);
            for (const dependency of plan.dependencies) queue.push([dependency, name]);
        }
        const dependencies = new Map([...found].map(([name, plan]) => [name, plan.dependencies]));
        return new Map(inDependencyOrder(this.#project, dependencies).map((name) => [name, found.get(name)!]));
    }

    async #look(declaration: BuildableDeclaration): Promise<Planned> {
        const { name } = declaration;
        if (declaration.type !== 'motoko') return { declaration, dependencies: sorted(declaration.dependencies) };
        const flags = motokoFlags(declaration);
        const run = this.#pool.run.bind(this.#pool);
        const sources = await motokoSources({
            canister: name,
            main: mainOf(declaration),
            projectDirectory: this.#project.directory,
            packages: packageDirectories(this.#project, name, flags),
            importsOf: rememberedImports(this.#cache, run)
        });
        // A name that dfx.json does not declare is left to the compiler, which knows the line of the import.
        const imported = sources.canisters.filter((canister) => this.#project.canisters.has(canister));
        return { declaration, dependencies: sorted([...declaration.dependencies, ...imported]), motoko: { sources, flags } };
    }

    async #build(
        plan: Planned, started: ReadonlyMap<string, Promise<BuiltCanister>>, limit: <T>(act: () => Promise<T>) => Promise<T>
    ): Promise<BuiltCanister> {
        const { declaration, dependencies, motoko } = plan;
        const { name, type } = declaration;
        const start = this.#clock();
        try {
            // Candid of the canisters that are imported; nothing else has to wait. Started before: the order is topological.
            const imported = (motoko?.sources.canisters ?? []).filter((canister) => started.has(canister));
            const interfaces = await Promise.all(imported.map(async (canister) => (await started.get(canister)!).candid));
            const made = await limit(() => this.#make(plan, imported.map((canister, index) =>
                [canister, this.#options.canisterIds(canister), interfaces[index]!] as const)));
            const initArg = initArgText(declaration);
            return {
                name, type, dependencies, ...made, wasmHash: sha256(made.wasm), ...(initArg === undefined ? {} : { initArg })
            };
        } catch (error) {
            this.#say({ kind: 'failed', canister: name, ms: this.#clock() - start, error });
            throw error;
        }
    }

    async #make(
        { declaration, motoko }: Planned, canisters: readonly (readonly [string, string, string])[]
    ): Promise<CompiledModule & { readonly fromCache: boolean; readonly compileMs: number }> {
        this.#stopIfAborted();
        if (declaration.type === 'custom') {
            const loaded = loadCustom(this.#project, declaration);
            this.#say({ kind: 'done', canister: declaration.name, ms: 0 });
            return { ...loaded, fromCache: true, compileMs: 0 };
        }
        const recipe = motoko !== undefined
            ? motokoRecipe(declaration.name, motoko.sources, motoko.flags, canisters, (job) => this.#pool.run(job))
            : await this.#azle(declaration as AzleDeclaration);
        return this.#fromCache(declaration.name, recipe) ?? this.#compile(declaration.name, recipe);
    }

    #azle(declaration: AzleDeclaration): Promise<Recipe> {
        return azleRecipe(this.#project, declaration, mainOf(declaration), this.#cache.directory, this.#options.signal);
    }

    #fromCache(canister: string, { key }: Recipe): CompiledModule & { fromCache: boolean; compileMs: number } | undefined {
        const entry = this.#cache.read(key);
        if (entry === undefined) return undefined;
        const { ms, candid, warnings } = cachedMeta.parse(entry.meta);
        this.#say({ kind: 'cached', canister, ms });
        return { wasm: entry.body, candid, warnings, fromCache: true, compileMs: ms };
    }

    async #compile(canister: string, recipe: Recipe): Promise<CompiledModule & { fromCache: boolean; compileMs: number }> {
        this.#say({ kind: 'compiling', canister });
        const start = this.#clock();
        const { wasm, candid, warnings } = await recipe.compile();
        const ms = this.#clock() - start;
        this.#cache.write(recipe.key, { meta: { candid, ms, warnings }, body: wasm });
        this.#say({ kind: 'done', canister, ms });
        return { wasm, candid, warnings, fromCache: false, compileMs: ms };
    }

    #say(event: BuildEvent): void {
        this.#options.onProgress?.(event);
    }

    #stopIfAborted(): void {
        if (this.#options.signal?.aborted === true) throw new BuildAbortedError();
    }
}

function mainOf({ name, main }: AzleDeclaration | MotokoDeclaration): string {
    const key = `canisters.${name}.main`;
    if (main === undefined) throw new MissingFileError(name, key, 'nothing', 'Add "main": the path of the main source file.');
    if (!existsSync(main)) {
        throw new MissingFileError(name, key, main, 'Correct the path; it is relative to dfx.json.');
    }
    return main;
}

function sorted(names: readonly string[]): readonly string[] {
    return [...new Set(names)].sort();
}
