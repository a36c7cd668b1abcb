/** Paying for what the management canister does for a canister (production's cycles account manager). */
import type { Canister } from '../canister.ts';
import { consume } from '../consumed.ts';
import type { Subnet } from '../subnet.ts';

/**
 * Charges for so many instructions. Returns how many cycles are missing for the canister not to be frozen afterwards,
 * with what it now stores: positive means that the caller must undo everything.
 */
export function payForInstructions(subnet: Subnet, canister: Canister, instructions: number): bigint {
    const { fees } = canister.home;
    if (!fees.charging) {
        return 0n;
    }
    const fee = fees.execution(32, instructions);
    subnet.takeCycles(canister, fee);
    consume(subnet, canister, 'instructions', fee);
    return BigInt(fees.freezingLimit(canister)) - canister.cycles;
}
