/** The global timer of a canister (IC interface specification, "Global timer"). */
import type { Canister } from './canister.ts';
import { syncHook } from './low-memory.ts';
import type { Message } from './message.ts';
import type { Subnet } from './subnet.ts';

/** The handler; without it a timer can be set but never runs. */
export const TIMER_METHOD = 'canister_global_timer';

/** Makes `armed` the canister's timer message and enables it if it is due. */
export function syncTimer(subnet: Subnet, canister: Canister, armed: Message | undefined): void {
    const { journal, pending } = subnet;
    if (canister.timerEnabled && canister.timer !== undefined) {
        pending.remove(canister.timer);
        journal.set(canister, 'timerEnabled', false);
    }
    journal.set(canister, 'timer', armed);
    if (armed !== undefined && isDue(subnet, canister)) {
        pending.add(armed);
        journal.set(canister, 'timerEnabled', true);
    }
}

/** After time or status changed: enables timers and hooks that became due, disables those that may not run now. */
export function syncTimers(subnet: Subnet): void {
    for (const canister of subnet.canisters) {
        if (canister.hook !== undefined) {
            syncHook(subnet, canister);
        }
        if (canister.timerEnabled !== isDue(subnet, canister)) {
            syncTimer(subnet, canister, canister.timer);
        }
    }
}

/** The earliest timer that is armed, could run, and is not due. */
export function nextTimer(subnet: Subnet): bigint | undefined {
    let next: bigint | undefined;
    for (const canister of subnet.canisters) {
        const { timerNs } = canister;
        if (couldRun(canister) && timerNs > subnet.timeNs && (next === undefined || timerNs < next)) {
            next = timerNs;
        }
    }
    return next;
}

function isDue(subnet: Subnet, canister: Canister): boolean {
    return couldRun(canister) && canister.timerNs <= subnet.timeNs;
}

function couldRun(canister: Canister): boolean {
    return (
        canister.timerNs !== 0n &&
        canister.timer !== undefined &&
        canister.status === 'running' &&
        canister.code !== undefined &&
        canister.code.system.has(TIMER_METHOD)
    );
}
