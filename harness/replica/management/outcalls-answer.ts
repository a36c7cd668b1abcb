/** What an HTTP outcall ends with: the answer of the remote server, checked and transformed. */
import { IDL } from '@dfinity/candid';
import { rejectOf } from '../calls.ts';
import type { Canister } from '../canister.ts';
import { INSTRUCTIONS_QUERY } from '../fees.ts';
import { MODES } from '../modes.ts';
import { MANAGEMENT } from '../principal.ts';
import {
    canisterNotFound,
    methodNotFound,
    noResponse,
    notRunning,
    noWasmModule,
    plainReject,
    type Answer,
    type RejectAnswer,
    type RejectCode
} from '../rejects.ts';
import { discard, runExport } from '../run.ts';
import type { Subnet } from '../subnet.ts';
import { utf8Bytes } from '../ic0/text.ts';
import {
    headerBytes,
    HTTP_REQUEST_RESULT,
    messageProblem,
    OUTCALL_BYTES_MAX,
    TRANSFORM_ARGS,
    type HttpHeader,
    type OutcallRequest,
    type OutcallTransform
} from './outcalls-request.ts';

/** What the world answers: a response of the server, or why there is none. */
export type OutcallAnswer =
    | {
          readonly kind: 'response';
          readonly status: number;
          readonly headers: readonly HttpHeader[];
          readonly body: Uint8Array;
      }
    | { readonly kind: 'reject'; readonly code: RejectCode; readonly message: string };

/** An answer as the calling canister gets it, and the steps that its transform function took. */
export interface Delivered {
    readonly answer: Answer;
    readonly steps: number;
}

/**
 * Checks sizes as production's adapter does, and runs the transform function on the committed state of `caller`. The
 * limit holds before the transform for headers and body, after it for the encoded reply.
 */
export function deliver(
    subnet: Subnet,
    caller: Canister,
    request: OutcallRequest,
    transform: OutcallTransform | undefined,
    given: OutcallAnswer
): Delivered {
    if (given.kind === 'reject') {
        return { answer: plainReject(given.code, given.message), steps: 0 };
    }
    const limit = request.maxResponseBytes ?? OUTCALL_BYTES_MAX;
    const problem = sizeProblem(given.headers, given.body, limit);
    if (problem !== undefined) {
        return { answer: plainReject(1, problem), steps: 0 };
    }
    const response = { status: BigInt(given.status), headers: given.headers, body: given.body };
    if (transform === undefined) {
        const reply = new Uint8Array(IDL.encode([HTTP_REQUEST_RESULT], [response]));
        return { answer: { kind: 'reply', reply }, steps: 0 };
    }
    const arg = new Uint8Array(IDL.encode([TRANSFORM_ARGS], [{ response, context: transform.context }]));
    const transformed = runTransform(subnet, caller, transform.method, arg);
    const { answer } = transformed;
    const bytes = answer.kind === 'reply' ? answer.reply.length : utf8Bytes(answer.textForCanister);
    return bytes > limit
        ? { ...transformed, answer: plainReject(1, `Transformed http response exceeds limit: ${limit}`) }
        : transformed;
}

function sizeProblem(headers: readonly HttpHeader[], body: Uint8Array, limit: number): string | undefined {
    const bytes = headerBytes(headers);
    if (bytes > limit) {
        return `Header size exceeds specified response size limit ${limit}`;
    }
    if (body.length > limit - bytes) {
        // The text names the whole limit, although the headers have used a part of it.
        return `Http body exceeds size limit of ${limit} bytes.`;
    }
    return messageProblem(headers, body);
}

/**
 * One execution in context TQ: a query of the canister that made the outcall, with the management canister as caller
 * (IC interface specification, "IC method http_request"). Leaves no trace.
 */
function runTransform(subnet: Subnet, canister: Canister, method: string, arg: Uint8Array): Delivered {
    const { frame, limits } = subnet;
    const { code, instance, address } = canister;
    if (address.canister !== canister) {
        return { answer: canisterNotFound(address.text), steps: 0 };
    }
    if (canister.status !== 'running') {
        return { answer: notRunning(address.text, canister.status), steps: 0 };
    }
    if (code === undefined || instance === undefined) {
        return { answer: noWasmModule(address.text), steps: 0 };
    }
    const found = code.methods.get(method);
    if (found?.kind !== 'query') {
        return { answer: methodNotFound(address.text, 'query', method), steps: 0 };
    }
    frame.enter(MODES.TQ, canister, instance, MANAGEMENT, arg);
    frame.canRespond = true;
    frame.replyBytesMax = limits.queryReplyBytesMax;
    const trap = runExport(subnet, found.exportName, { steps: limits.steps.query, instructions: INSTRUCTIONS_QUERY });
    const { steps, response } = frame;
    if (trap !== undefined) {
        return { answer: rejectOf(trap, canister), steps };
    }
    discard(subnet);
    return { answer: explained(response ?? noResponse(address.text)), steps };
}

/** The caller is told why its transform function failed in full: `No response` alone would not say whose. */
function explained(answer: Answer): Answer {
    if (answer.kind === 'reply' || answer.reject.errorCode !== 'IC0506') {
        return answer;
    }
    const { reject } = answer;
    return { kind: 'reject', reject, textForCanister: `IC0506: ${reject.message}` } satisfies RejectAnswer;
}
