/** A dfx project as the rest of this room sees it: every path absolute, every default filled in. */

interface Declared {
    /** Name in dfx.json. */
    readonly name: string;
    /** Names in `dependencies`, as written. */
    readonly dependencies: readonly string[];
    /** Candid text of `init_arg`, or the file of `init_arg_file`. */
    readonly initArg: { readonly text: string } | { readonly file: string } | undefined;
}

export interface AzleDeclaration extends Declared {
    readonly type: 'azle';
    readonly main: string | undefined;
    /** `.did` written by hand; present with `custom.candid_gen: "custom"`. */
    readonly handWrittenCandid: string | undefined;
    /** Names of environment variables whose values go into the module. */
    readonly env: readonly string[];
    readonly experimental: boolean;
}

export interface MotokoDeclaration extends Declared {
    readonly type: 'motoko';
    readonly main: string | undefined;
    /** `args` of the canister, or of `defaults.build` where the canister has none: dfx does not add them up. */
    readonly args: { readonly text: string; readonly setting: string };
}

export interface CustomDeclaration extends Declared {
    readonly type: 'custom';
    /** As written: a path relative to dfx.json, or a URL, which is refused. */
    readonly wasm: string | undefined;
    readonly candid: string | undefined;
    readonly buildCommands: readonly string[];
}

/** A type that is not built here; an error only when it is asked for. */
export interface UnsupportedDeclaration extends Declared {
    readonly type: 'unsupported';
    readonly declaredType: string;
}

export type CanisterDeclaration = AzleDeclaration | MotokoDeclaration | CustomDeclaration | UnsupportedDeclaration;

export interface Project {
    /** Absolute path of the directory that holds dfx.json. */
    readonly directory: string;
    /** Absolute path of dfx.json. */
    readonly file: string;
    /** In the order of dfx.json. */
    readonly canisters: ReadonlyMap<string, CanisterDeclaration>;
    /** `defaults.build.packtool`; empty when there is none. */
    readonly packtool: string;
}
