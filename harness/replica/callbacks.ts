/** Executing a response: the caller's reply or reject callback, and its cleanup when that traps. */
import { minus } from './amount.ts';
import type { Canister } from './canister.ts';
import { rejectOf } from './calls.ts';
import { consume } from './consumed.ts';
import { completeContext } from './contexts.ts';
import { utf8Bytes } from './ic0/text.ts';
import type { Callback, Closure, Message } from './message.ts';
import { MODES } from './modes.ts';
import { endStep, type Execution } from './outcome.ts';
import { describing, forCanister, type Answer, type RejectAnswer } from './rejects.ts';
import { keep, runClosure, type Bound } from './run.ts';
import type { Subnet } from './subnet.ts';
import type { CanisterTrap } from './traps.ts';

const NO_BYTES = new Uint8Array(0);
const CLEANUP_RESERVE_PERCENT = 5;
const encoder = new TextEncoder();

/** Runs an undelivered response. */
export function executeResponse(subnet: Subnet, response: Message): Execution {
    const request = response.cause as Message;
    const callback = request.call?.callback as Callback;
    const { context } = callback;
    const { canister } = context;
    receive(subnet, response, request, callback);
    if (context.deleted) {
        settleExecution(subnet, canister, callback, undefined);
        completeContext(subnet, context, undefined, undefined);
        return endStep(subnet, response, 'refused', undefined, 'none', 0);
    }

    enterCallback(subnet, response, callback);
    const answer = response.answer as Answer;
    const closure = answer.kind === 'reply' ? callback.reply : callback.reject;
    const trap = runClosure(subnet, closure, callbackBound(subnet));
    const given = subnet.frame.response;
    let { steps } = subnet.frame;
    let cleanup: Execution['cleanup'] = 'none';
    let error: RejectAnswer | undefined;
    if (trap === undefined) {
        keep(subnet);
    } else {
        error = rejectOf(trap, canister);
        if (callback.cleanup !== undefined) {
            const cleanupTrap = runCleanup(subnet, response, callback, callback.cleanup);
            cleanup = cleanupTrap === undefined ? 'ran' : 'trapped';
            steps += subnet.frame.steps;
            error = cleanupTrap === undefined ? error : bothFailed(error, cleanupTrap, canister);
        }
    }
    subnet.journal.keep(context);
    context.steps += steps;
    settleExecution(subnet, canister, callback, steps);
    completeContext(subnet, context, trap === undefined ? given : undefined, error);
    return endStep(subnet, response, trap === undefined ? 'committed' : 'trapped', error?.reject, cleanup, steps);
}

/** What arriving changes, whether or not the callback traps: the slot is free and the refund is in the balance. */
function receive(subnet: Subnet, response: Message, request: Message, callback: Callback): void {
    const { journal, pending } = subnet;
    const { context } = callback;
    const { canister } = context;
    const { fees } = canister.home;
    pending.remove(response);
    if (request.bestEffort) {
        pending.settleExpiry(request);
    }
    const pair = pending.pair(canister.address.index, request.canister);
    journal.set(pair, 'outstanding', pair.outstanding - 1);
    journal.keep(context);
    context.outstanding--;
    subnet.addCycles(canister, response.refund);
    if (fees.charging) {
        const answer = response.answer as Answer;
        const bytes = answer.kind === 'reply' ? answer.reply.length : utf8Bytes(answer.textForCanister);
        const fee = fees.response(bytes);
        subnet.addCycles(canister, minus(callback.prepaidTransmission, fee));
        consume(subnet, canister, 'transmission', fee);
    }
}

function enterCallback(subnet: Subnet, response: Message, callback: Callback): void {
    const { frame } = subnet;
    const { context } = callback;
    const answer = response.answer as Answer;
    const reply = answer.kind === 'reply';
    enter(subnet, reply ? MODES.Ry : MODES.Rt, response, callback, reply ? answer.reply : NO_BYTES);
    frame.canRespond = context.needsToRespond;
    frame.refund = response.refund;
    if (!reply) {
        frame.rejectMessage = encoder.encode(answer.textForCanister);
    }
}

/**
 * The cleanup callback sees the state from before the trapped callback and a reduced System API: it cannot call,
 * answer, or certify (IC interface specification, "Inter-canister method calls").
 */
function runCleanup(subnet: Subnet, response: Message, callback: Callback, closure: Closure): CanisterTrap | undefined {
    const used = subnet.frame.steps;
    enter(subnet, MODES.C, response, callback, NO_BYTES);
    const trap = runClosure(subnet, closure, cleanupBound(subnet, used));
    if (trap === undefined) {
        keep(subnet);
    }
    return trap;
}

function enter(subnet: Subnet, mode: number, response: Message, callback: Callback, arg: Uint8Array): void {
    const { frame } = subnet;
    const { context } = callback;
    const { canister } = context;
    if (canister.instance === undefined) {
        throw new TypeError('a canister with open call contexts has no instance');
    }
    const answer = response.answer as Answer;
    frame.enter(mode, canister, canister.instance, context.caller, arg);
    frame.message = response;
    frame.context = context;
    frame.rejectCode = answer.kind === 'reply' ? 0 : answer.reject.code;
}

/** Callbacks may not take what is reserved for their cleanup (ic-semantics 3.3). */
function callbackBound(subnet: Subnet): Bound {
    const { steps } = subnet.limits;
    const { message } = subnet.frame.canister.home.instructions;
    return { steps: withoutReserve(steps.message), instructions: withoutReserve(message) };
}

/** Cleanup may take what the callback left of the limit of a message. */
function cleanupBound(subnet: Subnet, used: number): Bound {
    const { message } = subnet.frame.canister.home.instructions;
    return { steps: subnet.limits.steps.message, instructions: message, used };
}

function withoutReserve(limit: number): number {
    return limit - Math.floor((limit * CLEANUP_RESERVE_PERCENT) / 100);
}

/** What the caller is told when cleanup traps after a callback that trapped. */
export function bothFailed(error: RejectAnswer, cleanupTrap: CanisterTrap, canister: Canister): RejectAnswer {
    const { message } = cleanupTrap.rejectFrom(canister.address.text);
    const both = describing(`${error.reject.message}\n\ncall_on_cleanup also failed:\n\n${message}`);
    return {
        kind: 'reject',
        reject: { ...error.reject, message: both },
        textForCanister: forCanister(error.reject.errorCode ?? cleanupTrap.errorCode, both)
    };
}

/**
 * Callbacks were paid for when the call was made; what they did not use returns afterwards, also after a trap, and all
 * of it when none ran.
 */
function settleExecution(subnet: Subnet, canister: Canister, callback: Callback, steps: number | undefined): void {
    const { fees } = canister.home;
    if (fees.charging) {
        const width = canister.code?.prepared.memoryWidth ?? 32;
        const fee = steps === undefined ? 0 : fees.execution(width, steps);
        subnet.addCycles(canister, minus(callback.prepaidExecution, fee));
        consume(subnet, canister, 'instructions', fee);
    }
}
