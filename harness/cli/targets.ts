/** What is run: each selected scenario in each of its languages, with the canister in dfx.json that plays each role. */
import { UnsupportedCanisterTypeError } from '../build/index.ts';
import type { Language, Scenario } from '../scenario/types.ts';
import { NoLanguageError } from './errors.ts';
import type { LoadedScenario } from './scenario-files.ts';

/** The part of a dfx project that decides which canisters exist. */
export interface CanisterTypes {
    /** Type in dfx.json by canister name. */
    readonly [name: string]: string;
}

export interface RoleCanister {
    readonly role: string;
    /** Name in dfx.json. */
    readonly name: string;
}

export interface Target {
    readonly scenario: Scenario;
    /** Absolute path of the scenario file. */
    readonly path: string;
    /** Path of the scenario file, relative to the project. */
    readonly file: string;
    readonly language: Language;
    /** In the scenario's deployment order. */
    readonly canisters: readonly RoleCanister[];
}

const LANGUAGES: readonly Language[] = ['motoko', 'azle', 'custom'];

/**
 * Targets of one scenario. A role's canister is the one of exactly its name, else `NAME_LANGUAGE`. A scenario whose canisters all
 * have exact names runs once, in the language of its first canister; others run in every language that has them all, reduced by
 * the scenario's own `languages` and by `only`. Pure.
 * Throws NoLanguageError that names the missing canisters when no language has them all, and UnsupportedCanisterTypeError when
 * one that is there is of a type that is not built here.
 */
export function targetsOf(loaded: LoadedScenario, types: CanisterTypes, only?: Language): Target[] {
    const { scenario, path, file } = loaded;
    const roles = Object.entries(scenario.canisters).map(([role, use]) => ({
        role,
        wanted: typeof use === 'string' ? use : use.canister
    }));
    const missing = new Set<string>();
    const targets: Target[] = [];
    const languages = candidates(
        roles.map(({ wanted }) => wanted),
        types
    );
    for (const language of languages) {
        if (scenario.languages?.includes(language) === false) continue;
        const canisters: RoleCanister[] = [];
        for (const { role, wanted } of roles) {
            const name = resolve(wanted, language, types);
            if (name === undefined) missing.add(wanted);
            else canisters.push({ role, name });
        }
        if (canisters.length === roles.length) targets.push({ scenario, path, file, language, canisters });
    }
    if (targets.length === 0) {
        for (const { wanted } of roles) {
            const type = types[wanted];
            if (type !== undefined && !LANGUAGES.some(language => language === type))
                throw new UnsupportedCanisterTypeError('dfx.json', wanted, type);
        }
        throw new NoLanguageError(scenario, [...missing], Object.keys(types));
    }
    return targets.filter(({ language }) => only === undefined || language === only);
}

/** Languages worth trying: that of the first canister when all names are exact, else all. */
function candidates(wanted: readonly string[], types: CanisterTypes): readonly Language[] {
    if (!wanted.every(name => types[name] !== undefined)) return LANGUAGES;
    const type = types[wanted[0] ?? ''];
    return LANGUAGES.filter(language => language === type);
}

function resolve(wanted: string, language: Language, types: CanisterTypes): string | undefined {
    const byLanguage = `${wanted}_${language}`;
    return [wanted, byLanguage].find(name => types[name] !== undefined);
}
