/** Why a module may not be installed, in the production replica's words (its Wasm error types; ic-semantics 1.3). */
import { docs } from '../rejects.ts';

/** Help where the compiler is at fault, not what the user wrote. */
const TOOLCHAIN =
    'This is likely an error with the compiler/CDK toolchain being used to build the canister. Please report the ' +
    'error to IC devs on the forum: https://forum.dfinity.org and include which language/CDK was used to create the ' +
    'canister.';

/** The module may not be installed (IC0505). `detail` says why, `help` what to do next. */
export class InvalidCodeError extends Error {
    override readonly name = 'InvalidCodeError';
    readonly code = 'replica/invalid-code';
    readonly detail: string;
    readonly help: string;

    constructor(detail: string, help: string = TOOLCHAIN, cause?: unknown) {
        super(detail, cause === undefined ? undefined : { cause });
        this.detail = detail;
        this.help = help;
    }
}

/** A limit of the IC that a module exceeds: users can do something about it, and the documentation says what. */
export function overLimit(detail: string, suggestion: string, anchor: string): InvalidCodeError {
    return new InvalidCodeError(detail, `${suggestion} ${docs(anchor)}`);
}

/** What is wrong with a section, e.g. `import`. */
export function invalidSection(section: string, detail: string): InvalidCodeError {
    return new InvalidCodeError(`Wasm module has an invalid ${section} section. ${detail}`);
}
