/** The init argument that dfx.json gives, as Candid text. */
import { existsSync, readFileSync } from 'node:fs';
import { MissingFileError } from './errors.ts';
import type { CanisterDeclaration } from './project/types.ts';

/** `init_arg`, or what stands in `init_arg_file`; undefined when neither is there. Throws MissingFileError. */
export function initArgText({ name, initArg }: CanisterDeclaration): string | undefined {
    if (initArg === undefined) return undefined;
    if ('text' in initArg) return initArg.text;
    if (!existsSync(initArg.file)) {
        const fix = 'Write the argument there as Candid text, or correct the path; it is relative to dfx.json.';
        throw new MissingFileError(name, `canisters.${name}.init_arg_file`, initArg.file, fix);
    }
    return readFileSync(initArg.file, 'utf8').trim();
}
