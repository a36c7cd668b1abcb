/** Builds the canisters of a project: two compilations at a time, each at most once for the same input. */
import { join } from 'node:path';
import pLimit from 'p-limit';
import { z } from 'zod';
import { azleRecipe } from './azle/recipe.ts';
import { Cache } from './cache/cache.ts';
import { claim } from './cache/claim.ts';
import { sha256 } from './cache/key.ts';
import { loadCustom } from './custom.ts';
import { BuildAbortedError, SeveralBuildErrors } from './errors.ts';
import type { BuildEvent } from './events.ts';
import { initArgText } from './init-arg.ts';
import { MotokoPool } from './motoko/pool.ts';
import { motokoRecipe } from './motoko/recipe.ts';
import type { ImportedCanister } from './motoko/recipe.ts';
import type { BuildOptions, BuiltCanister } from './options.ts';
import { planBuild } from './plan.ts';
import type { Planned } from './plan.ts';
import type { Project } from './project/types.ts';
import type { CompiledModule, Recipe } from './recipe.ts';

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

/** Where a project's builds are kept unless the caller says otherwise. */
export function defaultCacheDirectory({ directory }: Project): string {
    return join(directory, '.interleave', 'cache');
}

interface Made extends CompiledModule {
    readonly fromCache: boolean;
    readonly compileMs: number;
}

/** What the cache keeps beside the module. A key never has two forms: `FORMAT` in cache/key.ts is part of it. */
const stored = z.object({
    candid: z.string(),
    ms: z.number(),
    warnings: z.array(
        z.object({
            file: z.string(),
            line: z.number(),
            column: z.number(),
            severity: z.enum(['error', 'warning']),
            code: z.string(),
            message: z.string()
        })
    )
});

/** One call of buildProject. */
class Build {
    readonly #project: Project;
    readonly #options: BuildOptions;
    readonly #cache: Cache;
    readonly #pool = new MotokoPool();
    readonly #limit: ReturnType<typeof pLimit>;
    readonly #clock: () => number;
    readonly #onAbort = (): void => void this.#pool.close();
    /** Of every canister, from the moment its build may begin. */
    readonly #started = new Map<string, Promise<BuiltCanister>>();

    constructor(project: Project, options: BuildOptions) {
        this.#project = project;
        this.#options = options;
        this.#clock = options.clock ?? (() => 0);
        this.#limit = pLimit(options.concurrency ?? 2);
        const directory = options.cacheDirectory ?? defaultCacheDirectory(project);
        this.#cache = new Cache(directory, (file) => this.#say({ kind: 'damaged', file }));
        options.signal?.addEventListener('abort', this.#onAbort);
    }

    async run(): Promise<Map<string, BuiltCanister>> {
        this.#stopIfAborted();
        this.#cache.prepare();
        const wanted = this.#options.canisters ?? [...this.#project.canisters.keys()];
        const planned = await planBuild(this.#project, wanted, this.#cache, (job) => this.#pool.run(job));
        for (const canister of planned.keys()) this.#say({ kind: 'queued', canister });
        // In dependency order: what a canister waits for has started before it.
        for (const [name, plan] of planned) this.#started.set(name, this.#build(plan));
        const settled = await Promise.allSettled(this.#started.values());
        this.#stopIfAborted();
        const built = new Map<string, BuiltCanister>();
        // A canister that imports a broken one fails for the same reason: said once.
        const errors = new Set<unknown>();
        for (const result of settled) {
            if (result.status === 'fulfilled') built.set(result.value.name, result.value);
            else errors.add(result.reason);
        }
        if (errors.size > 1) throw new SeveralBuildErrors([...errors]);
        for (const error of errors) throw error;
        return built;
    }

    async close(): Promise<void> {
        this.#options.signal?.removeEventListener('abort', this.#onAbort);
        await this.#pool.close();
    }

    /** One canister, once those that it imports are there. Never rejects unhandled: `run` waits for all. */
    async #build(plan: Planned): Promise<BuiltCanister> {
        const { name, type } = plan.declaration;
        const start = this.#clock();
        try {
            const interfaces = await this.#imported(plan);
            const made = await this.#limit(() => this.#make(plan, interfaces));
            const initArg = initArgText(plan.declaration);
            return {
                name,
                type,
                dependencies: plan.dependencies,
                ...made,
                wasmHash: sha256(made.wasm),
                ...(initArg === undefined ? {} : { initArg })
            };
        } catch (error) {
            this.#say({ kind: 'failed', canister: name, ms: this.#clock() - start, error });
            throw error;
        }
    }

    /** Waits for the canisters that a Motoko canister imports: their Candid goes into it. Nothing else has to wait. */
    async #imported(plan: Planned): Promise<readonly ImportedCanister[]> {
        if (!('imported' in plan)) return [];
        const built = await Promise.all(plan.imported.map((name) => this.#started.get(name)!));
        return built.map(({ name, candid }) => [name, this.#options.canisterIds(name), candid] as const);
    }

    /** Within the limit: bundling and reading cost time, too. */
    async #make(plan: Planned, interfaces: readonly ImportedCanister[]): Promise<Made> {
        this.#stopIfAborted();
        const { declaration } = plan;
        if (declaration.type === 'custom') {
            const loaded = await loadCustom(this.#project, declaration);
            this.#say({ kind: 'done', canister: declaration.name, ms: 0 });
            return { ...loaded, fromCache: true, compileMs: 0 };
        }
        const recipe = await this.#recipe(plan, interfaces);
        return this.#fromCache(declaration.name, recipe) ?? this.#compileOnce(declaration.name, recipe);
    }

    /** What another process compiles already is taken from there. */
    async #compileOnce(canister: string, recipe: Recipe): Promise<Made> {
        const release = await claim(this.#cache.claimOf(recipe.key), () => this.#stopIfAborted());
        try {
            return this.#fromCache(canister, recipe) ?? (await this.#compile(canister, recipe));
        } finally {
            release();
        }
    }

    async #recipe(plan: Planned, interfaces: readonly ImportedCanister[]): Promise<Recipe> {
        if ('sources' in plan) {
            const { declaration, sources, flags } = plan;
            return motokoRecipe(declaration.name, sources, flags, interfaces, (job) => this.#pool.run(job));
        }
        if (!('main' in plan)) throw new Error('internal error, please report: a custom canister has no recipe');
        return azleRecipe(
            this.#project,
            plan.declaration,
            plan.main,
            () => this.#cache.scratch(),
            this.#options.signal
        );
    }

    /** What the same input gave before. */
    #fromCache(canister: string, { key }: Recipe): Made | undefined {
        const entry = this.#cache.read(key);
        if (entry === undefined) return undefined;
        const { ms, candid, warnings } = stored.parse(entry.meta);
        this.#say({ kind: 'cached', canister, ms });
        return { wasm: entry.body, candid, warnings, fromCache: true, compileMs: ms };
    }

    /** Compiles, and remembers. An error is never remembered: its cause may lie outside of what the key covers. */
    async #compile(canister: string, recipe: Recipe): Promise<Made> {
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
