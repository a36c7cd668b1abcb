/**
 * The low-memory hook (IC interface specification, "On Low Wasm Memory"): runs once when little is left of the Wasm
 * memory that a canister may use, before any other message of the canister but responses; again only after memory was
 * not low in between.
 */
import type { Canister } from './canister.ts';
import type { Message } from './message.ts';
import type { Subnet } from './subnet.ts';

/** The handler. */
export const HOOK_METHOD = 'canister_on_low_wasm_memory';
const GIB = 1n << 30n;

/** After an execution, or a management call, that may have changed memory or settings: `cause` arms the hook if need be. */
export function updateLowMemory(subnet: Subnet, canister: Canister, cause: Message | undefined): void {
    if (canister.code?.hooked !== true || cause === undefined) {
        return;
    }
    const { journal } = subnet;
    if (!isLow(canister)) {
        resetHook(subnet, canister);
    } else if (canister.lowMemory === 'no') {
        journal.set(canister, 'lowMemory', 'ready');
        journal.set(canister, 'hook', cause.hook(subnet, canister.address.index));
        syncHook(subnet, canister);
    }
}

/** After the status changed: a hook that is ready runs in running canisters only. */
export function syncHook(subnet: Subnet, canister: Canister): void {
    const { hook } = canister;
    const may = hook !== undefined && canister.status === 'running' && canister.code?.hooked === true;
    if (may && !canister.hookEnabled) {
        subnet.journal.set(canister, 'hookEnabled', true);
        subnet.pending.hold(hook);
    } else if (!may) {
        disarmHook(subnet, canister);
    }
}

/** New code, or none: the hook has not run for it. */
export function resetHook(subnet: Subnet, canister: Canister): void {
    disarmHook(subnet, canister);
    subnet.journal.set(canister, 'hook', undefined);
    subnet.journal.set(canister, 'lowMemory', 'no');
}

/** Other messages of the canister may run again. */
export function disarmHook(subnet: Subnet, canister: Canister): void {
    if (canister.hookEnabled && canister.hook !== undefined) {
        subnet.journal.set(canister, 'hookEnabled', false);
        subnet.pending.unhold(canister.hook);
    }
}

function isLow({ settings, instance, code }: Canister): boolean {
    const { wasmMemoryLimit, wasmMemoryThreshold } = settings;
    const most = code?.prepared.memoryWidth === 64 ? 6n * GIB : 4n * GIB;
    const limit = wasmMemoryLimit === 0n || wasmMemoryLimit > most ? most : wasmMemoryLimit;
    return limit < BigInt(instance?.heapBytes() ?? 0) + wasmMemoryThreshold;
}
