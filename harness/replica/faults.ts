/**
 * What the system may do to a call instead of delivering it (IC interface specification, "Request rejection", "Call
 * expiry"). A call that waits for its response without bound times out in production only while it is in the sender's
 * output queue, after 5 minutes of full queues; no queue is ever that full here, so that this is left to `rejectMessage`.
 */
import { takeCall } from './calls.ts';
import { respond } from './contexts.ts';
import { IllegalFaultError } from './errors.ts';
import { rejectOutcall } from './management/outcalls.ts';
import type { Call, Message } from './message.ts';
import { endStep, noteResponse, type Execution } from './outcome.ts';
import { deadlineExpired, plainReject, type RejectCode } from './rejects.ts';
import type { Subnet } from './subnet.ts';

/**
 * What happens to a request that expires while it is queued: production drops it, the specification lets it still run.
 */
export type ExpiredRequest = 'dropped' | 'delivered-later';

/**
 * Rejects an undelivered request (any code but SYS_UNKNOWN; all cycles return) or ingress message (SYS_FATAL or
 * SYS_TRANSIENT), or ends an HTTP outcall (any code but SYS_UNKNOWN). Throws `IllegalFaultError`.
 */
export function rejectMessage(subnet: Subnet, message: Message, code: RejectCode, text: string): Execution {
    const { call } = message;
    if (message.kind === 'outcall') {
        return rejectOutcall(subnet, message, code, text);
    }
    if (call === undefined || !subnet.pending.isQueued(message)) {
        throw new IllegalFaultError(message.path, 'only undelivered ingress messages and requests can be rejected');
    }
    if (code === 6) {
        throw new IllegalFaultError(message.path, 'SYS_UNKNOWN comes from expire()');
    }
    if (message.kind === 'ingress' && code > 2) {
        throw new IllegalFaultError(message.path, 'the system rejects ingress with SYS_FATAL or SYS_TRANSIENT only');
    }
    const answer = plainReject(code, text);
    takeCall(subnet, message);
    respond(subnet, message, answer, call.cycles);
    return endStep(subnet, message, 'refused', answer.reject, 'none', 0);
}

/**
 * Tells the caller of a bounded-wait call SYS_UNKNOWN, while the request is queued, while the callee works, or while
 * the response is undelivered. Cycles that were not accepted are lost. Throws `IllegalFaultError`.
 */
export function expireCall(subnet: Subnet, request: Message, fate: ExpiredRequest): Execution {
    const { pending, journal } = subnet;
    const callback = request.call?.callback;
    if (callback === undefined || !request.bestEffort) {
        throw new IllegalFaultError(request.path, 'only bounded-wait calls expire');
    }
    if (!pending.expirable.includes(request)) {
        throw new IllegalFaultError(request.path, 'its caller does not wait any more');
    }
    pending.settleExpiry(request);
    const answer = deadlineExpired();
    const response = request.response(subnet, callback.context.canister.address.index);
    if (pending.isEnabled(response) || pending.release(response)) {
        journal.set(response, 'answer', answer);
        journal.set(response, 'refund', 0n);
    } else {
        if (pending.isQueued(request) && fate === 'dropped') {
            takeCall(subnet, request);
        } else {
            journal.set(request, 'expired', true);
        }
        response.answer = answer;
        response.refund = 0n;
        pending.add(response);
        noteResponse(subnet, response);
    }
    return endStep(subnet, request, 'refused', answer.reject, 'none', 0);
}

/** The best-effort calls whose deadline has passed, oldest first: production expires them at the end of a round. */
export function overdueCalls(subnet: Subnet): Message[] {
    return subnet.pending.expirable.filter(({ call }) => (call as Call).deadlineNs <= subnet.timeNs);
}
