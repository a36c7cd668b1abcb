/** dfx projects in temporary directories, as users have them: outside this repository. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Principal } from '@dfinity/principal';
import { buildProject, loadProject } from '../index.ts';
import type { BuildEvent, BuildOptions, BuiltCanister } from '../index.ts';

const repository = join(import.meta.dirname, '..', '..', '..');

export interface Built {
    readonly canisters: Map<string, BuiltCanister>;
    readonly events: readonly BuildEvent[];
}

export class TemporaryProject {
    readonly directory: string;

    /** `files` by path; an object is written as JSON. */
    constructor(files: Readonly<Record<string, unknown>>) {
        this.directory = realpathSync(mkdtempSync(join(tmpdir(), 'interleave-test-')));
        for (const [path, content] of Object.entries(files)) this.write(path, content);
    }

    path(path: string): string {
        return join(this.directory, path);
    }

    write(path: string, content: unknown): void {
        const file = this.path(path);
        mkdirSync(dirname(file), { recursive: true });
        const isRaw = typeof content === 'string' || ArrayBuffer.isView(content);
        writeFileSync(file, isRaw ? (content as string) : JSON.stringify(content));
    }

    /** What `npm install` would do in a user's project: Azle resolves from there. */
    installPackages(): this {
        symlinkSync(join(repository, 'node_modules'), this.path('node_modules'), 'dir');
        return this;
    }

    /** Builds and keeps the events. */
    async build(options: Partial<BuildOptions> = {}): Promise<Built> {
        const events: BuildEvent[] = [];
        const canisters = await buildProject(loadProject(this.directory), {
            canisterIds: principalOf,
            onProgress: (event) => events.push(event),
            ...options
        });
        return { canisters, events };
    }

    /** The error that building gives. */
    async failure(options: Partial<BuildOptions> = {}): Promise<Error & { code: string; fix: string }> {
        try {
            await this.build(options);
        } catch (error) {
            return error as Error & { code: string; fix: string };
        }
        throw new Error('the build succeeded');
    }

    remove(): void {
        rmSync(this.directory, { recursive: true, force: true });
    }
}

/** Names of the canisters with an event of one kind, in alphabetical order. */
export function named(events: readonly BuildEvent[], kind: BuildEvent['kind']): readonly string[] {
    return events.flatMap((event) => (event.kind === kind && 'canister' in event ? [event.canister] : [])).sort();
}

/** A principal for a name, the same in every run. */
export function principalOf(name: string): string {
    return Principal.fromUint8Array(new TextEncoder().encode(name.slice(0, 29))).toText();
}
