/**
 * HTTP outcalls. An accepted `http_request` stays open; that it is answered is a step of its own, in any order with
 * everything else (IC interface specification, "IC method http_request"; management calls may complete in any order).
 * Where several answers are possible each is a message of its own, and executing one takes the others away.
 *
 * `raw_rand` and threshold signatures complete later in production too. Their answers depend on nothing that could
 * change meanwhile, and the response that carries them may be delivered at any time: a step more would show nothing
 * new.
 */
import type { Canister } from '../canister.ts';
import { respond } from '../contexts.ts';
import { IllegalFaultError, NoOutcallError } from '../errors.ts';
import type { Call, Message } from '../message.ts';
import { endStep, type Execution } from '../outcome.ts';
import { plainReject, type RejectCode } from '../rejects.ts';
import type { Subnet } from '../subnet.ts';
import { deliver, type OutcallAnswer } from './outcalls-answer.ts';
import { checkRequest, OUTCALL_BYTES_MAX } from './outcalls-request.ts';
import type { HttpRequestArgs, OutcallRequest, OutcallTransform } from './outcalls-request.ts';
import { checkFee, refusedBySystem } from './plain-reject.ts';

/**
 * Says what a request may be answered with, the expected answer first; nothing when nobody answers it. Pure: the same
 * request has the same answers.
 */
export type OutcallHandler = (request: OutcallRequest) => readonly OutcallAnswer[];

/** An accepted request that is not answered yet. */
export interface Outcall {
    /** The `http_request` call. */
    readonly origin: Message;
    readonly caller: Canister;
    readonly request: OutcallRequest;
    readonly transform: OutcallTransform | undefined;
    /** Attached cycles that the fee left over; they return with the answer. */
    readonly refund: bigint;
    readonly deadlineNs: bigint;
    /** What it may be answered with; empty until somebody answers by hand. Journalled. */
    answers: readonly OutcallAnswer[];
}

/** What `Replica.outcalls` tells of one. */
export interface PendingOutcall {
    /** The `http_request` call: what `Replica.answerOutcall` takes. */
    readonly message: Message;
    /** Principal of the canister that asks. */
    readonly caller: Uint8Array;
    readonly request: OutcallRequest;
    /** Subnet time, in nanoseconds since 1970, at which it is given up. */
    readonly deadlineNs: bigint;
}

/** Production gives an outcall up after a minute, whatever the remote server does. */
const TIMEOUT_NS = 60n * 1_000_000_000n;
/** What the calling canister is told then. */
export const OUTCALL_TIMEOUT = 'Canister http request timed out';

/** Accepts the request of `message`: it is open from now on. Returns the fee. Throws a management reject. */
export function beginOutcall(subnet: Subnet, message: Message, call: Call, args: HttpRequestArgs): bigint {
    const { journal, outcallHandler, timeNs } = subnet;
    const caller = subnet.addresses.of(call.sender).canister as Canister;
    const { request, transform, chargedBytes } = checkRequest(args, call.sender);
    const responseBytes = request.maxResponseBytes ?? OUTCALL_BYTES_MAX;
    const fee = caller.home.fees.httpRequest(BigInt(chargedBytes), BigInt(responseBytes));
    checkFee('http_request', call.cycles, fee);
    const answers = outcallHandler === 'by-hand' ? [] : possibleAnswers(outcallHandler, request);
    const outcall: Outcall = {
        origin: message,
        caller,
        request,
        transform,
        refund: call.cycles - fee,
        deadlineNs: timeNs + TIMEOUT_NS,
        answers
    };
    journal.push(subnet.outcalls, outcall);
    offer(subnet, outcall);
    return fee;
}

/** Runs one of the messages of an outcall: the response leaves for the calling canister. */
export function executeOutcall(subnet: Subnet, message: Message): Execution {
    const outcall = message.outcall as Outcall;
    const { origin, caller, request, transform, refund, answers } = outcall;
    close(subnet, outcall);
    const { answer, steps } = deliver(subnet, caller, request, transform, answers[message.index] as OutcallAnswer);
    respond(subnet, origin, answer, refund);
    return endStep(subnet, message, 'committed', undefined, 'none', steps);
}

/** Fault: an open outcall ends with a reject of the system; the fee is not returned. Throws `IllegalFaultError`. */
export function rejectOutcall(subnet: Subnet, message: Message, code: RejectCode, text: string): Execution {
    const outcall = message.outcall as Outcall;
    if (!subnet.pending.isEnabled(message)) {
        throw new IllegalFaultError(message.path, 'it is not under way');
    }
    if (code === 6) {
        throw new IllegalFaultError(message.path, 'SYS_UNKNOWN comes from expire()');
    }
    const answer = plainReject(code, text);
    close(subnet, outcall);
    respond(subnet, outcall.origin, answer, outcall.refund);
    return endStep(subnet, message, 'refused', answer.reject, 'none', 0);
}

/** After time moved: gives up what waited for too long. */
export function timeOutOutcalls(subnet: Subnet): void {
    const late = subnet.outcalls.filter(({ deadlineNs }) => deadlineNs <= subnet.timeNs);
    for (const outcall of late) {
        close(subnet, outcall);
        respond(subnet, outcall.origin, plainReject(2, OUTCALL_TIMEOUT), outcall.refund);
    }
}

/** Outcalls that wait for an answer by hand, oldest first. */
export function unansweredOutcalls(subnet: Subnet): PendingOutcall[] {
    return subnet.outcalls
        .filter(({ answers }) => answers.length === 0)
        .map(({ origin, caller, request, deadlineNs }) => {
            return { message: origin, caller: caller.address.bytes, request, deadlineNs };
        });
}

/** Answers the outcall of the call `origin` by hand; the message that delivers the answer. Throws `NoOutcallError`. */
export function answerByHand(subnet: Subnet, origin: Message, answer: OutcallAnswer): Message {
    const outcall = subnet.outcalls.find((each) => each.origin === origin && each.answers.length === 0);
    if (outcall === undefined) {
        throw new NoOutcallError(origin.path);
    }
    subnet.journal.set(outcall, 'answers', [answer]);
    offer(subnet, outcall);
    return origin.outcallMessage(subnet, 0);
}

/** One enabled message for each answer. */
function offer(subnet: Subnet, outcall: Outcall): void {
    for (let index = 0; index < outcall.answers.length; index++) {
        const message = outcall.origin.outcallMessage(subnet, index);
        message.outcall = outcall;
        subnet.pending.add(message);
    }
}

function close(subnet: Subnet, outcall: Outcall): void {
    const { journal, outcalls, pending } = subnet;
    journal.remove(outcalls, outcalls.indexOf(outcall));
    for (let index = 0; index < outcall.answers.length; index++) {
        pending.remove(outcall.origin.outcallMessage(subnet, index));
    }
}

function possibleAnswers(handler: OutcallHandler | undefined, request: OutcallRequest): readonly OutcallAnswer[] {
    const name = `http_request ${request.method} ${request.url}`;
    if (handler === undefined) {
        const advice = 'a scenario declares its answers in `outcalls`, a replica has them in its options';
        throw refusedBySystem(1, `${name}: no answers to HTTP outcalls are declared (${advice})`);
    }
    const scheme = schemeProblem(request.url);
    if (scheme !== undefined) {
        return [{ kind: 'reject', code: 1, message: scheme }];
    }
    const answers = handler(request);
    if (answers.length === 0) {
        throw refusedBySystem(1, `${name}: no declared answer fits this request`);
    }
    return answers;
}

/** The adapter that would make the request says so, hence as an answer of its own. */
function schemeProblem(url: string): string | undefined {
    if (!URL.canParse(url)) {
        return `Failed to parse URL: ${url}`;
    }
    return url.slice(0, 8).toLowerCase() === 'https://' ? undefined : 'Url needs to specify https scheme';
}
