/** Compiles canisters of a project with progress on stderr; Ctrl-C stops it. */
import { buildProject, formatDiagnostic } from '../build/index.ts';
import type { BuildEvent, BuiltCanister, Project } from '../build/index.ts';
import { canisterIdOf } from '../backend/identities.ts';
import { timeText } from '../report/table.ts';
import { plain, plainLines } from '../report/text.ts';
import type { Context } from './context.ts';

/**
 * Builds `names` with their dependencies. What the compilers warned of goes to stderr, once: not when it comes from the cache.
 * `canisterIds`: what Motoko's `canister:` imports become. Throws errors of the build room; BuildAbortedError after Ctrl-C. Reads
 * the clock.
 */
export async function compile(
    project: Project,
    names: readonly string[],
    context: Context,
    canisterIds: (name: string) => string = canisterIdOf
): Promise<Map<string, BuiltCanister>> {
    const stop = new AbortController();
    context.interrupts.onFirst(() => stop.abort());
    const built = await buildProject(project, {
        canisters: [...names],
        canisterIds,
        clock: () => performance.now(),
        signal: stop.signal,
        onProgress: buildProgress(project, context)
    });
    const fresh = [...built.values()].filter(({ fromCache }) => !fromCache);
    for (const warning of fresh.flatMap(({ warnings }) => warnings)) {
        for (const line of plainLines(formatDiagnostic(warning))) context.streams.note(line);
    }
    return built;
}

/** What could be built, and why the rest could not, by canister. */
export interface Compiled {
    readonly built: ReadonlyMap<string, BuiltCanister>;
    readonly failures: ReadonlyMap<string, unknown>;
}

/**
 * Like `compile`, but a canister that fails takes only those along that import it. Throws when nothing at all can be built, and
 * BuildAbortedError.
 */
export async function compileEach(project: Project, names: readonly string[], context: Context): Promise<Compiled> {
    try {
        return { built: await compile(project, names, context), failures: new Map() };
    } catch (all) {
        if (context.interrupts.interrupted() || names.length === 1) throw all;
        const built = new Map<string, BuiltCanister>();
        const failures = new Map<string, unknown>();
        // Once more, one by one: what was compiled comes from the cache, and what fails has been said to.
        const streams = { ...context.streams, milestone: () => undefined, status: () => undefined };
        const quiet = { ...context, streams };
        for (const name of names) {
            try {
                for (const [key, value] of await compile(project, [name], quiet)) built.set(key, value);
            } catch (error) {
                if (context.interrupts.interrupted()) throw error;
                failures.set(name, error);
            }
        }
        if (names.every(name => failures.has(name))) throw all;
        return { built, failures };
    }
}

function buildProgress(project: Project, { streams, interrupts }: Context): (event: BuildEvent) => void {
    const compiling = new Set<string>();
    const ended = (canister: string): string => {
        compiling.delete(canister);
        return plain(canister);
    };
    return event => {
        switch (event.kind) {
            case 'queued':
                return;
            case 'compiling':
                compiling.add(event.canister);
                return streams.status(`compiling ${[...compiling].map(plain).join(', ')}`);
            case 'cached':
                return streams.status(`${ended(event.canister)} is up to date`);
            case 'done':
                // A custom canister was only read.
                if (project.canisters.get(event.canister)?.type === 'custom') return;
                return streams.milestone(`compiled ${ended(event.canister)} in ${timeText(event.ms)}`);
            case 'failed':
                // What Ctrl-C stopped did not fail; and the reason for a failure is the error that ends the command.
                if (interrupts.interrupted()) return;
                return streams.milestone(`${ended(event.canister)} failed to compile`);
            case 'damaged':
                return streams.note(`a damaged entry of the build cache was removed: ${plain(event.file)}`);
        }
    };
}
