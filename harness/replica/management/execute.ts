/** The management canister `aaaaa-aa` (IC interface specification, "The IC management canister"). */
import type { Canister } from '../canister.ts';
import { chargeFailedInstall, chargeIngress, checkIngressFee } from '../charge.ts';
import { respond } from '../contexts.ts';
import type { Call, Message } from '../message.ts';
import { endStep, type Execution } from '../outcome.ts';
import type { Answer, RejectAnswer } from '../rejects.ts';
import type { Subnet } from '../subnet.ts';
import { isAdmin } from './access.ts';
import { calledSubnet } from './home-of.ts';
import type { Method, Prepared, Request } from './method.ts';
import { isMissing, methodOf } from './methods.ts';
import {
    canistersOnly,
    ingressNotAllowed,
    noSuchMethod,
    notAQuery,
    queriesOnly,
    type ManagementReject
} from './reject.ts';

const SMALL_SETTINGS_BYTES = 338;

/** A user's call as acceptance sees it. */
interface OfferedCall {
    readonly sender: Uint8Array;
    readonly method: string;
    readonly arg: Uint8Array;
}

/** Runs a call to the management canister. Atomic: a reject leaves nothing behind but what it cost. */
export function executeManagement(subnet: Subnet, message: Message, call: Call): Execution {
    const { sender, method, arg, cycles, senderVersion } = call;
    let savepoint = subnet.journal.savepoint();
    let payer: Canister | undefined;
    try {
        const within = calledSubnet(subnet, call);
        const prepared = prepare({ subnet, method, sender, arg, cycles, message, senderVersion, within });
        if (message.kind === 'ingress') {
            const refusal = payIngress(subnet, prepared, call);
            if (refusal !== undefined) {
                respond(subnet, message, refusal, cycles);
                return endStep(subnet, message, 'refused', refusal.reject, 'none', 0);
            }
            savepoint = subnet.journal.savepoint();
            payer = prepared.allowed && paysLater(call) ? prepared.canister : undefined;
        }
        const { answer, kept, steps } = prepared.run();
        payLater(subnet, payer, call);
        if (answer !== undefined) {
            respond(subnet, message, answer, cycles - kept);
        }
        return endStep(subnet, message, 'committed', undefined, 'none', steps);
    } catch (error) {
        const { answer, failed } = rejectOf(error);
        subnet.journal.undoTo(savepoint);
        if (failed !== undefined) {
            chargeFailedInstall(subnet, failed.canister, failed.steps);
        }
        payLater(subnet, payer, call);
        respond(subnet, message, answer, cycles);
        return endStep(subnet, message, 'refused', answer.reject, 'none', failed?.steps ?? 0);
    }
}

/** A non-replicated query of the management canister, by a user or within a composite query. Leaves no trace. */
export function queryManagement(
    subnet: Subnet,
    { sender, method, arg, within }: Pick<Request, 'sender' | 'method' | 'arg' | 'within'>
): Answer {
    const found = methodOf(method);
    if (found === undefined || !['queries', 'everyone-and-queries'].includes(found.callers)) {
        return (found === undefined && !isMissing(method) ? noSuchMethod(method, false) : notAQuery(method)).answer;
    }
    const request = { subnet, method, sender, arg, cycles: 0n, message: undefined, senderVersion: undefined, within };
    return guarded(() => found.prepare(request).run().answer as Answer);
}

/**
 * Whether a replica would let a user's call of the management canister into a block: undefined, or why not. Methods
 * that are about a canister are for those who may call them, and for canisters that can pay. Leaves no trace.
 */
export function acceptManagement(subnet: Subnet, call: OfferedCall): RejectAnswer | undefined {
    const { sender, method, arg } = call;
    const answer = guarded(() => {
        const request = { subnet, method, sender, arg, cycles: 0n, message: undefined, senderVersion: undefined };
        const { canister, allowed } = callable(request, true).prepare(request);
        if (canister !== undefined && !allowed) {
            throw ingressNotAllowed(canister.address.text, method);
        }
        const unchecked = canister === undefined || isFree(method) || paysLater(call);
        return unchecked ? undefined : checkIngressFee(canister, call);
    });
    return answer?.kind === 'reject' ? answer : undefined;
}

function prepare(request: Request): Prepared {
    return callable(request, request.message?.kind === 'ingress').prepare(request);
}

/** The method, if it may be called so. Throws `ManagementReject`. */
function callable({ subnet, sender, method: name }: Request, ingress: boolean): Method {
    const method = methodOf(name);
    if (method === undefined) {
        throw noSuchMethod(name, isMissing(name));
    }
    switch (method.callers) {
        case 'queries':
            throw queriesOnly(name);
        case 'canisters':
        case 'canisters-and-admins':
            if (ingress && (method.callers === 'canisters' || !isAdmin(subnet, sender))) {
                throw canistersOnly(name);
            }
            return method;
        case 'everyone':
        case 'everyone-and-queries':
            return method;
    }
}

/** The managed canister pays for a user's message about it, if the user may send it. */
function payIngress(subnet: Subnet, { canister, allowed }: Prepared, call: Call): RejectAnswer | undefined {
    const free = !allowed || isFree(call.method) || paysLater(call);
    return canister === undefined || free ? undefined : chargeIngress(subnet, canister, call);
}

/**
 * A small update_settings is paid for afterwards, if the canister can: or nobody could lower a freezing threshold that
 * is too high (production's cycles account manager).
 */
function paysLater({ method, arg }: OfferedCall): boolean {
    return method === 'update_settings' && arg.length <= SMALL_SETTINGS_BYTES;
}

function payLater(subnet: Subnet, payer: Canister | undefined, call: Call): void {
    if (payer !== undefined) {
        chargeIngress(subnet, payer, call);
    }
}

function isFree(method: string): boolean {
    return method.startsWith('provisional_');
}

function guarded<Result extends Answer | undefined>(run: () => Result): Result | RejectAnswer {
    try {
        return run();
    } catch (error) {
        return rejectOf(error).answer;
    }
}

/** Throws on whatever is not a reject: a bug of ours. */
function rejectOf(error: unknown): ManagementReject {
    if ((error as { code?: unknown }).code !== 'replica/management-reject') {
        throw error;
    }
    return error as ManagementReject;
}
