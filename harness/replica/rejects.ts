/**
 * What callers are told: replies and rejects, with the production replica's codes and texts (its error types crate and
 * the page "Execution errors" of the developer documentation).
 */

import { ellipsized } from './ellipsis.ts';

/** Reject codes of the IC interface specification, section "Reject codes". */
export type RejectCode = 1 | 2 | 3 | 4 | 5 | 6;

/** A reject as users see it (ingress status). */
export interface Reject {
    readonly code: RejectCode;
    readonly message: string;
    /** e.g. `IC0503`; present where the replica gives one. */
    readonly errorCode?: string;
}

/** How a call ended, as a user sees it. */
export type CallResult =
    { readonly kind: 'reply'; readonly reply: Uint8Array } | ({ readonly kind: 'reject' } & Reject);

/** A reject on its way: users and canisters are told the same thing in different words. */
export interface RejectAnswer {
    readonly kind: 'reject';
    readonly reject: Reject;
    /** What `msg_reject_msg_copy` gives to a calling canister. */
    readonly textForCanister: string;
}

/** What a call context ends with. */
export type Answer = { readonly kind: 'reply'; readonly reply: Uint8Array } | RejectAnswer;

/** A reject by the system. Its reject code is the first digit of the error code; canisters see `IC0503: ...`. */
export function systemReject(errorCode: string, text: string): RejectAnswer {
    const code = Number(errorCode[3]) as RejectCode;
    const message = describing(text);
    return { kind: 'reject', reject: { code, message, errorCode }, textForCanister: forCanister(errorCode, message) };
}

/** A reject of which canisters, too, see the text alone: nothing was executed (ic-semantics 3.4, 3.5). */
export function textOnlyReject(errorCode: string, text: string): RejectAnswer {
    const { reject } = systemReject(errorCode, text);
    return { kind: 'reject', reject, textForCanister: reject.message };
}

/** An error's text as users see it: when it is long, the same of its beginning and of its end. */
export function describing(text: string): string {
    return ellipsized(text, 50);
}

/** An error as calling canisters see it; when it is too long, more of its beginning. */
export function forCanister(errorCode: string, message: string): string {
    return ellipsized(`${errorCode}: ${message}`, 75);
}

/** `ic0.msg_reject`: the canister's own words, unprefixed, code CANISTER_REJECT; in full for users only. */
export function explicitReject(message: string): RejectAnswer {
    const reject = { code: 4, message, errorCode: 'IC0406' } as const;
    return { kind: 'reject', reject, textForCanister: ellipsized(message, 75) };
}

/** The call context ended without an answer (IC interface specification, "Call context starvation"). */
export function noResponse(canister: string): RejectAnswer {
    const message = `Canister ${canister} did not reply to the call`;
    return { kind: 'reject', reject: { code: 5, message, errorCode: 'IC0506' }, textForCanister: 'No response' };
}

/** The same for queries, where users and canisters are told alike. */
export function didNotProduce(canister: string): RejectAnswer {
    return systemReject('IC0506', `Canister ${canister} did not produce a response`);
}

/** A frozen canister answers no queries, although they cost nothing. */
export function frozenForQueries(canister: string): RejectAnswer {
    const what = `Canister ${canister} is unable to process query calls because it's frozen.`;
    return systemReject('IC0207', `${what} Please top up the canister with cycles and try again.`);
}

/** A reject without an IC error code: an injected fault or a routing failure. */
export function plainReject(code: RejectCode, message: string): RejectAnswer {
    return { kind: 'reject', reject: { code, message }, textForCanister: message };
}

/** SYS_UNKNOWN for a bounded-wait call (IC interface specification, "Call expiry"). */
export function deadlineExpired(): RejectAnswer {
    const message = 'Call deadline has expired.';
    return { kind: 'reject', reject: { code: 6, message, errorCode: 'IC0601' }, textForCanister: message };
}

/** `kind` is what was looked for: `update` in replicated calls, `query` in queries. */
export function methodNotFound(canister: string, kind: string, method: string): RejectAnswer {
    const advice = 'Check that the method being called is exported by the target canister. ' + docs('method-not-found');
    return systemReject('IC0536', executionError(canister, `Canister has no ${kind} method '${method}'.`, advice));
}

/** The canister is empty. */
export function noWasmModule(canister: string): RejectAnswer {
    const advice = 'Please install code to this canister before calling it. ' + docs('wasm-module-not-found');
    const what = 'Attempted to execute a message, but the canister contains no Wasm module.';
    return systemReject('IC0537', executionError(canister, what, advice));
}

/** An id of this subnet that was never given out. */
export function canisterNotFound(canister: string): RejectAnswer {
    return systemReject('IC0301', `Canister ${canister} not found`);
}

/** An id that no subnet has: only found out when the request is routed, so `call_perform` accepted it. */
export function noRoute(canister: string): RejectAnswer {
    return plainReject(3, `No route to canister ${canister}`);
}

/** A request to another subnet that is larger than what may be between subnets. */
export function tooLarge(caller: string, bytes: number, max: number): RejectAnswer {
    const what = `attempted to send a message of size ${bytes} exceeding the limit ${max}`;
    return plainReject(5, `Canister ${caller} violated contract: ${what}`);
}

/** IC0508 for a stopped canister, IC0509 for a stopping one. */
export function notRunning(canister: string, status: 'stopping' | 'stopped'): RejectAnswer {
    return systemReject(status === 'stopped' ? 'IC0508' : 'IC0509', `Canister ${canister} is not running`);
}

/** The same before consensus, in other words. */
export function notAccepted(canister: string, status: 'stopping' | 'stopped'): RejectAnswer {
    return systemReject(status === 'stopped' ? 'IC0508' : 'IC0509', `Canister ${canister} is ${status}`);
}

/** A stop_canister call whose canister was started before it had stopped. */
export function stopCancelled(canister: string): RejectAnswer {
    const request = `Canister ${canister}'s stop request`;
    const reject = { code: 5, message: `${request} was cancelled.`, errorCode: 'IC0511' } as const;
    return { kind: 'reject', reject, textForCanister: `${request} cancelled` };
}

/** Composite queries are for queries. */
export function compositeInReplicated(): RejectAnswer {
    return systemReject('IC0527', 'Composite query cannot be called in replicated mode');
}

/** The canister is frozen, or cannot pay in advance for the execution. */
export function outOfCycles(canister: string): RejectAnswer {
    return systemReject('IC0207', `Canister ${canister} is out of cycles`);
}

/**
 * The frame around every error of an execution: who, what, and what to do. An empty `help` adds no full stop; where
 * `what` ends with one of its own the text has two, as in production.
 */
export function executionError(canister: string, what: string, help: string): string {
    const text = `Error from Canister ${canister}: ${what}`;
    return help === '' ? text : `${text}.\n${help}`;
}

/** The sentence that points to the developer documentation's page of execution errors. */
export function docs(anchor: string): string {
    return `See documentation: http://internetcomputer.org/docs/current/references/execution-errors#${anchor}`;
}

/** How a user sees an answer. */
export function resultOf(answer: Answer): CallResult {
    return answer.kind === 'reply' ? answer : { kind: 'reject', ...answer.reject };
}
