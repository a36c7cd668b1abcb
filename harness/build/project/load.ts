/** Finds and validates dfx.json. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import { IcpYamlError, ProjectFileError, ProjectNotFoundError, messageOf } from '../errors.ts';
import { dfxJson } from './schema.ts';
import type { DfxCanister, DfxJson } from './schema.ts';
import type { CanisterDeclaration, Project } from './types.ts';

/**
 * The project that `directory` lies in: its dfx.json, or the next one above it, as dfx itself looks for it. Whether the files
 * that it names exist is checked when they are built. Throws ProjectNotFoundError, IcpYamlError, ProjectFileError.
 */
export function loadProject(directory: string): Project {
    const file = findDfxJson(resolve(directory));
    const home = dirname(file);
    const json = parse(file);
    const canisters = new Map<string, CanisterDeclaration>();
    for (const [name, declared] of Object.entries(json.canisters)) {
        canisters.set(name, declaration(home, file, name, declared, json));
    }
    if (canisters.size === 0) {
        throw new ProjectFileError(
            file,
            'canisters',
            'declares no canister.',
            'Declare at least one: { "type": ..., "main": ... }.'
        );
    }
    return { directory: home, file, canisters, packtool: json.defaults?.build?.packtool?.trim() ?? '' };
}

/** Looks in the directory and in those above it. A nearer icp.yaml without dfx.json decides: it is what the user means. */
function findDfxJson(start: string): string {
    for (let directory = start; ; directory = dirname(directory)) {
        const candidate = join(directory, 'dfx.json');
        if (existsSync(candidate)) return candidate;
        const icpYaml = join(directory, 'icp.yaml');
        if (existsSync(icpYaml)) throw new IcpYamlError(icpYaml);
        if (dirname(directory) === directory) throw new ProjectNotFoundError(start);
    }
}

/** Only the first mistake is reported: the others often follow from it. */
function parse(file: string): DfxJson {
    let text: string;
    try {
        text = readFileSync(file, 'utf8');
    } catch (cause) {
        throw new ProjectFileError(file, '', messageOf(cause), 'Make it a readable file.', cause);
    }
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch (cause) {
        throw new ProjectFileError(
            file,
            '',
            `is not valid JSON: ${messageOf(cause)}`,
            'Correct the JSON at that place.',
            cause
        );
    }
    const checked = dfxJson.safeParse(value);
    if (checked.success) return checked.data;
    const issue = checked.error.issues[0];
    const key = issue === undefined ? '' : issue.path.map(String).join('.');
    throw new ProjectFileError(
        file,
        key,
        problemOf(issue),
        `Correct ${key === '' ? 'the file' : `"${key}"`} in dfx.json.`
    );
}

function problemOf(issue: z.core.$ZodIssue | undefined): string {
    return issue === undefined ? 'is not a dfx.json.' : `${issue.message}.`;
}

/** The part of a canister's entry that its type needs; paths are relative to dfx.json, as dfx reads them. */
function declaration(home: string, file: string, name: string, dfx: DfxCanister, json: DfxJson): CanisterDeclaration {
    if (dfx.init_arg != null && dfx.init_arg_file != null) {
        throw new ProjectFileError(
            file,
            `canisters.${name}`,
            'has both init_arg and init_arg_file.',
            'Keep one of the two.'
        );
    }
    const path = (value: string | null | undefined): string | undefined =>
        value == null || value === '' ? undefined : resolve(home, value);
    // dfx treats both as absent when they are null or empty.
    const argFile = path(dfx.init_arg_file);
    const initArg =
        dfx.init_arg != null ? { text: dfx.init_arg } : argFile !== undefined ? { file: argFile } : undefined;
    const common = { name, dependencies: dfx.dependencies ?? [], initArg };
    switch (dfx.type) {
        case 'azle':
            return {
                ...common,
                type: 'azle',
                main: path(dfx.main),
                handWrittenCandid:
                    dfx.custom?.candid_gen === 'custom' ? path(dfx.candid ?? `.azle/${name}/${name}.did`) : undefined,
                env: dfx.custom?.env ?? [],
                experimental: dfx.custom?.experimental ?? false
            };
        case 'motoko': {
            // As in dfx: the canister's own flags replace the defaults, unless they are empty.
            const own = dfx.args?.trim() ?? '';
            const args =
                own !== ''
                    ? { text: own, setting: `canisters.${name}.args` }
                    : { text: json.defaults?.build?.args ?? '', setting: 'defaults.build.args' };
            return { ...common, type: 'motoko', main: path(dfx.main), args };
        }
        case 'custom':
            return {
                ...common,
                type: 'custom',
                wasm: dfx.wasm ?? undefined,
                candid: dfx.candid ?? undefined,
                buildCommands: [dfx.build ?? []].flat().filter((command) => command.trim() !== '')
            };
        default:
            // Not an error yet: a project may well have canisters that nobody tests.
            return { ...common, type: 'unsupported', declaredType: dfx.type };
    }
}
