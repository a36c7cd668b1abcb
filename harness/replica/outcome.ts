/** What one step did, as data. */
import type { Canister } from './canister.ts';
import { appendLog } from './logs.ts';
import type { Message, MessageKind } from './message.ts';
import type { Reject } from './rejects.ts';
import type { Subnet } from './subnet.ts';

/** What `Replica.execute`, `reject` and `expire` return. The arrays may be shared: do not change them. */
export interface Execution {
    readonly message: Message;
    readonly kind: MessageKind;
    /** Index of the canister that executed it, -1 for the management canister. */
    readonly canister: number;
    /** `refused`: never reached Wasm (no such method, stopped, ...) or was rejected by a fault. */
    readonly status: 'committed' | 'trapped' | 'refused';
    /** Why it trapped or was refused. */
    readonly error?: Reject;
    readonly cleanup: 'none' | 'ran' | 'trapped';
    /** Requests that left with the commit, in order. */
    readonly sent: readonly Message[];
    /** Responses that left for calling canisters: none, one, or several when a canister finished stopping. */
    readonly responses: readonly Message[];
    /** A root call was answered: its result is now known. */
    readonly answeredRoot: boolean;
    /** Numbers of other root calls that were answered: a canister that served them was uninstalled, or has stopped. */
    readonly answeredOthers?: readonly number[];
    /** Lines that the canister printed, also those of a trapped execution. */
    readonly prints: readonly string[];
    /** Metered steps or instructions (`ReplicaOptions.metering`), cleanup included. */
    readonly steps: number;
    /** What the step cost in unit steps, whatever is counted: what budgets are made of. */
    readonly work: number;
}

const NONE: never[] = [];
/** More lines than a canister's log can hold. */
const LOG_RECORDS_MAX = 512;

/** Starts collecting what a step does. The empty arrays are shared: most steps fill few of them. */
export function beginStep(subnet: Subnet): void {
    subnet.sent = NONE;
    subnet.responses = NONE;
    subnet.answered = NONE;
    subnet.prints = NONE;
    subnet.limitNotes = NONE;
    subnet.printedBytes = 0;
    subnet.work = 0;
    subnet.logLines = NONE;
}

/** Adds a request that left with the commit. */
export function noteSent(subnet: Subnet, message: Message): void {
    if (subnet.sent === NONE) {
        subnet.sent = [];
    }
    subnet.sent.push(message);
}

/** Adds a root call whose result is now known. */
export function noteAnswered(subnet: Subnet, root: number): void {
    if (subnet.answered === NONE) {
        subnet.answered = [];
    }
    subnet.answered.push(root);
}

/** Adds a response that left for a canister. */
export function noteResponse(subnet: Subnet, message: Message): void {
    if (subnet.responses === NONE) {
        subnet.responses = [];
    }
    subnet.responses.push(message);
}

/** Adds a printed line. What is over the limit is cut, and the last line says so. */
export function notePrint(subnet: Subnet, line: string, bytes: number): void {
    const { logBytesMax } = subnet.limits;
    if (subnet.printedBytes > logBytesMax) {
        return;
    }
    if (subnet.prints === NONE) {
        subnet.prints = [];
    }
    subnet.printedBytes += bytes;
    if (subnet.printedBytes > logBytesMax) {
        subnet.prints.push(`(cut: this execution printed more than ${logBytesMax} bytes, a limit of this tool)`);
        return;
    }
    subnet.prints.push(line);
    subnet.onPrint?.(subnet.frame.canister.address.text, line);
}

/** Adds a line to the log of the canister that executes. */
export function noteLog(subnet: Subnet, canister: Canister, line: Uint8Array): void {
    if (subnet.logLines === NONE) {
        subnet.logLines = [];
    }
    subnet.logging = canister;
    subnet.logLines.push(line);
    // Only the last 4 KiB are kept anyway; a canister that prints in a loop must not fill the memory.
    if (subnet.logLines.length > 2 * LOG_RECORDS_MAX) {
        subnet.logLines.splice(0, LOG_RECORDS_MAX);
    }
}

/** Adds a line about a limit of the tool: once a step, and also after a flood of other lines. */
export function noteLimit(subnet: Subnet, line: string): void {
    if (subnet.limitNotes.includes(line)) {
        return;
    }
    subnet.limitNotes = [...subnet.limitNotes, line];
    subnet.prints = [...subnet.prints, line];
}

/** Ends a step. */
export function endStep(
    subnet: Subnet,
    message: Message,
    status: Execution['status'],
    error: Reject | undefined,
    cleanup: Execution['cleanup'],
    steps: number
): Execution {
    if (subnet.logLines.length > 0) {
        appendLog(subnet, subnet.logging as Canister, subnet.logLines);
    }
    const execution = {
        message,
        kind: message.kind,
        canister: message.canister,
        status,
        cleanup,
        sent: subnet.sent,
        responses: subnet.responses,
        answeredRoot: subnet.answered.includes(message.root),
        prints: subnet.prints,
        steps,
        work: subnet.work
    };
    const { answered } = subnet;
    // Nearly always it is the call of this message alone.
    const own = answered.length === 0 || (answered.length === 1 && answered[0] === message.root);
    const others = own ? NONE : answered.filter((root) => root >= 0 && root !== message.root);
    const all = others.length === 0 ? execution : { ...execution, answeredOthers: others };
    return error === undefined ? all : { ...all, error };
}
