/**
 * Paying for time: memory and compute allocation (production's cycles account manager; IC interface specification,
 * "Canister out of cycles"). Charged when the clock moves, never by a message.
 */
import type { Canister } from './canister.ts';
import { consume } from './consumed.ts';
import { dropHistory } from './history.ts';
import { countStored } from './stored-bytes.ts';
import type { Subnet } from './subnet.ts';
import { uninstall } from './uninstall.ts';

/** Production charges after rounds that are at least so far apart. */
const PERIOD_NS = 10n * 1_000_000_000n;
/** `IdleBurn.memory` is in units of 2^-30 cycles a second. */
const MEMORY_UNIT = (1n << 30n) * 1_000_000_000n;
const SECOND_NS = 1_000_000_000n;

/** After time moved: every canister pays for what it has reserved since it paid last, or loses everything. */
export function chargeIdle(subnet: Subnet): void {
    for (const canister of subnet.canisters) {
        const elapsedNs = subnet.timeNs - canister.chargedNs;
        if (canister.home.fees.charging && elapsedNs >= PERIOD_NS) {
            chargeCanister(subnet, canister, elapsedNs);
        }
    }
}

function chargeCanister(subnet: Subnet, canister: Canister, elapsedNs: bigint): void {
    subnet.journal.set(canister, 'chargedNs', subnet.timeNs);
    const burn = canister.home.fees.idleBurn(canister);
    const memory = (burn.memory * elapsedNs) / MEMORY_UNIT;
    const compute = (burn.compute * elapsedNs) / SECOND_NS;
    if (memory + compute > canister.cycles) {
        runOut(subnet, canister);
        return;
    }
    subnet.addCycles(canister, -(memory + compute));
    consume(subnet, canister, 'memory', memory);
    consume(subnet, canister, 'computeAllocation', compute);
}

/** What is left is burned, and all that costs something is taken away. */
function runOut(subnet: Subnet, canister: Canister): void {
    const { journal } = subnet;
    consume(subnet, canister, 'uninstall', canister.cycles);
    subnet.addCycles(canister, -canister.cycles);
    journal.set(canister, 'settings', { ...canister.settings, computeAllocation: 0n, memoryAllocation: 0n });
    journal.set(canister, 'snapshots', []);
    uninstall(subnet, canister);
    dropHistory(subnet, canister);
    countStored(subnet, canister);
}
