/** Which project a schedule or plan file belongs to. */
import { dirname, resolve } from 'node:path';
import { loadProject } from '../build/index.ts';
import type { Project } from '../build/index.ts';
import type { ReproOptions } from './options.ts';

/** The project that the file lies in, else the one of the current directory. Throws errors of the build room. */
export function projectOf(file: string, options: ReproOptions): Project {
    if (options.project !== undefined) return loadProject(resolve(options.project));
    try {
        return loadProject(dirname(resolve(file)));
    } catch (error) {
        if ((error as { readonly code?: unknown }).code === 'NO_DFX_JSON') return loadProject(process.cwd());
        throw error;
    }
}
