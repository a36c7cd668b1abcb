/** Running, stopping, stopped (IC interface specification, "Stopping a canister", "Starting a canister"). */
import type { Canister } from './canister.ts';
import type { Message } from './message.ts';
import { systemReject, type Answer } from './rejects.ts';
import type { Subnet } from './subnet.ts';
import { syncTimers } from './timers.ts';

/** Answers a call (see `contexts.ts`); passed in because ending a context may stop a canister. */
type Respond = (subnet: Subnet, origin: Message, answer: Answer, refund: bigint) => void;

const NO_VALUES = new Uint8Array([0x44, 0x49, 0x44, 0x4c, 0, 0]);
/** The empty Candid argument list `()`. */
export const EMPTY_REPLY: Answer = { kind: 'reply', reply: NO_VALUES };

/** stop_canister: a canister with open call contexts waits for them; `origin` is answered when it has stopped. */
export function stop(subnet: Subnet, canister: Canister, origin: Message, respond: Respond): void {
    const { journal } = subnet;
    journal.set(canister, 'version', canister.version + 1n);
    subnet.changed(canister);
    if (canister.status === 'stopped') {
        respond(subnet, origin, EMPTY_REPLY, origin.call?.cycles ?? 0n);
        return;
    }
    journal.set(canister, 'status', 'stopping');
    journal.push(canister.stopCalls, origin);
    syncTimers(subnet);
    if (canister.openContexts === 0) {
        becomeStopped(subnet, canister, respond);
    }
}

/** The last call context ended: every waiting stop_canister call is answered. */
export function becomeStopped(subnet: Subnet, canister: Canister, respond: Respond): void {
    const { journal } = subnet;
    journal.set(canister, 'status', 'stopped');
    journal.set(canister, 'version', canister.version + 1n);
    subnet.changed(canister);
    answerStopCalls(subnet, canister, respond, EMPTY_REPLY);
}

/** start_canister: stop_canister calls that still wait are rejected. */
export function startRunning(subnet: Subnet, canister: Canister, respond: Respond): void {
    const { journal } = subnet;
    journal.set(canister, 'status', 'running');
    journal.set(canister, 'version', canister.version + 1n);
    subnet.changed(canister);
    syncTimers(subnet);
    const text = `Canister ${canister.address.text} has been started before it was stopped.`;
    answerStopCalls(subnet, canister, respond, systemReject('IC0511', text));
}

function answerStopCalls(subnet: Subnet, canister: Canister, respond: Respond, answer: Answer): void {
    const waiting = canister.stopCalls;
    if (waiting.length > 0) {
        subnet.journal.set(canister, 'stopCalls', []);
        for (const origin of waiting) {
            respond(subnet, origin, answer, origin.call?.cycles ?? 0n);
        }
    }
}
