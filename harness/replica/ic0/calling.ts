/** System API: calls between canisters (IC interface specification, "Inter-canister method calls"). */
import { plus } from '../amount.ts';
import { ByteBuffer } from '../byte-buffer.ts';
import { consume } from '../consumed.ts';
import type { Frame, OutgoingCall } from '../frame.ts';
import { liquidCycles } from '../charge.ts';
import { isTo, type FullQueue } from '../injection.ts';
import { noteCallBytesLimit, noteCallLimit } from '../limit-notes.ts';
import type { Call, Callback } from '../message.ts';
import { COMPOSITE } from '../modes.ts';
import { isPrincipal } from '../principal.ts';
import { dropUnperformedCall } from '../run.ts';
import type { Subnet } from '../subnet.ts';
import { CanisterTrap, contractViolation, userViolation } from '../traps.ts';
import { define } from './define.ts';
import { decodeLossy } from './text.ts';

const CALLERS = 'U CQ Ry Rt CRy CRt T';
const METHOD_NAME_BYTES_MAX = 20_000;
const TIMEOUT_SECONDS_MAX = 300;
const SECOND_NS = 1_000_000_000n;
/** What call_perform returns when the call could not be queued: the code of SYS_TRANSIENT. */
const NOT_PERFORMED = 2;

const NEW =
    '(callee_src : I, callee_size : I, name_src : I, name_size : I, ' +
    'reply_fun : I, reply_env : I, reject_fun : I, reject_env : I) -> ()';

/** call_new to call_perform. A call exists in the frame until the execution commits; a trap leaves nothing of it. */
export const CALLING_FUNCTIONS = [
    define('call_new', NEW, CALLERS, callNew),

    define('call_on_cleanup', '(fun : I, env : I) -> ()', CALLERS, (frame, fun: bigint, env: bigint) => {
        const call = underConstruction(frame, 'ic0.call_on_cleanup');
        if (call.cleanup !== undefined) {
            throw contractViolation(
                'ic0.call_on_cleanup can be called at most once between `ic0.call_new` and `ic0.call_perform`'
            );
        }
        call.cleanup = { fun, env };
    }),

    define('call_data_append', '(src : I, size : I) -> ()', CALLERS, (frame, src: number, size: number) => {
        const call = underConstruction(frame, 'ic0.call_data_append');
        const { requestBytesMax } = frame.subnet.limits;
        if (call.bytes + size > requestBytesMax) {
            throw userViolation(
                `Request to ${call.callee.text}:${call.method} has a payload size of ${call.bytes + size}, ` +
                    `which exceeds the allowed limit of ${requestBytesMax}.`,
                'Check the canister for errors or redesign the target API to allow shorter messages',
                'canister-made-a-call-with-too-large-payload'
            );
        }
        frame.strainBytes(size);
        call.data.append(frame.read('ic0.call_data_append', src, size));
        call.bytes += size;
    }),

    define('call_with_best_effort_response', '(timeout_seconds : i32) -> ()', CALLERS, (frame, seconds: number) => {
        const call = underConstruction(frame, 'ic0.call_with_best_effort_response');
        if (call.timeoutSeconds !== undefined) {
            throw contractViolation('ic0_call_with_best_effort_response failed because a timeout is already set.');
        }
        call.timeoutSeconds = Math.min(seconds, TIMEOUT_SECONDS_MAX);
    }),

    define('call_perform', '() -> i32', CALLERS, callPerform)
];

/** The call that `call_new` began, or a trap when there is none. `name` is that of the function which needs it. */
export function underConstruction(frame: Frame, name: string): OutgoingCall {
    if (frame.outgoing === undefined) {
        throw contractViolation(`${name} called when no call is under construction.`);
    }
    return frame.outgoing;
}

function callNew(
    frame: Frame,
    calleeSource: number,
    calleeSize: number,
    nameSource: number,
    nameSize: number,
    replyFun: bigint,
    replyEnv: bigint,
    rejectFun: bigint,
    rejectEnv: bigint
): void {
    dropUnperformedCall(frame);
    if (nameSize > METHOD_NAME_BYTES_MAX) {
        const text = `Size of method_name ${nameSize} exceeds the allowed limit of ${METHOD_NAME_BYTES_MAX}.`;
        throw userViolation(text, text, 'canister-made-a-call-with-too-large-method-name');
    }
    const name = frame.read('ic0.call_new method_name', nameSource, nameSize);
    const callee = frame.read('ic0.call_new callee_src', calleeSource, calleeSize);
    if (!isPrincipal(callee)) {
        throw new CanisterTrap('IC0504', 'Canister provided invalid principal id', '');
    }
    frame.outgoing = {
        callee: frame.subnet.calleeOf(callee),
        method: frame.methodNames.of(name, decodeLossy),
        reply: { fun: replyFun, env: replyEnv },
        reject: { fun: rejectFun, env: rejectEnv },
        cleanup: undefined,
        data: new ByteBuffer(),
        bytes: nameSize,
        cycles: 0n,
        timeoutSeconds: undefined
    };
}

/** Nothing here is ever full by itself, or never so that a canister which is tested meets it: a declared fault. */
function findsFull(subnet: Subnet, queue: FullQueue, { callee, method }: OutgoingCall): boolean {
    return isTo(queue, callee.index, method) && ++subnet.callsToFull > (queue.room ?? 0);
}

/** Queues the call, to leave when the execution commits. Returns 2 when it cannot be paid or there is no free slot. */
function callPerform(frame: Frame): number {
    const outgoing = underConstruction(frame, 'ic0.call_perform');
    const { subnet, canister, context, performed } = frame;
    if (context === undefined) {
        throw new TypeError('an execution that may call has no call context');
    }
    const { limits } = subnet;
    const composite = (frame.mode & COMPOSITE) !== 0;
    if (subnet.fullQueue !== undefined && findsFull(subnet, subnet.fullQueue, outgoing)) {
        dropUnperformedCall(frame);
        return NOT_PERFORMED;
    }
    if ((composite ? slotsTaken(frame, outgoing) : pairOf(frame, outgoing).outstanding) >= limits.queueMax) {
        dropUnperformedCall(frame);
        return NOT_PERFORMED;
    }
    if (performed.length >= limits.callsMax) {
        noteCallLimit(subnet);
        dropUnperformedCall(frame);
        return NOT_PERFORMED;
    }
    if (frame.performedBytes + outgoing.bytes > limits.callBytesMax) {
        noteCallBytesLimit(subnet);
        dropUnperformedCall(frame);
        return NOT_PERFORMED;
    }
    const prepaid = composite ? NOTHING_PREPAID : prepayCallback(frame, outgoing);
    if (prepaid === undefined) {
        dropUnperformedCall(frame);
        return NOT_PERFORMED;
    }
    if (!composite) {
        const pair = pairOf(frame, outgoing);
        subnet.journal.set(pair, 'outstanding', pair.outstanding + 1);
    }
    const { reply, reject, cleanup } = outgoing;
    const { prepaidExecution, prepaidTransmission } = prepaid;
    const callback: Callback = { context, reply, reject, cleanup, prepaidExecution, prepaidTransmission };
    performed.push({
        sender: canister.address.bytes,
        callee: outgoing.callee,
        method: outgoing.method,
        arg: outgoing.data.take(),
        cycles: outgoing.cycles,
        senderVersion: canister.version,
        deadlineNs: deadline(subnet.timeNs, outgoing.timeoutSeconds),
        callback
    });
    frame.performedBytes += outgoing.bytes;
    frame.outgoing = undefined;
    return 0;
}

/** Calls to that callee which an answer is still owed to. */
function pairOf({ subnet, canister }: Frame, { callee }: OutgoingCall): ReturnType<Frame['subnet']['pending']['pair']> {
    return subnet.pending.pair(canister.address.index, callee.index);
}

function slotsTaken({ performed, waiting, subnet }: Frame, { callee }: OutgoingCall): number {
    if (performed.length + waiting.length < subnet.limits.queueMax) {
        return 0;
    }
    const same = (call: Call): boolean => call.callee === callee;
    return performed.filter(same).length + waiting.filter(same).length;
}

type Prepaid = Pick<Callback, 'prepaidExecution' | 'prepaidTransmission'>;
/** Queries cost nothing. */
const NOTHING_PREPAID: Prepaid = { prepaidExecution: 0, prepaidTransmission: 0 };

/** Pays for the request, and sets aside what the response may cost; undefined when that would freeze the canister. */
function prepayCallback({ subnet, canister }: Frame, { bytes }: OutgoingCall): Prepaid | undefined {
    const { fees } = canister.home;
    const prepaidExecution = fees.executionMax(canister.code?.prepared.memoryWidth ?? 32);
    const prepaidTransmission = fees.responseMax();
    if (fees.charging) {
        const fee = fees.request(bytes);
        const price = plus(plus(fee, prepaidExecution), prepaidTransmission);
        if (price > liquidCycles(canister)) {
            return undefined;
        }
        subnet.takeCycles(canister, price);
        consume(subnet, canister, 'transmission', fee);
    }
    return { prepaidExecution, prepaidTransmission };
}

/** Production keeps deadlines in whole seconds, rounded down; 0 is a call that waits for ever. */
function deadline(timeNs: bigint, timeoutSeconds: number | undefined): bigint {
    return timeoutSeconds === undefined ? 0n : ((timeNs + BigInt(timeoutSeconds) * SECOND_NS) / SECOND_NS) * SECOND_NS;
}
