/**
 * Flags for moc that dfx.json may give in `args`. The compiler here is moc compiled to JavaScript, which takes some of them by
 * its own names; every other flag is refused by name, because a flag that is dropped silently changes what is tested.
 */
import { UnsupportedSettingError } from '../errors.ts';
import type { MotokoDeclaration } from '../project/types.ts';

export interface MotokoFlags {
    /** For `compiler.gcFlags`, in this order: persistence first. */
    readonly modes: readonly string[];
    /** For `compiler.setExtraFlags`: what moc understands under its own name. */
    readonly extra: readonly string[];
    /** `--package name directory`, the directory relative to dfx.json. */
    readonly packages: readonly (readonly [name: string, directory: string])[];
    /** Sections that stay public besides `candid:service` and `candid:args`. */
    readonly publicMetadata: readonly string[];
}

/** The mode each flag selects. */
const MODES: Readonly<Record<string, string>> = {
    '--legacy-persistence': 'classicOP',
    '--enhanced-orthogonal-persistence': 'enhancedOP',
    '--copying-gc': 'copying',
    '--generational-gc': 'generational',
    '--incremental-gc': 'incremental',
    '--force-gc': 'force'
};

/** Flags passed through, with the number of words that follow each. */
const PASSED: Readonly<Record<string, number>> = {
    '-A': 1,
    '-E': 1,
    '-W': 1,
    '-Werror': 0,
    '--ai-errors': 0,
    '--all-libs': 0,
    '--default-persistent-actors': 0,
    '--error-detail': 1,
    '--error-recovery': 0,
    '--hide-warnings': 0,
    '--implicit-derivation-depth': 1,
    '--implicit-package': 1,
    '--legacy-actors': 0,
    '--require-persistent-actors': 0
};

const NEEDS_LEGACY = ['copying', 'generational'];

/** Reads the flags of a canister. Throws UnsupportedSettingError that names the flag. */
export function motokoFlags({ name, args }: MotokoDeclaration): MotokoFlags {
    const words = args.text.split(/\s+/).filter((word) => word !== '');
    const modes = new Set<string>();
    const extra: string[] = [];
    const packages: (readonly [string, string])[] = [];
    const publicMetadata: string[] = [];
    for (let index = 0; index < words.length; index += 1) {
        const flag = words[index]!;
        const take = (count: number): string[] => {
            const taken = words.slice(index + 1, index + 1 + count);
            if (taken.length < count) throw refused(name, args.setting, `${flag} lacks its value.`);
            index += count;
            return taken;
        };
        const mode = Object.hasOwn(MODES, flag) ? MODES[flag] : undefined;
        const follows = Object.hasOwn(PASSED, flag) ? PASSED[flag] : undefined;
        if (mode !== undefined) modes.add(mode);
        else if (follows !== undefined) extra.push(flag, ...take(follows));
        else if (flag === '--package') packages.push(take(2) as [string, string]);
        else if (flag === '--public-metadata') publicMetadata.push(...take(1));
        else throw refused(name, args.setting, `${flag} is not supported.`);
    }
    const wrong = NEEDS_LEGACY.find((mode) => modes.has(mode) && !modes.has('classicOP'));
    if (wrong !== undefined) throw refused(name, args.setting, `--${wrong}-gc needs --legacy-persistence.`);
    return { modes: persistenceFirst(modes), extra, packages, publicMetadata };
}

function persistenceFirst(modes: ReadonlySet<string>): readonly string[] {
    const persistence = modes.has('classicOP') ? 'classicOP' : 'enhancedOP';
    return [persistence, ...[...modes].filter((mode) => !mode.endsWith('OP')).sort()];
}

function refused(canister: string, setting: string, problem: string): UnsupportedSettingError {
    const supported = [...Object.keys(MODES), ...Object.keys(PASSED), '--package', '--public-metadata'].join(' ');
    return new UnsupportedSettingError(canister, setting, problem, `Supported are ${supported}.`);
}
