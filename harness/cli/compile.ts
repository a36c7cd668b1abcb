/** Compiles canisters of a project with progress on stderr; Ctrl-C stops it. */
import { buildProject, formatDiagnostic } from '../build/index.ts';
import type { BuildEvent, BuiltCanister, Project } from '../build/index.ts';
import { canisterIdOf } from '../backend/identities.ts';
import { timeText } from '../report/table.ts';
import { plain, plainLines } from '../report/text.ts';
import type { Context } from './context.ts';

/**
 * Builds `names` with their dependencies. What the compilers warned of goes to stderr, once: not when it comes from the cache.
 * Throws errors of the build room; BuildAbortedError after Ctrl-C. Reads the clock.
 */
export async function compile(
    project: Project,
    names: readonly string[],
    context: Context
): Promise<Map<string, BuiltCanister>> {
    const stop = new AbortController();
    context.interrupts.onFirst(() => stop.abort());
    const built = await buildProject(project, {
        canisters: [...names],
        canisterIds: canisterIdOf,
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
