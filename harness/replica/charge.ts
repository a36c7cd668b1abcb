/** Paying for executions (production's cycles account manager). Nothing here does anything on a free subnet. */
import { minus, plus, type Amount } from './amount.ts';
import type { Canister } from './canister.ts';
import { consume } from './consumed.ts';
import type { Call } from './message.ts';
import { equalBytes } from './principal.ts';
import { outOfCycles, systemReject, type RejectAnswer } from './rejects.ts';
import type { Subnet } from './subnet.ts';
import { utf8Bytes } from './ic0/text.ts';

type IngressPayload = Pick<Call, 'sender' | 'method' | 'arg'>;

/**
 * Withholds the most that an execution can cost. Returns why the canister may not run instead when that would freeze
 * it: it needs about 40 billion liquid cycles (80 with a 64-bit heap) to run at all, although it ends up paying
 * millions.
 */
export function prepay(subnet: Subnet, canister: Canister, caller: Uint8Array): RejectAnswer | undefined {
    const { fees } = canister.home;
    if (!fees.charging) {
        return undefined;
    }
    const amount = fees.executionMax(widthOf(canister));
    const needed = plus(amount, fees.freezingLimit(canister));
    if (needed > canister.balance) {
        return frozen(canister, minus(needed, canister.balance), caller);
    }
    subnet.takeCycles(canister, amount);
    return undefined;
}

/** Gives back what an execution of `steps` did not use. */
export function settlePrepayment(subnet: Subnet, canister: Canister, steps: number): void {
    const { fees } = canister.home;
    if (fees.charging) {
        const width = widthOf(canister);
        const fee = fees.execution(width, steps);
        subnet.addCycles(canister, minus(fees.executionMax(width), fee));
        consume(subnet, canister, 'instructions', fee);
    }
}

/** The same for `install_code`, whose limit is higher. */
export function prepayInstall(subnet: Subnet, canister: Canister, caller: Uint8Array): RejectAnswer | undefined {
    const { fees } = canister.home;
    if (!fees.charging) {
        return undefined;
    }
    const amount = fees.installMax();
    const needed = plus(amount, fees.freezingLimit(canister));
    if (needed > canister.balance) {
        return frozen(canister, minus(needed, canister.balance), caller);
    }
    subnet.takeCycles(canister, amount);
    return undefined;
}

/** Gives back what an installation of `steps` did not use; the width is that of the new code. */
export function settleInstall(subnet: Subnet, canister: Canister, steps: number): void {
    const { fees } = canister.home;
    if (fees.charging) {
        const fee = fees.execution(widthOf(canister), steps);
        subnet.addCycles(canister, minus(fees.installMax(), fee));
        consume(subnet, canister, 'instructions', fee);
    }
}

/** An installation that failed left nothing, but what it executed is paid for. */
export function chargeFailedInstall(subnet: Subnet, canister: Canister, steps: number): void {
    const { fees } = canister.home;
    if (fees.charging) {
        const fee = fees.execution(widthOf(canister), steps);
        subnet.takeCycles(canister, fee);
        consume(subnet, canister, 'instructions', fee);
    }
}

/** Takes the fee for receiving an ingress message, or says why the canister cannot pay it. */
export function chargeIngress(subnet: Subnet, canister: Canister, call: IngressPayload): RejectAnswer | undefined {
    if (!canister.home.fees.charging) {
        return undefined;
    }
    const fee = ingressFee(canister, call);
    const refusal = unpaidIngress(canister, call, fee);
    if (refusal === undefined) {
        subnet.takeCycles(canister, fee);
        consume(subnet, canister, 'ingress', fee);
    }
    return refusal;
}

/** Why the canister cannot pay for receiving the message, if it cannot. Takes nothing. */
export function checkIngressFee(canister: Canister, call: IngressPayload): RejectAnswer | undefined {
    return canister.home.fees.charging ? unpaidIngress(canister, call, ingressFee(canister, call)) : undefined;
}

function unpaidIngress(canister: Canister, { sender }: IngressPayload, fee: Amount): RejectAnswer | undefined {
    const needed = plus(fee, canister.home.fees.freezingLimit(canister));
    return needed > canister.balance ? frozen(canister, minus(needed, canister.balance), sender) : undefined;
}

/** Cycles above the freezing limit. */
export function liquidCycles(canister: Canister): Amount {
    const liquid = minus(canister.balance, canister.home.fees.freezingLimit(canister));
    return liquid > 0 ? liquid : 0;
}

/** Whether `principal` may manage the canister. */
export function isController(canister: Canister, principal: Uint8Array): boolean {
    return canister.settings.controllers.some((controller) => equalBytes(controller, principal));
}

function ingressFee({ home }: Canister, { method, arg }: IngressPayload): Amount {
    return home.fees.ingress(utf8Bytes(method) + arg.length);
}

// Only controllers are told how much is missing.
function frozen(canister: Canister, lacking: Amount, caller: Uint8Array): RejectAnswer {
    const { text } = canister.address;
    return isController(canister, caller)
        ? systemReject(
              'IC0207',
              `Canister ${text} is out of cycles: please top up the canister with at least ${lacking} additional cycles`
          )
        : outOfCycles(text);
}

function widthOf(canister: Canister): 32 | 64 {
    return canister.code?.prepared.memoryWidth ?? 32;
}
