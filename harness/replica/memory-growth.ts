/** Memory that a canister could not pay for: the IC stops the execution rather than freeze the canister with it. */
import { minus } from './amount.ts';
import { isController } from './charge.ts';
import { memoryUsage } from './fees.ts';
import { docs } from './rejects.ts';
import { discard } from './run.ts';
import type { Subnet } from './subnet.ts';
import { CanisterTrap } from './traps.ts';

/** Bytes that the canister uses, or undefined where nothing is charged: for `checkMemoryGrowth` after an execution. */
export function memoryBefore({ frame }: Subnet): number | undefined {
    return frame.canister.home.fees.charging ? memoryUsage(frame.canister) : undefined;
}

/**
 * After an update or system task that returned: traps it when it grew memory and the balance is now below the freezing
 * limit (IC interface specification, "Message execution"). What is set aside for the execution counts as spent, as in
 * production, which stops at the growth itself. Callbacks are exempt.
 */
export function checkMemoryGrowth(subnet: Subnet, before: number | undefined): CanisterTrap | undefined {
    if (before === undefined) {
        return undefined;
    }
    const { frame } = subnet;
    const grown = memoryUsage(frame.canister) - before;
    if (grown <= 0) {
        return undefined;
    }
    const lacking = minus(frame.canister.home.fees.freezingLimit(frame.canister), frame.canister.balance);
    if (lacking <= 0) {
        return undefined;
    }
    discard(subnet);
    frame.clearEffects();
    // Only controllers are told how much is missing.
    const more = isController(frame.canister, frame.caller)
        ? ` At least ${lacking} additional cycles are required.`
        : '';
    return new CanisterTrap(
        'IC0532',
        `Canister cannot grow memory by ${grown} bytes due to insufficient cycles.${more}`,
        `Try topping up the canister. ${docs('insufficient-cycles-in-memory-grow')}`
    );
}
