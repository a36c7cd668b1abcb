/** What a canister has paid so far, by use ("canister_metrics"). */
import type { Canister } from './canister.ts';
import type { Subnet } from './subnet.ts';

/** Cycles by use; journalled one by one. */
export class ConsumedCycles {
    memory = 0n;
    computeAllocation = 0n;
    ingress = 0n;
    instructions = 0n;
    transmission = 0n;
    /** What was left when the canister could not pay any more. */
    uninstall = 0n;
    creation = 0n;
    httpOutcalls = 0n;
    burned = 0n;
}

/** Adds to one of the counters; a refund is negative. The balance is the caller's business. */
export function consume(subnet: Subnet, canister: Canister, use: keyof ConsumedCycles, amount: bigint): void {
    const { consumed } = canister;
    if (amount !== 0n) {
        subnet.journal.set(consumed, use, consumed[use] + amount);
    }
}
