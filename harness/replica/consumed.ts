/** What a canister has paid so far, by use ("canister_metrics"). */
import { plus, type Amount } from './amount.ts';
import type { Canister } from './canister.ts';
import type { Subnet } from './subnet.ts';

/** Cycles by use. Those that nearly every message pays are among the canister's counts (`Canister.counts`). */
export class ConsumedCycles {
    memory: Amount = 0;
    computeAllocation: Amount = 0;
    ingress: Amount = 0;
    instructions: Amount = 0;
    transmission: Amount = 0;
    /** What was left when the canister could not pay any more. */
    uninstall: Amount = 0;
    creation: Amount = 0;
    httpOutcalls: Amount = 0;
    burned: Amount = 0;
}

/** Adds to one of the counters; a refund is negative. The balance is the caller's business. */
export function consume(subnet: Subnet, canister: Canister, use: keyof ConsumedCycles, amount: Amount): void {
    const { consumed } = canister;
    const { journal } = subnet;
    // Written out, because a property whose name is known when it runs costs several times as much.
    switch (use) {
        case 'ingress':
            canister.keepCounts(journal);
            consumed.ingress = plus(consumed.ingress, amount);
            return;
        case 'instructions':
            canister.keepCounts(journal);
            consumed.instructions = plus(consumed.instructions, amount);
            return;
        case 'transmission':
            canister.keepCounts(journal);
            consumed.transmission = plus(consumed.transmission, amount);
            return;
        default:
            journal.set(consumed, use, plus(consumed[use], amount));
    }
}
