/** Finds and loads the scenario files of a project. Used by the main thread (names) and by each worker (functions). */
import { globSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Scenario } from '../scenario/types.ts';
import { DuplicateScenarioError, NoScenariosError, ScenarioFileError } from './errors.ts';

export interface LoadedScenario {
    readonly scenario: Scenario;
    /** Absolute path of the file. */
    readonly path: string;
    /** Path relative to the project, with forward slashes: the same on every machine. */
    readonly file: string;
}

/** Absolute paths of the files that match `pattern` below `project`, sorted; never inside node_modules or hidden caches. */
function scenarioFiles(project: string, pattern: string): string[] {
    const skipped = new Set(['node_modules', '.interleave', '.azle', '.mops', '.dfx', '.git']);
    const found = globSync(pattern, { cwd: project, exclude: name => skipped.has(name.split(/[\\/]/).at(-1) ?? '') });
    return found.map(file => (isAbsolute(file) ? file : join(project, file))).sort();
}

/**
 * Loads every scenario of `files`, in the order of files and then of lines. Throws ScenarioFileError that names the file when
 * one cannot be imported, DuplicateScenarioError when two have one id, NoScenariosError when there is none.
 */
export async function loadScenarios(project: string, pattern: string): Promise<LoadedScenario[]> {
    const loaded: LoadedScenario[] = [];
    for (const path of scenarioFiles(project, pattern)) loaded.push(...(await loadScenarioFile(project, path)));
    if (loaded.length === 0) throw new NoScenariosError(pattern, project);
    const byId = new Map<string, LoadedScenario>();
    for (const each of loaded) {
        const twin = byId.get(each.scenario.id);
        if (twin !== undefined)
            throw new DuplicateScenarioError(each.scenario.id, [twin.scenario.location, each.scenario.location]);
        byId.set(each.scenario.id, each);
    }
    return loaded;
}

/** The scenarios that one file exports, alone or in lists, under any name. Throws ScenarioFileError. */
async function loadScenarioFile(project: string, path: string): Promise<LoadedScenario[]> {
    const file = projectPath(project, path);
    let module: Readonly<Record<string, unknown>>;
    try {
        module = await import(pathToFileURL(path).href);
    } catch (cause) {
        throw new ScenarioFileError(file, cause);
    }
    // The same scenario exported under two names counts once. A module namespace lists its names alphabetically; readers expect
    // the order of the file.
    const exported = [...new Set(Object.values(module).flat().filter(isScenario))];
    exported.sort((a, b) => lineOf(a) - lineOf(b));
    return exported.map(scenario => ({ scenario, path, file }));
}

/** The scenario called `id` in one file. Throws ScenarioFileError, also when the file has no such scenario. */
export async function loadScenario(project: string, path: string, id: string): Promise<LoadedScenario> {
    const loaded = await loadScenarioFile(project, path);
    const found = loaded.find(({ scenario }) => scenario.id === id);
    if (found !== undefined) return found;
    const present = loaded.map(({ scenario }) => scenario.id).join(', ') || 'none';
    throw new ScenarioFileError(projectPath(project, path), `it exports no scenario '${id}' (it exports: ${present})`);
}

/** `path` relative to the project with forward slashes. Pure. */
export function projectPath(project: string, path: string): string {
    return relative(project, path).split(sep).join('/');
}

function lineOf({ location }: Scenario): number {
    return Number(/:(\d+)$/.exec(location)?.[1] ?? 0);
}

function isScenario(value: unknown): value is Scenario {
    if (typeof value !== 'object' || value === null) return false;
    const { id, location, invariants, canisters } = value as Partial<Scenario>;
    return (
        typeof id === 'string' &&
        typeof location === 'string' &&
        Array.isArray(invariants) &&
        typeof canisters === 'object'
    );
}
