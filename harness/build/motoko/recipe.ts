/** The recipe of a Motoko canister. */
import { cacheKey, sha256 } from '../cache/key.ts';
import { CompileError } from '../diagnostics.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { CompilerFailedError } from '../errors.ts';
import type { Recipe } from '../recipe.ts';
import { packageVersion } from '../versions.ts';
import type { MotokoFlags } from './flags.ts';
import type { CompileJob, MotokoJob, MotokoResult } from './jobs.ts';
import type { MotokoSources } from './sources.ts';

/** Name, principal and Candid of a canister that is imported. */
export type ImportedCanister = readonly [name: string, principal: string, candid: string];

/** What to do with the sources; `run` gives a job to a worker. */
export function motokoRecipe(
    canister: string,
    sources: MotokoSources,
    flags: MotokoFlags,
    canisters: readonly ImportedCanister[],
    run: (job: MotokoJob) => Promise<MotokoResult>
): Recipe {
    const { main, files, packages } = sources;
    const { modes, extra, publicMetadata } = flags;
    const job: CompileJob = { kind: 'compile', main, files, packages, canisters, modes, extra, publicMetadata };
    const hashed = files.map(([path, text]) => [path, sha256(text)]);
    const key = cacheKey('motoko', [
        packageVersion('motoko'),
        main,
        hashed,
        packages,
        canisters,
        modes,
        extra,
        publicMetadata
    ]);
    // Only a compilation that is needed costs a job; the key is made from the same parts.
    const compile: Recipe['compile'] = async () => {
        const result = await run(job);
        switch (result.kind) {
            case 'compiled':
                return { wasm: result.wasm, candid: result.candid, warnings: result.diagnostics };
            case 'rejected':
                throw new CompileError(canister, result.diagnostics, fixFor(result.diagnostics, job));
            case 'crashed':
                throw new CompilerFailedError(canister, 'the Motoko compiler', result.message);
            case 'imports':
                throw new Error('internal error, please report: a compilation was answered with imports');
        }
    };
    return { key, compile };
}

/** The first mistake whose remedy is known and not in the source. */
function fixFor(diagnostics: readonly Diagnostic[], { packages }: CompileJob): string | undefined {
    for (const { code, message } of diagnostics) {
        // The names in these messages stand in quotes; codes are moc's (its lang_utils/error_codes.ml).
        const name = /"([^"]*)"/.exec(message)?.[1] ?? '';
        if (code === 'M0010')
            return `Run \`npx ic-mops add ${name}\`, or give its directory in "args": "--package ${name} DIRECTORY".`;
        if (code === 'M0011') return `Declare canister '${name}' in dfx.json, or correct the name in the import.`;
        if (code === 'M0220')
            return 'Write `persistent actor`; for a canister older than that word, give "args": "--legacy-actors".';
        const of = packages.find(([, directory]) => name === directory || name.startsWith(`${directory}/`))?.[0];
        if (['M0009', 'M0012'].includes(code) && of !== undefined)
            return `Run \`npx ic-mops install\`: it puts package ${of} there. Or correct the import.`;
    }
    return undefined;
}
