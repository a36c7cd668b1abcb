/** The recipe of an Azle canister. */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { candidInterface } from '../candid/interface.ts';
import { cacheKey, sha256 } from '../cache/key.ts';
import { MissingFileError, UnsupportedSettingError } from '../errors.ts';
import type { AzleDeclaration, Project } from '../project/types.ts';
import type { Recipe } from '../recipe.ts';
import { bundle } from './bundle.ts';
import { explainFailure } from './explain.ts';
import { azleInstall } from './install.ts';
import { runAzle } from './run.ts';

/**
 * What to do with an Azle canister. Bundles it, so that a mistake in the sources shows here (CompileError). `scratch`
 * makes a directory for temporary files. Throws MissingFileError, AzleMissingError, CandidError, UnsupportedSettingError.
 */
export async function azleRecipe(
    project: Project,
    declaration: AzleDeclaration,
    main: string,
    scratch: () => string,
    signal: AbortSignal | undefined
): Promise<Recipe> {
    const { name, env, experimental, handWrittenCandid } = declaration;
    if (experimental) {
        const fix = 'Remove it, or leave the canister out of what you test.';
        throw new UnsupportedSettingError(
            name,
            `canisters.${name}.custom.experimental`,
            "Azle's experimental mode is not supported.",
            fix
        );
    }
    const candid = handWrittenCandid === undefined ? null : await readCandid(name, handWrittenCandid);
    const install = azleInstall(name, main);
    const request = { canister: name, main, projectDirectory: project.directory, esbuild: install.esbuild };
    const { javascript, warnings } = await bundle(request);
    const key = cacheKey('azle', [
        // Both are in the module: stack traces and a message show them.
        name,
        relative(project.directory, main),
        // The version stands in the module, too; the template is what the JavaScript is put into.
        install.version,
        install.templateHash,
        sha256(javascript),
        candid,
        // Their values become part of the module.
        env.map((variable) => [variable, process.env[variable] ?? null])
    ]);
    const compile: Recipe['compile'] = async () => {
        const run = { declaration, main, projectDirectory: project.directory, scratch, install, signal };
        const output = await runAzle(run);
        if (output.result === undefined) throw await explainFailure(request, output);
        return { ...output.result, warnings };
    };
    return { key, compile };
}

/** Azle copies it into the project as it is, so that a mistake in it would show late and elsewhere. */
async function readCandid(canister: string, file: string): Promise<string> {
    if (!existsSync(file)) {
        const fix = 'Write the interface there, or remove custom.candid_gen: Azle then writes it.';
        throw new MissingFileError(canister, `canisters.${canister}.candid`, file, fix);
    }
    const candid = readFileSync(file, 'utf8');
    await candidInterface(candid, { source: file });
    return candid;
}
