/** The recipe of an Azle canister. */
import { existsSync, readFileSync } from 'node:fs';
import { cacheKey, sha256 } from '../cache/key.ts';
import { MissingFileError, UnsupportedSettingError } from '../errors.ts';
import type { AzleDeclaration, Project } from '../project/types.ts';
import type { Recipe } from '../recipe.ts';
import { bundle } from './bundle.ts';
import { explainFailure } from './explain.ts';
import { azleInstall } from './install.ts';
import { runAzle } from './run.ts';

/**
 * What to do with an Azle canister. Bundles it, so that a mistake in the sources shows here (CompileError). `scratchDirectory`
 * exists and takes temporary files. Throws MissingFileError, AzleMissingError, UnsupportedSettingError.
 */
export async function azleRecipe(
    project: Project,
    declaration: AzleDeclaration,
    main: string,
    scratchDirectory: string,
    signal: AbortSignal | undefined
): Promise<Recipe> {
    const { name, env, experimental, handWrittenCandid } = declaration;
    if (experimental) {
        const fix = 'Remove it, or leave the canister out of what you test.';
        throw new UnsupportedSettingError(name, `canisters.${name}.custom.experimental`, "Azle's experimental mode is not supported.", fix);
    }
    if (handWrittenCandid !== undefined && !existsSync(handWrittenCandid)) {
        const fix = 'Write the interface there, or remove custom.candid_gen: Azle then writes it.';
        throw new MissingFileError(name, 'candid', handWrittenCandid, fix);
    }
    const install = azleInstall(name, main);
    const request = { canister: name, main, projectDirectory: project.directory, esbuild: install.esbuild };
    const { javascript, warnings } = await bundle(request);
    const key = cacheKey('azle', [
        // The name is in the module: stack traces show it.
        name,
        install.version,
        install.templateHash,
        sha256(javascript),
        handWrittenCandid === undefined ? null : readFileSync(handWrittenCandid, 'utf8'),
        env.map((variable) => [variable, process.env[variable] ?? null])
    ]);
    const compile: Recipe['compile'] = async () => {
        const run = { declaration, main, projectDirectory: project.directory, scratchDirectory, install, signal };
        const output = await runAzle(run);
        if (output.result === undefined) throw await explainFailure(request, output);
        return { ...output.result, warnings };
    };
    return { key, compile };
}
