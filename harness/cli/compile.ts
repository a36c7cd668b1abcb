/** Compiles canisters of a project with progress on stderr; Ctrl-C stops it. */
import { buildProject } from '../build/index.ts';
import type { BuildEvent, BuiltCanister, Project } from '../build/index.ts';
import { canisterIdOf } from '../backend/identities.ts';
import { timeText } from '../report/table.ts';
import { plain } from '../report/text.ts';
import type { Context } from './context.ts';

/** Builds `names` with their dependencies. Throws errors of the build room; BuildAbortedError after Ctrl-C. */
export function compile(
    project: Project,
    names: readonly string[],
    context: Context
): Promise<Map<string, BuiltCanister>> {
    const stop = new AbortController();
    context.interrupts.onFirst(() => stop.abort());
    return buildProject(project, {
        canisters: [...names],
        canisterIds: canisterIdOf,
        signal: stop.signal,
        onProgress: buildProgress(context)
    });
}

function buildProgress({ streams }: Context): (event: BuildEvent) => void {
    const compiling = new Set<string>();
    return event => {
        const name = plain(event.canister);
        switch (event.kind) {
            case 'queued':
                return;
            case 'compiling':
                compiling.add(name);
                return streams.status(`compiling ${[...compiling].join(', ')}`);
            case 'cached':
                compiling.delete(name);
                return streams.status(`${name} is up to date`);
            case 'done':
                compiling.delete(name);
                return streams.milestone(`compiled ${name} in ${timeText(event.ms)}`);
            case 'failed':
                compiling.delete(name);
                return streams.milestone(`${name} failed to compile`);
        }
    };
}
