/** Which canisters are built, after which others, and from what: all that is known before anything is compiled. */
import { existsSync } from 'node:fs';
import type { Cache } from './cache/cache.ts';
import {
    DependencyCycleError,
    MissingFileError,
    UndeclaredCanisterError,
    UnsupportedCanisterTypeError
} from './errors.ts';
import { motokoFlags } from './motoko/flags.ts';
import type { MotokoFlags } from './motoko/flags.ts';
import { rememberedImports } from './motoko/imports.ts';
import type { MotokoJob, MotokoResult } from './motoko/jobs.ts';
import { packageDirectories } from './motoko/packages.ts';
import { motokoSources } from './motoko/sources.ts';
import type { MotokoSources } from './motoko/sources.ts';
import type { AzleDeclaration, CustomDeclaration, MotokoDeclaration, Project } from './project/types.ts';

type Declaration = AzleDeclaration | MotokoDeclaration | CustomDeclaration;

export type Planned = {
    /** `dependencies` of dfx.json and the canisters that the sources import, sorted. */
    readonly dependencies: readonly string[];
} & (
    | { readonly declaration: CustomDeclaration }
    | { readonly declaration: AzleDeclaration; readonly main: string }
    | {
          readonly declaration: MotokoDeclaration;
          readonly sources: MotokoSources;
          readonly flags: MotokoFlags;
          /** Declared canisters that the sources import. */
          readonly imported: readonly string[];
      }
);

/**
 * The canisters of `wanted` and all that they depend on, each after what it depends on. `run` gives a job to a Motoko worker.
 * Throws UndeclaredCanisterError, UnsupportedCanisterTypeError, DependencyCycleError, and what is wrong with settings and files.
 */
export async function planBuild(
    project: Project,
    wanted: readonly string[],
    cache: Cache,
    run: (job: MotokoJob) => Promise<MotokoResult>
): Promise<ReadonlyMap<string, Planned>> {
    // Breadth first from what was asked for; sources may name further canisters.
    const importsOf = rememberedImports(cache, run);
    const found = new Map<string, Planned>();
    const queue: [name: string, wantedBy: string | undefined][] = wanted.map((name) => [name, undefined]);
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [name, wantedBy] = next;
        if (found.has(name)) continue;
        const planned = await look(project, declarationOf(project, name, wantedBy), importsOf);
        found.set(name, planned);
        for (const dependency of planned.dependencies) queue.push([dependency, name]);
    }
    return inDependencyOrder(project, found);
}

/** Reads what a canister's sources depend on; only Motoko sources say so. */
async function look(
    project: Project,
    declaration: Declaration,
    importsOf: ReturnType<typeof rememberedImports>
): Promise<Planned> {
    const { name, dependencies } = declaration;
    if (declaration.type === 'custom') return { declaration, dependencies: sorted(dependencies) };
    const main = mainOf(declaration);
    if (declaration.type === 'azle') return { declaration, main, dependencies: sorted(dependencies) };
    const flags = motokoFlags(declaration);
    const packages = packageDirectories(project, name, flags);
    const sources = await motokoSources({
        canister: name,
        main,
        projectDirectory: project.directory,
        packages,
        importsOf
    });
    // A name that dfx.json does not declare is left to the compiler, which knows the line of the import.
    const imported = sources.canisters.filter((canister) => project.canisters.has(canister));
    return { declaration, sources, flags, imported, dependencies: sorted([...dependencies, ...imported]) };
}

/** Unsupported types are refused here, when they are wanted. */
function declarationOf(project: Project, name: string, wantedBy: string | undefined): Declaration {
    const { file, canisters } = project;
    const found = canisters.get(name);
    if (found === undefined) throw new UndeclaredCanisterError(file, name, wantedBy, [...canisters.keys()]);
    if (found.type === 'unsupported') throw new UnsupportedCanisterTypeError(file, name, found.declaredType);
    return found;
}

/** The main file, which is known to exist then. */
function mainOf({ name, main }: AzleDeclaration | MotokoDeclaration): string {
    const key = `canisters.${name}.main`;
    if (main === undefined) {
        throw new MissingFileError(name, key, 'nothing', 'Add "main": the path of the main source file.');
    }
    if (!existsSync(main)) {
        throw new MissingFileError(name, key, main, 'Correct the path; it is relative to dfx.json.');
    }
    return main;
}

/** Each after everything it depends on; among the free ones, the order given. Throws DependencyCycleError. */
function inDependencyOrder(project: Project, found: ReadonlyMap<string, Planned>): ReadonlyMap<string, Planned> {
    const done = new Map<string, Planned>();
    const path: string[] = [];
    const visit = (name: string, planned: Planned): void => {
        if (done.has(name)) return;
        if (path.includes(name)) {
            throw new DependencyCycleError(project.file, [...path.slice(path.indexOf(name)), name]);
        }
        path.push(name);
        for (const next of planned.dependencies) visit(next, found.get(next)!);
        path.pop();
        done.set(name, planned);
    };
    for (const [name, planned] of found) visit(name, planned);
    return done;
}

function sorted(names: readonly string[]): readonly string[] {
    return [...new Set(names)].sort();
}
