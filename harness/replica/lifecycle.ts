/** Running, stopping, stopped (IC interface specification, "Stopping a canister", "Starting a canister"). */
import type { Canister, StopCall } from './canister.ts';
import type { Message } from './message.ts';
import { stopCancelled, textOnlyReject, type Answer } from './rejects.ts';
import type { Subnet } from './subnet.ts';
import { syncTimers } from './timers.ts';

/** Answers a call (see `contexts.ts`); passed in because ending a context may stop a canister. */
type Respond = (subnet: Subnet, origin: Message, answer: Answer, refund: bigint) => void;

/** How long a stop_canister call waits (production: 5 minutes). */
const STOP_TIMEOUT_NS = 300n * 1_000_000_000n;
const NO_VALUES = new Uint8Array([0x44, 0x49, 0x44, 0x4c, 0, 0]);
/** The empty Candid argument list `()`. */
export const EMPTY_REPLY: Answer = { kind: 'reply', reply: NO_VALUES };

/** stop_canister: a canister with open call contexts waits for them; `origin` is answered when it has stopped. */
export function stop(subnet: Subnet, canister: Canister, origin: Message, respond: Respond): void {
    const { journal } = subnet;
    subnet.countChange(canister);
    subnet.changed(canister);
    if (canister.status === 'stopped') {
        respond(subnet, origin, EMPTY_REPLY, origin.call?.cycles ?? 0n);
        return;
    }
    journal.set(canister, 'status', 'stopping');
    const call: StopCall = { origin, deadlineNs: subnet.timeNs + STOP_TIMEOUT_NS };
    journal.set(canister, 'stopCalls', [...canister.stopCalls, call]);
    syncTimers(subnet);
    if (canister.openContexts === 0) {
        becomeStopped(subnet, canister, respond);
    }
}

/** The last call context ended: every waiting stop_canister call is answered. */
export function becomeStopped(subnet: Subnet, canister: Canister, respond: Respond): void {
    const { journal } = subnet;
    journal.set(canister, 'status', 'stopped');
    subnet.countChange(canister);
    subnet.changed(canister);
    answerStopCalls(subnet, canister, canister.stopCalls, respond, EMPTY_REPLY);
}

/**
 * After time moved: rejects the stop_canister calls that waited for 5 minutes. Their canisters stay stopping, so that
 * without this a canister that stops itself, or waits for an answer that never comes, would hang its controller.
 */
export function timeOutStopCalls(subnet: Subnet, respond: Respond): void {
    for (const canister of subnet.canisters) {
        const late = canister.stopCalls.filter(({ deadlineNs }) => deadlineNs <= subnet.timeNs);
        answerStopCalls(subnet, canister, late, respond, textOnlyReject('IC0206', 'Stop canister request timed out'));
    }
}

/** start_canister: stop_canister calls that still wait are rejected. */
export function startRunning(subnet: Subnet, canister: Canister, respond: Respond): void {
    const { journal } = subnet;
    journal.set(canister, 'status', 'running');
    subnet.countChange(canister);
    subnet.changed(canister);
    syncTimers(subnet);
    const cancelled = stopCancelled(canister.address.text);
    answerStopCalls(subnet, canister, canister.stopCalls, respond, cancelled);
}

function answerStopCalls(
    subnet: Subnet,
    canister: Canister,
    calls: readonly StopCall[],
    respond: Respond,
    answer: Answer
): void {
    if (calls.length > 0) {
        const others = canister.stopCalls.filter((call) => !calls.includes(call));
        subnet.journal.set(canister, 'stopCalls', others);
        for (const { origin } of calls) {
            respond(subnet, origin, answer, origin.call?.cycles ?? 0n);
        }
    }
}
