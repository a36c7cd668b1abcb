/**
 * What can go wrong between dfx.json and Wasm. One class a cause, each with a stable `code`, the fields that matter and the one
 * thing to do next (`fix`). The message names file, canister and key, so that nobody has to guess which of several is meant.
 */

/** Base of every error that this room throws on purpose; anything else is a bug of ours. */
export class BuildError extends Error {
    readonly code: string;
    /** One line: what to do now. */
    readonly fix: string;

    constructor(code: string, message: string, fix: string, cause?: unknown) {
        super(message, cause === undefined ? undefined : { cause });
        this.name = new.target.name;
        this.code = code;
        this.fix = fix;
    }
}

/** Neither the directory nor a directory above it has a dfx.json. */
export class ProjectNotFoundError extends BuildError {
    readonly directory: string;

    constructor(directory: string) {
        super(
            'NO_DFX_JSON',
            `No dfx.json in ${directory} or in a directory above it.`,
            'Run in the directory of a dfx project, or name it with --project.'
        );
        this.directory = directory;
    }
}

/** The project is described by icp.yaml only. */
export class IcpYamlError extends BuildError {
    readonly file: string;

    constructor(file: string) {
        super(
            'ICP_YAML',
            `${file}: icp.yaml projects cannot be read yet.`,
            'Put a dfx.json beside it that declares the canisters (type, main); icp.yaml may stay.'
        );
        this.file = file;
    }
}

/** dfx.json cannot be read, is no JSON, or a key has a value of the wrong kind. */
export class ProjectFileError extends BuildError {
    readonly file: string;
    /** `canisters.vault.main`; empty when the file as a whole is meant. */
    readonly key: string;

    constructor(file: string, key: string, problem: string, fix: string, cause?: unknown) {
        super('BAD_DFX_JSON', `${file}: ${key === '' ? '' : `${key}: `}${problem}`, fix, cause);
        this.file = file;
        this.key = key;
    }
}

/** A name that dfx.json does not declare. `wantedBy` is the canister that depends on it; undefined when the caller asked. */
export class UndeclaredCanisterError extends BuildError {
    readonly canister: string;
    readonly wantedBy: string | undefined;

    constructor(file: string, canister: string, wantedBy: string | undefined, declared: readonly string[]) {
        const by = wantedBy === undefined ? '' : `, which canisters.${wantedBy}.dependencies names`;
        super(
            'UNDECLARED_CANISTER',
            `${file} declares no canister '${canister}'${by}.`,
            `Declared are: ${declared.join(', ')}. Correct the name or declare it.`
        );
        this.canister = canister;
        this.wantedBy = wantedBy;
    }
}

/** Canisters that depend on each other in a circle. */
export class DependencyCycleError extends BuildError {
    /** The circle, its first name repeated at the end. */
    readonly cycle: readonly string[];

    constructor(file: string, cycle: readonly string[]) {
        super(
            'DEPENDENCY_CYCLE',
            `${file}: canisters depend on each other in a circle: ${cycle.join(' -> ')}.`,
            'Break the circle: pass a principal as init argument instead of `dependencies` or a `canister:` import.'
        );
        this.cycle = cycle;
    }
}

const INSTEAD: Readonly<Record<string, string>> = {
    rust: 'Build it with cargo and declare the Wasm: { "type": "custom", "wasm": "...", "candid": "..." }.',
    assets: 'Leave it out of what you test: asset canisters hold no code of yours.',
    pull: 'Download its Wasm and declare it: { "type": "custom", "wasm": "...", "candid": "..." }.',
    kybra: 'Build it with kybra and declare the Wasm: { "type": "custom", "wasm": "...", "candid": "..." }.'
};

/** A canister of a type that is not built here. */
export class UnsupportedCanisterTypeError extends BuildError {
    readonly canister: string;
    readonly type: string;

    constructor(file: string, canister: string, type: string) {
        super(
            'UNSUPPORTED_TYPE',
            `${file}: canister '${canister}' has type '${type}'; supported are azle, motoko and custom.`,
            INSTEAD[type] ??
                'Build it yourself and declare the Wasm: { "type": "custom", "wasm": "...", "candid": "..." }.'
        );
        this.canister = canister;
        this.type = type;
    }
}

/** A setting of a supported canister that would change what is built and is not understood. Never ignored. */
export class UnsupportedSettingError extends BuildError {
    readonly canister: string;
    /** Where it stands: `canisters.vault.args`, `defaults.build.packtool`, a source file. */
    readonly setting: string;

    constructor(canister: string, setting: string, problem: string, fix: string) {
        super('UNSUPPORTED_SETTING', `Canister '${canister}': ${setting}: ${problem}`, fix);
        this.canister = canister;
        this.setting = setting;
    }
}

/** A file that dfx.json names does not exist or cannot be read. */
export class MissingFileError extends BuildError {
    readonly canister: string;
    readonly key: string;
    readonly file: string;

    constructor(canister: string, key: string, file: string, fix: string, cause?: unknown) {
        super('MISSING_FILE', `Canister '${canister}': ${key} names ${file}, which cannot be read.`, fix, cause);
        this.canister = canister;
        this.key = key;
        this.file = file;
    }
}

/** A custom canister's file is not what it should be. */
export class BadWasmError extends BuildError {
    readonly canister: string;
    readonly file: string;

    constructor(canister: string, file: string, problem: string, fix: string, cause?: unknown) {
        super('BAD_WASM', `Canister '${canister}': ${file} ${problem}`, fix, cause);
        this.canister = canister;
        this.file = file;
    }
}

/** The project's Azle cannot be found from the canister's directory, or is too old. */
export class AzleMissingError extends BuildError {
    readonly canister: string;

    constructor(canister: string, problem: string, version: string) {
        super(
            'AZLE_MISSING',
            `Canister '${canister}': ${problem}`,
            `Run \`npm install azle@${version}\` in your project: the canister's own \`import 'azle'\` leads there.`
        );
        this.canister = canister;
    }
}

/** mops.toml is broken, or a package that it names is not there. */
export class MopsError extends BuildError {
    readonly file: string;

    constructor(file: string, problem: string, fix: string, cause?: unknown) {
        super('MOPS', `${file}: ${problem}`, fix, cause);
        this.file = file;
    }
}

/** A compiler ended without a result and without saying where in the source the reason is. */
export class CompilerFailedError extends BuildError {
    readonly canister: string;

    constructor(canister: string, compiler: string, output: string, cause?: unknown) {
        super(
            'COMPILER_FAILED',
            `Canister '${canister}': ${compiler} failed: ${output.trim() || '(it printed nothing)'}`,
            'If the message does not name a mistake in the canister, report it with the source.',
            cause
        );
        this.canister = canister;
    }
}

/** The cache directory cannot be written. */
export class CacheError extends BuildError {
    readonly directory: string;

    constructor(directory: string, cause: unknown) {
        super(
            'CACHE',
            `The build cache ${directory} cannot be written: ${messageOf(cause)}`,
            'Free space, correct its permissions, or name another directory.',
            cause
        );
        this.directory = directory;
    }
}

/** The caller's signal stopped the build. */
export class BuildAbortedError extends BuildError {
    constructor() {
        super('BUILD_ABORTED', 'The build was stopped.', 'Run it again: what was compiled is in the cache.');
    }
}

/** Several canisters failed; `errors` has one for each, in the order of dfx.json. */
export class SeveralBuildErrors extends BuildError {
    readonly errors: readonly unknown[];

    constructor(errors: readonly unknown[]) {
        const fixes = errors.map((error) => (isBuildError(error) ? error.fix : '')).filter((fix) => fix !== '');
        super('SEVERAL', errors.map(messageOf).join('\n\n'), [...new Set(fixes)].join(' '));
        this.errors = errors;
    }
}

/** True for errors of this room, also when another realm made them. */
export function isBuildError(thrown: unknown): thrown is BuildError {
    return typeof thrown === 'object' && thrown !== null && 'fix' in thrown && 'code' in thrown;
}

/** Text of anything that was thrown, also of things that are no errors. */
export function messageOf(thrown: unknown): string {
    if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) return String(thrown.message);
    return String(thrown);
}
