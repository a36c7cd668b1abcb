/** Where `mo:name/...` imports of a canister lead: `--package` flags, mops, and the core library that the compiler carries. */
import { resolve } from 'node:path';
import { UnsupportedSettingError } from '../errors.ts';
import type { Project } from '../project/types.ts';
import type { MotokoFlags } from './flags.ts';
import { hasMops, mopsPackages } from './mops.ts';

/** `mops sources`, `npx ic-mops sources --conflicts ignore`, a path to mops: all say what mops.toml says. */
const MOPS_SOURCES = /^(?:npx\s+(?:-\S+\s+)*)?(?:\S*\/)?(?:ic-)?mops\s+sources(?:\s|$)/;

/** Absolute directories of the packages of a canister, by name. Throws UnsupportedSettingError, MopsError. */
export function packageDirectories(
    project: Project,
    canister: string,
    flags: MotokoFlags
): ReadonlyMap<string, string> {
    const { packtool, directory } = project;
    if (packtool !== '' && !MOPS_SOURCES.test(packtool)) {
        throw new UnsupportedSettingError(
            canister,
            'defaults.build.packtool',
            `'${packtool}' is not supported; no command of dfx.json is ever run.`,
            'Use `mops sources`, or give each package in "args": "--package NAME DIRECTORY".'
        );
    }
    const packages = new Map(hasMops(directory) ? mopsPackages(directory) : []);
    for (const [name, path] of flags.packages) packages.set(name, resolve(directory, path));
    return packages;
}
