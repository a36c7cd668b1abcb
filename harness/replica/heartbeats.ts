/**
 * Heartbeats (IC interface specification, "Heartbeat"). One may run at any time, or never: they are listed apart from
 * the enabled messages, because a schedule that has to run all of them would not end.
 */
import type { Canister } from './canister.ts';
import type { Message } from './message.ts';
import type { Subnet } from './subnet.ts';

/** The handler. */
export const HEARTBEAT_METHOD = 'canister_heartbeat';

/** The next heartbeat of every canister that has one and runs, in creation order of the canisters. */
export function heartbeats(subnet: Subnet): Message[] {
    const next: Message[] = [];
    for (const canister of subnet.canisters) {
        const message = heartbeatOf(subnet, canister);
        if (message !== undefined) {
            next.push(message);
        }
    }
    return next;
}

/** The next heartbeat of a canister, if it may run now: not before a low-memory hook that waits. */
export function heartbeatOf(subnet: Subnet, canister: Canister): Message | undefined {
    const runs = canister.status === 'running' && canister.code?.system.has(HEARTBEAT_METHOD) === true;
    return runs && !canister.hookEnabled ? subnet.heartbeat(canister) : undefined;
}
