/**
 * Non-replicated queries: one execution on committed state that leaves no trace (IC interface specification, "Query
 * call").
 */
import { rejectOf } from './calls.ts';
import { INSTRUCTIONS_QUERY } from './fees.ts';
import { MODES } from './modes.ts';
import { isCanisterId, type Address } from './principal.ts';
import {
    canisterNotFound,
    executionError,
    methodNotFound,
    noResponse,
    noRoute,
    notRunning,
    noWasmModule,
    resultOf,
    systemReject,
    type Answer,
    type CallResult
} from './rejects.ts';
import { discard, runExport } from './run.ts';
import { beginStep } from './outcome.ts';
import type { Subnet } from './subnet.ts';

/** Runs query `method` of the canister at `address`; `certificate` is what data_certificate_copy gives. */
export function runQuery(
    subnet: Subnet,
    sender: Uint8Array,
    address: Address,
    method: string,
    arg: Uint8Array,
    certificate: Uint8Array | undefined
): CallResult {
    return resultOf(answerOf(subnet, sender, address, method, arg, certificate));
}

function answerOf(
    subnet: Subnet,
    sender: Uint8Array,
    address: Address,
    method: string,
    arg: Uint8Array,
    certificate: Uint8Array | undefined
): Answer {
    const { canister, text } = address;
    if (canister === undefined) {
        return isCanisterId(address.bytes) ? canisterNotFound(text) : noRoute(text);
    }
    const { code, instance } = canister;
    if (canister.status !== 'running') {
        return notRunning(text, canister.status);
    }
    if (code === undefined || instance === undefined) {
        return noWasmModule(text);
    }
    const found = code.methods.get(method);
    if (found?.kind === 'composite_query') {
        return systemReject(
            'IC0527',
            executionError(text, `Composite query '${method}' is not supported by this tool yet`, '')
        );
    }
    if (found?.kind !== 'query') {
        return methodNotFound(text, 'query', method);
    }
    if (canister.cycles < subnet.fees.freezingLimit(canister)) {
        const what = `Canister ${text} is unable to process query calls because it's frozen.`;
        return systemReject('IC0207', `${what} Please top up the canister with cycles and try again.`);
    }
    const { frame, limits } = subnet;
    frame.enter(MODES.NRQ, canister, instance, sender, arg);
    frame.certificate = certificate;
    frame.canRespond = true;
    frame.replyBytesMax = limits.queryReplyBytesMax;
    beginStep(subnet);
    const trap = runExport(subnet, found.exportName, { steps: limits.steps.query, instructions: INSTRUCTIONS_QUERY });
    if (trap !== undefined) {
        return rejectOf(trap, canister);
    }
    discard(subnet);
    return frame.response ?? noResponse(text);
}
