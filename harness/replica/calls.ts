/** Executing a call: an ingress message or a request between canisters. */
import type { CallContext, Canister, Code, Method } from './canister.ts';
import { inspect } from './acceptance.ts';
import { chargeIngress, prepay, settlePrepayment } from './charge.ts';
import { consume } from './consumed.ts';
import { completeContext, openContext, respond } from './contexts.ts';
import type { Home } from './home.ts';
import { executeManagement } from './management/execute.ts';
import { homeOf } from './management/home-of.ts';
import type { Call, Message } from './message.ts';
import { MODES } from './modes.ts';
import { endStep, type Execution } from './outcome.ts';
import { MANAGEMENT_INDEX } from './principal.ts';
import {
    canisterNotFound,
    compositeInReplicated,
    forCanister,
    methodNotFound,
    noRoute,
    notRunning,
    noWasmModule,
    systemReject,
    tooLarge,
    type RejectAnswer
} from './rejects.ts';
import { discard, keep, runExport } from './run.ts';
import { utf8Bytes } from './ic0/text.ts';
import type { Subnet } from './subnet.ts';
import { checkMemoryGrowth, memoryBefore } from './memory-growth.ts';
import { checkMemoryLimit } from './memory-limit.ts';
import type { CanisterTrap } from './traps.ts';
import type { CanisterInstance } from './wasm/contract.ts';

/** Of a request between subnets, its method name included. */
const REMOTE_BYTES_MAX = 2 * 1024 * 1024;

/** Removes an ingress message or request from where it waits. */
export function takeCall(subnet: Subnet, message: Message): void {
    const caller = message.call?.callback?.context.canister.address.index;
    if (caller === undefined) {
        subnet.pending.remove(message);
    } else {
        subnet.pending.removeRequest(message, caller);
    }
}

/** Runs an enabled ingress message or request. */
export function executeCall(subnet: Subnet, message: Message): Execution {
    const call = message.call as Call;
    takeCall(subnet, message);
    if (message.canister === MANAGEMENT_INDEX) {
        const oversized = subnet.homes.several ? tooLargeForStream(call, homeOf(subnet, message)) : undefined;
        return oversized === undefined
            ? executeManagement(subnet, message, call)
            : refuse(subnet, message, call, oversized);
    }
    const { canister } = call.callee;
    if (canister === undefined) {
        const { bytes, text } = call.callee;
        const home = subnet.homes.of(bytes);
        return refuse(subnet, message, call, home === undefined ? noRoute(text) : canisterNotFound(text));
    }
    const oversized = subnet.homes.several ? tooLargeForStream(call, canister.home) : undefined;
    if (oversized !== undefined) {
        return refuse(subnet, message, call, oversized);
    }
    const { code, instance } = canister;
    if (canister.status !== 'running') {
        return refuse(subnet, message, call, notRunning(canister.address.text, canister.status));
    }
    if (code === undefined || instance === undefined) {
        return refuse(subnet, message, call, noWasmModule(canister.address.text));
    }
    const method = code.methods.get(call.method);
    const refusal = accept(subnet, message, call, canister, code, instance, method);
    if (refusal !== undefined) {
        return refuse(subnet, message, call, refusal);
    }
    return runMethod(subnet, message, call, canister, instance, method as Method);
}

/** Whether an enabled request would run Wasm of its callee, and not be refused before. Changes nothing. */
export function wouldRun(subnet: Subnet, message: Message): boolean {
    const call = message.call as Call;
    const { canister } = call.callee;
    if (canister?.code === undefined || canister.instance === undefined || canister.status !== 'running') {
        return false;
    }
    const before = subnet.journal.savepoint();
    const { code, instance } = canister;
    const refusal = accept(subnet, message, call, canister, code, instance, code.methods.get(call.method));
    subnet.journal.undoTo(before);
    return refusal === undefined;
}

/** Requests to other subnets may have 2 MiB only, which is found out when they are routed (production's stream builder). */
function tooLargeForStream({ callback, method, arg }: Call, to: Home): RejectAnswer | undefined {
    const caller = callback?.context.canister;
    if (caller === undefined || caller.home === to) {
        return undefined;
    }
    const bytes = utf8Bytes(method) + arg.length;
    return bytes > REMOTE_BYTES_MAX ? tooLarge(caller.address.text, bytes, REMOTE_BYTES_MAX) : undefined;
}

/** Ends the step with a reject to the caller, before any Wasm of the called method ran. */
function refuse(subnet: Subnet, message: Message, call: Call, answer: RejectAnswer): Execution {
    respond(subnet, message, answer, call.cycles);
    return endStep(subnet, message, 'refused', answer.reject, 'none', 0);
}

/** Everything that must hold before a method may run; charges for what is charged before. */
function accept(
    subnet: Subnet,
    message: Message,
    call: Call,
    canister: Canister,
    code: Code,
    instance: CanisterInstance,
    method: Method | undefined
): RejectAnswer | undefined {
    const { text } = canister.address;
    if (method?.kind === 'composite_query') {
        return compositeInReplicated();
    }
    if (message.kind === 'ingress') {
        const skips = call.inspected === true || subnet.skipsInspection;
        const declined = skips ? undefined : inspect(subnet, call, canister, code, instance);
        const refusal = declined ?? chargeIngress(subnet, canister, call);
        if (refusal !== undefined) {
            return refusal;
        }
    } else if (
        call.cycles < canister.settings.minimumIncomingCallCycles &&
        call.callback?.context.canister !== canister
    ) {
        const least = canister.settings.minimumIncomingCallCycles;
        return systemReject('IC0520', `Canister ${text} accepts calls with at least ${least} cycles attached only`);
    }
    if (method === undefined) {
        return methodNotFound(text, 'update', call.method);
    }
    return prepay(subnet, canister, call.sender);
}

function runMethod(
    subnet: Subnet,
    message: Message,
    call: Call,
    canister: Canister,
    instance: CanisterInstance,
    method: Method
): Execution {
    const { frame } = subnet;
    const context = openContext(subnet, canister, message, call.sender, true);
    const query = method.kind === 'query';
    frame.enter(query ? MODES.RQ : MODES.U, canister, instance, call.sender, call.arg);
    frame.message = message;
    frame.context = context;
    frame.canRespond = true;
    const bound = { steps: subnet.limits.steps.message, instructions: canister.home.instructions.message };
    const before = memoryBefore(subnet);
    const trap =
        runExport(subnet, method.exportName, bound) ??
        (query ? undefined : (checkMemoryLimit(subnet) ?? checkMemoryGrowth(subnet, before)));
    const { steps, response } = frame;
    if (trap === undefined) {
        if (query) {
            keepQuery(subnet, context);
        } else {
            keep(subnet);
        }
    }
    subnet.journal.keep(context);
    context.steps += steps;
    settlePrepayment(subnet, canister, steps);
    const error = trap === undefined ? undefined : rejectOf(trap, canister);
    completeContext(subnet, context, trap === undefined ? response : undefined, error);
    return endStep(subnet, message, trap === undefined ? 'committed' : 'trapped', error?.reject, 'none', steps);
}

/** A replicated query keeps its answer and the cycles it moved; memory and the rest of its effects go. */
function keepQuery(subnet: Subnet, context: CallContext): void {
    const { frame, journal } = subnet;
    const { canister, cyclesAccepted, cyclesBurned } = frame;
    discard(subnet);
    journal.set(context, 'available', context.available - cyclesAccepted);
    subnet.addCycles(canister, cyclesAccepted - cyclesBurned);
    consume(subnet, canister, 'burned', cyclesBurned);
    // Production counts replicated queries in the version; the specification allows it.
    subnet.countChange(canister);
    subnet.changed(canister);
}

/**
 * What callers of `canister` are told about a trap: users its text, canisters the same with the error code in front.
 */
export function rejectOf(trap: CanisterTrap, canister: Canister): RejectAnswer {
    const reject = trap.rejectFrom(canister.address.text);
    return { kind: 'reject', reject, textForCanister: forCanister(trap.errorCode, reject.message) };
}
