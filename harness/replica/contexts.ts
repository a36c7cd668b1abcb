/**
 * Call contexts: opening, answering, and ending them (IC interface specification, "Call contexts", "Call context
 * starvation").
 */
import { CallContext, type Canister } from './canister.ts';
import { becomeStopped } from './lifecycle.ts';
import type { Message } from './message.ts';
import { noteAnswered, noteResponse } from './outcome.ts';
import { noResponse, resultOf, type Answer, type RejectAnswer } from './rejects.ts';
import type { Subnet } from './subnet.ts';

/**
 * Begins the call context of an ingress message, request or timer that is about to execute, before any of its Wasm
 * runs. It holds the attached cycles until they are accepted or the call is answered.
 */
export function openContext(
    subnet: Subnet,
    canister: Canister,
    origin: Message,
    caller: Uint8Array,
    needsToRespond: boolean
): CallContext {
    const context = new CallContext(canister, origin, caller, needsToRespond, origin.call?.cycles ?? 0n);
    subnet.journal.push(subnet.openContexts, context);
    canister.keepCounts(subnet.journal);
    canister.openContexts++;
    return context;
}

/**
 * After each execution in a context: sends the answer that the execution gave; or, when nobody is left who could
 * answer, rejects: with the error of this execution if it trapped, else because there was no response. Ends the context
 * when nothing refers to it. A trap while callbacks are outstanding is forgotten, as in production.
 */
export function completeContext(
    subnet: Subnet,
    context: CallContext,
    answer: Answer | undefined,
    trap: RejectAnswer | undefined
): void {
    const { journal } = subnet;
    if (context.needsToRespond) {
        const idle = context.outstanding === 0;
        const given = answer ?? (idle ? (trap ?? noResponse(context.canister.address.text)) : undefined);
        if (given !== undefined) {
            const refund = context.available;
            journal.keep(context);
            context.needsToRespond = false;
            journal.set(context, 'available', 0n);
            respond(subnet, context.origin, given, refund);
        }
    }
    if (!context.needsToRespond && context.outstanding === 0) {
        closeContext(subnet, context);
    }
}

/** Answers a call: a user learns the result, a canister gets a response message. `refund` cycles return. */
export function respond(subnet: Subnet, origin: Message, answer: Answer, refund: bigint): void {
    const { journal, pending } = subnet;
    if (origin.kind === 'ingress') {
        journal.set(origin, 'result', resultOf(answer));
        noteAnswered(subnet, origin.root);
        return;
    }
    const callback = origin.call?.callback;
    if (callback === undefined || origin.expired) {
        // The caller was told SYS_UNKNOWN already: the answer is dropped and what was not accepted is lost.
        return;
    }
    const response = origin.response(subnet, callback.context.canister.address.index);
    response.answer = answer;
    response.refund = refund;
    pending.add(response);
    noteResponse(subnet, response);
}

/** Ends a context that nothing refers to; the last one of a stopping canister stops it. */
export function closeContext(subnet: Subnet, context: CallContext): void {
    const { journal, openContexts } = subnet;
    const { canister } = context;
    journal.remove(openContexts, openContexts.lastIndexOf(context));
    canister.keepCounts(journal);
    canister.openContexts--;
    if (canister.status === 'stopping' && canister.openContexts === 0) {
        becomeStopped(subnet, canister, respond);
    }
}
