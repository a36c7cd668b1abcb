/** The Azle that a canister is written for: the one that its own `import 'azle'` leads to. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { sha256 } from '../cache/key.ts';
import { AzleMissingError } from '../errors.ts';
import { packageDirectory, packageVersion, versionIn } from '../versions.ts';

export interface AzleInstall {
    readonly version: string;
    /** Azle's command line, TypeScript that needs tsx. */
    readonly program: string;
    /** Absolute path of the loader that lets Node run `program`. */
    readonly tsx: string;
    /** Absolute path of the bundler that Azle uses. */
    readonly esbuild: string;
    /** SHA-256 of the module that every canister is put into. */
    readonly templateHash: string;
}

/** The oldest version that this was tried with; older ones are built in another way. */
const OLDEST = [0, 33] as const;

/** By file: the template does not change while a build runs. */
const templates = new Map<string, string>();

/** Finds Azle for a canister whose main file is `main`. Throws AzleMissingError. Reads 3.5 MB the first time. */
export function azleInstall(canister: string, main: string): AzleInstall {
    const wanted = packageVersion('azle');
    const found = packageDirectory('azle', dirname(main));
    if (found === undefined)
        throw new AzleMissingError(canister, `no azle in node_modules beside or above ${main}.`, wanted);
    const version = versionIn(found);
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major === OLDEST[0] && minor < OLDEST[1]) {
        throw new AzleMissingError(
            canister,
            `azle ${version} is too old; ${OLDEST.join('.')} or newer is supported.`,
            wanted
        );
    }
    // Its dependencies lie beside the real directory, wherever a link to it is.
    const directory = realpathSync(found);
    const fromAzle = createRequire(join(directory, 'package.json'));
    try {
        return {
            version,
            program: join(directory, 'src', 'build.ts'),
            tsx: fromAzle.resolve('tsx'),
            esbuild: fromAzle.resolve('esbuild'),
            templateHash: templateHash(canister, directory, wanted)
        };
    } catch (cause) {
        if (cause instanceof AzleMissingError) throw cause;
        throw new AzleMissingError(
            canister,
            `azle in ${directory} lacks its own dependencies: ${String(cause)}`,
            wanted
        );
    }
}

function templateHash(canister: string, directory: string, wanted: string): string {
    const file = join(directory, 'dist', 'canister_templates', 'stable.wasm');
    let hash = templates.get(file);
    if (hash === undefined) {
        if (!existsSync(file)) throw new AzleMissingError(canister, `azle in ${directory} lacks ${file}.`, wanted);
        templates.set(file, (hash = sha256(readFileSync(file))));
    }
    return hash;
}
