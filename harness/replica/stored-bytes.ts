/** What a canister stores besides its heap, stable memory and module; it pays for that too. */
import type { Canister } from './canister.ts';
import { CHUNK_BYTES_MAX } from './chunk-store.ts';
import { historyBytes } from './history.ts';
import { snapshotBytes } from './snapshot.ts';
import type { Subnet } from './subnet.ts';

/** The parts, as `canister_status` shows them. */
export function storedBytes(canister: Canister): { chunks: number; history: number; snapshots: number } {
    return {
        chunks: canister.chunks.size * CHUNK_BYTES_MAX,
        history: historyBytes(canister.history),
        snapshots: canister.snapshots.reduce((sum, snapshot) => sum + snapshotBytes(snapshot), 0)
    };
}

/** Counts again after one of them changed: balances are compared with the sum in every message. */
export function countStored(subnet: Subnet, canister: Canister): void {
    const { chunks, history, snapshots } = storedBytes(canister);
    subnet.journal.set(canister, 'storedBytes', chunks + history + snapshots);
}
