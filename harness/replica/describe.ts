/** What people read about a message. Rendered on demand, never on the hot path. */
import { controlText } from './control.ts';
import type { OutcallAnswer } from './management/outcalls-answer.ts';
import type { OutcallRequest } from './management/outcalls-request.ts';
import type { Outcall } from './management/outcalls.ts';
import type { Message, MessageKind } from './message.ts';
import { type Address, MANAGEMENT } from './principal.ts';
import type { Answer, Reject } from './rejects.ts';
import type { Subnet } from './subnet.ts';

/** A message in words; what it carries is that of its latest occurrence. */
export interface Description {
    /** Causal name, the same on every machine: `alice#2`, `alice#2/0`, `alice#2/0/r`, `alice#2/t`, `alice#2/0/o`. */
    readonly path: string;
    readonly kind: MessageKind;
    /** The canister that executes it. */
    readonly canister: Address;
    /**
     * Principal of the caller; for a response that of the canister which was called; for a timer, heartbeat or hook the management
     * canister's.
     */
    readonly sender: Uint8Array;
    /** Method called; for a response the method of the call that it answers; for a control what happens; for a timer empty. */
    readonly method: string;
    /** Candid-encoded argument, or reply bytes; empty for rejects and timers. */
    readonly data: Uint8Array;
    /** For a response or an HTTP outcall: the Candid-encoded argument of the call that it answers. */
    readonly argument?: Uint8Array;
    /** Present in a response that rejects. The text is the one that the calling canister sees. */
    readonly reject?: Reject;
    /** For an HTTP outcall: what was asked, and what it is answered with. */
    readonly outcall?: { readonly request: OutcallRequest; readonly answer: OutcallAnswer };
    /** For a response: the canister that was called. */
    readonly callee?: Address;
    /** True when the call is bounded-wait. */
    readonly bestEffort: boolean;
    /** Cycles attached, or for a response cycles refunded. */
    readonly cycles: bigint;
    /** Creation order among undelivered messages: only its order has a meaning. */
    readonly sequence: number;
}

const NO_BYTES = new Uint8Array(0);

/** Describes a message that exists or existed in the current history. */
export function describe(subnet: Subnet, message: Message): Description {
    const { path, kind, sequence, cause } = message;
    const canister = subnet.addresses.at(message.canister);
    const common = { path, kind, canister, sequence };
    if (message.call !== undefined) {
        const { sender, method, arg, cycles } = message.call;
        return { ...common, sender, method, data: arg, bestEffort: message.bestEffort, cycles };
    }
    if (kind === 'outcall' && message.outcall !== undefined) {
        return describeOutcall(common, message, message.outcall);
    }
    if (message.control !== undefined) {
        const method = controlText(message.control);
        return { ...common, sender: MANAGEMENT, method, data: NO_BYTES, bestEffort: false, cycles: 0n };
    }
    if (kind !== 'response' || cause?.call === undefined) {
        return { ...common, sender: MANAGEMENT, method: '', data: NO_BYTES, bestEffort: false, cycles: 0n };
    }
    const { callee, method, arg } = cause.call;
    const answer = message.answer as Answer;
    const response = {
        ...common,
        sender: callee.bytes,
        callee,
        method,
        argument: arg,
        bestEffort: cause.bestEffort,
        cycles: message.refund
    };
    return answer.kind === 'reply'
        ? { ...response, data: answer.reply }
        : { ...response, data: NO_BYTES, reject: { ...answer.reject, message: answer.textForCanister } };
}

function describeOutcall(
    common: Pick<Description, 'path' | 'kind' | 'canister' | 'sequence'>,
    message: Message,
    { caller, request, refund, origin, answers }: Outcall
): Description {
    return {
        ...common,
        sender: caller.address.bytes,
        method: origin.call?.method ?? '',
        data: NO_BYTES,
        argument: origin.call?.arg ?? NO_BYTES,
        bestEffort: origin.bestEffort,
        cycles: refund,
        outcall: { request, answer: answers[message.index] as OutcallAnswer }
    };
}
