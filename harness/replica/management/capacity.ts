/** What canisters may reserve of a subnet (production's canister manager). */
import type { Canister, Settings } from '../canister.ts';
import { memoryUsage } from '../fees.ts';
import type { Subnet } from '../subnet.ts';
import { withHelp, type ManagementReject } from './reject.ts';

/** Four cores at 100 %, of which half may be reserved. */
const COMPUTE_PERCENT = 200n;
const MEMORY_BYTES = 2n << 40n;
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Throws `ManagementReject` when the subnet cannot promise what `settings` ask for `canister`, or it cannot pay. */
export function checkCapacity(subnet: Subnet, canister: Canister, settings: Settings): void {
    checkCompute(subnet, canister, settings);
    checkMemory(subnet, canister, settings);
    checkBalance(subnet, canister, settings);
}

function checkCompute(subnet: Subnet, canister: Canister, { computeAllocation }: Settings): void {
    const others = sum(subnet, canister, (other) => other.settings.computeAllocation);
    if (computeAllocation > 0n && computeAllocation + others >= COMPUTE_PERCENT) {
        throw withHelp(
            'IC0101',
            `Canister requested a compute allocation of ${computeAllocation}% which cannot be satisfied because the ` +
                `Subnet's remaining compute capacity is ${COMPUTE_PERCENT - others - 1n}%.`,
            'Try moving to another subnet.',
            'subnet-compute-capacity-oversubscribed'
        );
    }
}

function checkMemory(subnet: Subnet, canister: Canister, { memoryAllocation }: Settings): void {
    const others = sum(subnet, canister, (other) => {
        const used = BigInt(memoryUsage(other));
        return used > other.settings.memoryAllocation ? used : other.settings.memoryAllocation;
    });
    if (memoryAllocation > 0n && memoryAllocation + others > MEMORY_BYTES) {
        const left = bytesText(MEMORY_BYTES - others);
        throw withHelp(
            'IC0101',
            `Canister requested ${bytesText(memoryAllocation)} of memory but only ${left} are available in the subnet.`,
            'Try moving to another subnet.',
            'subnet-memory-capacity-oversubscribed'
        );
    }
}

/** Reserving more must not freeze the canister. */
function checkBalance(subnet: Subnet, canister: Canister, settings: Settings): void {
    const { computeAllocation, memoryAllocation } = canister.settings;
    const lacking = BigInt(canister.home.fees.freezingLimit(canister, settings)) - canister.cycles;
    if (lacking > 0n && settings.computeAllocation > computeAllocation) {
        throw unpaid('IC0530', 'compute', `${settings.computeAllocation}%`, lacking);
    }
    if (lacking > 0n && settings.memoryAllocation > memoryAllocation) {
        throw unpaid('IC0531', 'memory', bytesText(settings.memoryAllocation), lacking);
    }
}

function unpaid(errorCode: string, what: 'compute' | 'memory', amount: string, lacking: bigint): ManagementReject {
    return withHelp(
        errorCode,
        `Cannot increase ${what} allocation to ${amount} due to insufficient cycles. At least ${lacking} additional ` +
            'cycles are required.',
        'Top up the canister with more cycles.',
        `insufficient-cycles-in-${what}-allocation`
    );
}

function sum(subnet: Subnet, except: Canister, amount: (canister: Canister) => bigint): bigint {
    return subnet.canisters.reduce((total, other) => (other === except ? total : total + amount(other)), 0n);
}

function bytesText(bytes: bigint): string {
    let [amount, unit] = [Number(bytes), 0];
    while (amount >= 1024 && unit < UNITS.length - 1) {
        amount /= 1024;
        unit++;
    }
    return unit === 0 ? `${bytes} B` : `${amount.toFixed(2)} ${UNITS[unit]}`;
}
