/**
 * What decides about an ingress message before its method runs: whether the canister could run it, whether it can pay
 * for it, and `canister_inspect_message` (IC interface specification, "Ingress message inspection").
 */
import { checkIngressFee } from './charge.ts';
import { rejectOf } from './calls.ts';
import type { Canister, Code } from './canister.ts';
import { INSTRUCTIONS_INSPECT } from './fees.ts';
import { acceptManagement } from './management/execute.ts';
import { MODES } from './modes.ts';
import { beginStep } from './outcome.ts';
import type { Address } from './principal.ts';
import {
    canisterNotFound,
    compositeInReplicated,
    executionError,
    noRoute,
    notAccepted,
    noWasmModule,
    systemReject,
    type RejectAnswer
} from './rejects.ts';
import { discard, runExport } from './run.ts';
import type { Subnet } from './subnet.ts';
import type { CallerInfo } from './user-call.ts';
import type { CanisterInstance } from './wasm/contract.ts';

/** The part of a call that acceptance is about. */
export interface OfferedCall {
    readonly sender: Uint8Array;
    readonly method: string;
    readonly arg: Uint8Array;
    readonly callerInfo?: CallerInfo;
}

/**
 * Whether a replica would let the message into a block: undefined, or why not. Leaves no trace.
 */
export function acceptIngress(subnet: Subnet, address: Address, call: OfferedCall): RejectAnswer | undefined {
    if (address.bytes.length === 0) {
        return acceptManagement(subnet, call);
    }
    const { canister, text } = address;
    if (canister === undefined) {
        return subnet.homes.of(address.bytes) === undefined ? noRoute(text) : canisterNotFound(text);
    }
    const { code, instance } = canister;
    const unpaid = checkIngressFee(canister, call);
    if (unpaid !== undefined) {
        return unpaid;
    }
    if (canister.status !== 'running') {
        return notAccepted(text, canister.status);
    }
    if (code === undefined || instance === undefined) {
        return noWasmModule(text);
    }
    beginStep(subnet);
    return isComposite(code, call.method)
        ? compositeInReplicated()
        : inspect(subnet, call, canister, code, instance);
}

/** Refused before inspection. */
function isComposite(code: Code, method: string): boolean {
    return code.methods.get(method)?.kind === 'composite_query';
}

/**
 * Runs canister_inspect_message. Production runs it once, when the message arrives, possibly on a state that is older
 * than the one that the method will see. A server does the same (`accept`, then `submit` with `inspected`). Where calls
 * are submitted at once and executed later, as in exploration, the message arrives when it executes. Nothing that the
 * inspection does is kept.
 */
export function inspect(
    subnet: Subnet,
    call: OfferedCall,
    canister: Canister,
    code: Code,
    instance: CanisterInstance
): RejectAnswer | undefined {
    if (!code.inspects) {
        return undefined;
    }
    const { frame, limits } = subnet;
    const { text } = canister.address;
    frame.enter(MODES.F, canister, instance, call.sender, call.arg);
    frame.callerInfo = call.callerInfo;
    frame.methodName = new TextEncoder().encode(call.method);
    const bound = { steps: limits.steps.inspect, instructions: INSTRUCTIONS_INSPECT };
    const trap = runExport(subnet, 'canister_inspect_message', bound);
    if (trap !== undefined) {
        return rejectOf(trap, canister);
    }
    discard(subnet);
    return frame.accepted
        ? undefined
        : systemReject('IC0406', executionError(text, 'Canister rejected the message', ''));
}
