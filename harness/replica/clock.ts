/** Time passes (IC interface specification, "Time"): by itself for nobody, only when somebody says so. */
import { respond } from './contexts.ts';
import { chargeIdle } from './idle-charge.ts';
import { timeOutStopCalls } from './lifecycle.ts';
import { timeOutOutcalls } from './management/outcalls.ts';
import { dropRound } from './tick.ts';
import type { Subnet } from './subnet.ts';
import { syncTimers } from './timers.ts';

/**
 * Moves the clock, within a step: timers become due, stop_canister calls that waited for 5 minutes and HTTP outcalls that waited
 * for one are rejected, and canisters pay for their memory: those that cannot are uninstalled.
 */
export function advanceClock(subnet: Subnet, ns: bigint): void {
    subnet.journal.set(subnet, 'timeNs', subnet.timeNs + ns);
    // Time is something that a query can see.
    for (const canister of subnet.canisters) {
        subnet.changed(canister);
    }
    dropRound(subnet);
    syncTimers(subnet);
    timeOutStopCalls(subnet, respond);
    timeOutOutcalls(subnet);
    chargeIdle(subnet);
}
