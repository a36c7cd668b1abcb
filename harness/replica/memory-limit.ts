/** The canister setting `wasm_memory_limit`, which holds for update, init and post_upgrade only. */
import { discard } from './run.ts';
import type { Subnet } from './subnet.ts';
import { CanisterTrap } from './traps.ts';
import { docs } from './rejects.ts';

/**
 * After an execution that returned: traps it when the heap is over the limit. Production stops at the growth itself;
 * nothing of the execution is left either way.
 */
export function checkMemoryLimit(subnet: Subnet): CanisterTrap | undefined {
    const { frame } = subnet;
    const limit = frame.canister.settings.wasmMemoryLimit;
    if (limit === 0n) {
        return undefined;
    }
    const bytes = frame.instance.heapBytes();
    if (BigInt(bytes) <= limit) {
        return undefined;
    }
    discard(subnet);
    frame.clearEffects();
    return new CanisterTrap(
        'IC0539',
        `Canister exceeded its current Wasm memory limit of ${limit} bytes. The peak Wasm memory usage was ` +
            `${bytes} bytes. ` +
            'If the canister reaches 4GiB, then it may stop functioning and may become unrecoverable. Please ' +
            'reach out to the ' +
            'canister owner to investigate the reason for the increased memory usage. It might be necessary to ' +
            'move data from ' +
            'the Wasm memory to the stable memory. If such high Wasm memory usage is expected and safe, then the ' +
            'developer ' +
            'can increase the Wasm memory limit in the canister settings.',
        'Try checking the canister for a possible memory leak or modifying it to use more stable memory instead ' +
            'of Wasm memory. ' +
            docs('wasm-memory-limit-exceeded')
    );
}
