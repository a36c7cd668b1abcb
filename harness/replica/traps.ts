/** Every way in which an execution can trap, with the text that the IC gives it. */
import { describing, docs, executionError, type Reject } from './rejects.ts';
import type { Metering, TrapKind } from './wasm/contract.ts';

const TOOLCHAIN_HELP =
    'This is likely an error with the compiler/CDK toolchain being used to build the canister. Please report the ' +
    'error to IC ' +
    'devs on the forum: https://forum.dfinity.org and include which language/CDK was used to create the canister.';
const TRAP_HELP =
    'Consider gracefully handling failures from this canister or altering the canister to handle exceptions. ';

/**
 * A trap raised by the host: by a System API function or by a limit. Thrown through Wasm frames and turned into a
 * reject where the execution ends. Next step for the user: what `help` says, it becomes part of the reject message.
 */
export class CanisterTrap extends Error {
    override readonly name = 'CanisterTrap';
    readonly code = 'replica/canister-trap';
    /** e.g. `IC0503`. */
    readonly errorCode: string;
    /** What happened, without the frame `Error from Canister ...`. */
    readonly what: string;
    readonly help: string;
    /** What the canister's log gets; most violations get nothing. */
    readonly logText: string | undefined;

    constructor(errorCode: string, what: string, help: string, logText?: string) {
        super(what);
        this.errorCode = errorCode;
        this.what = what;
        this.help = help;
        this.logText = logText;
    }

    /** The reject that this trap means for callers of `canister` (its principal as text). */
    rejectFrom(canister: string): Reject {
        const message = describing(executionError(canister, this.what, this.help));
        return { code: 5, message, errorCode: this.errorCode };
    }
}

/** A contract violation that the compiler or CDK is to blame for. */
export function contractViolation(detail: string): CanisterTrap {
    return new CanisterTrap('IC0504', `Canister violated contract: ${detail}`, TOOLCHAIN_HELP);
}

/** A contract violation that the canister's author can fix. */
export function userViolation(detail: string, suggestion = '', anchor = ''): CanisterTrap {
    const help = anchor === '' ? suggestion : `${suggestion} ${docs(anchor)}`;
    return new CanisterTrap('IC0504', `Canister violated contract: ${detail}`, help);
}

/** A System API function called from a context that the specification does not list for it. */
export function wrongMode(name: string, mode: string): CanisterTrap {
    return userViolation(
        `"${name}" cannot be executed in ${mode} mode`,
        'Check the ICP documentation to make sure APIs are being called in the correct message types.',
        'calling-a-system-api-from-the-wrong-mode'
    );
}

/** `ic0.trap`. */
export function calledTrap(message: string): CanisterTrap {
    const what = `Canister called \`ic0.trap\` with message: '${message}'`;
    return new CanisterTrap('IC0503', what, TRAP_HELP + docs('trapped-explicitly'), message || '(no message)');
}

/** A fault of the explorer: an execution traps at its start. It says that it is no trap of the canister's own. */
export function injectedTrap(): CanisterTrap {
    return calledTrap('injected: a declared fault makes this execution fail');
}

/** A fault of the explorer: an execution runs out of instructions at its very end. */
export function exhaustedTrap(instructions: number): CanisterTrap {
    const { errorCode, what, help } = instructionLimit(instructions, 'instructions', instructions);
    return new CanisterTrap(errorCode, what, `${help} (injected: a declared fault)`);
}

/** A trap with one of the IC's trap names. */
export function trapped(name: string): CanisterTrap {
    return new CanisterTrap('IC0502', `Canister trapped: ${name}`, TRAP_HELP + docs('trapped'), name);
}

/** More cycles were to be sent than the canister may spend. */
export function outOfCyclesTrap(canister: string): CanisterTrap {
    return new CanisterTrap('IC0504', `Canister ${canister} is out of cycles`, '');
}

/** The table entry of a callback does not exist or has the wrong type; checked only when the callback runs. */
export function noSuchFunction(index: bigint): CanisterTrap {
    const what = `Canister requested to invoke a non-existent Wasm function ${index} from table 0`;
    return new CanisterTrap('IC0513', what, TOOLCHAIN_HELP);
}

/**
 * `instructions` is the IC's limit for this kind of execution; `limit` ended it. Where that is the tool's, the help says
 * so.
 */
function instructionLimit(instructions: number, metering: Metering, limit: number): CanisterTrap {
    const note =
        metering === 'unit'
            ? ` (counted here as ${limit} function entries and loop iterations, or as much work of the System API: ` +
              '--max-message-steps raises it)'
            : limit < instructions
              ? ` (this tool ended it after ${limit} instructions: --max-message-steps raises it)`
              : '';
    return new CanisterTrap(
        'IC0522',
        `Canister exceeded the limit of ${instructions} instructions for single message execution.`,
        'Try optimizing this method to consume fewer instructions or split the work across multiple messages. ' +
            docs('instruction-limit-exceeded') +
            note
    );
}

/** A limit of this tool, not of the IC. `what` names it, `fix` says which option raises it. */
export function toolLimit(what: string, fix: string): CanisterTrap {
    const help = `${what}. This is a limit of this tool, not of the Internet Computer: ${fix}.`;
    return new CanisterTrap('IC0507', 'Canister cannot grow its memory usage.', help);
}

/** What the IC calls a trap of the Wasm engine. Conversions, overflow and bad indirect calls have no name there. */
export function engineTrap(kind: TrapKind, instructions: number, metering: Metering, limit: number): CanisterTrap {
    switch (kind) {
        case 'unreachable':
        case 'integer division by 0':
        case 'heap out of bounds':
        case 'table out of bounds':
        case 'stack overflow':
            return trapped(kind);
        case 'integer overflow':
        case 'indirect call':
        case 'unknown':
            return trapped('unknown');
        case 'instruction limit':
            return instructionLimit(instructions, metering, limit);
        case 'heap limit':
            return toolLimit('The Wasm heap would exceed the limit', 'raise it with --max-heap');
    }
}
