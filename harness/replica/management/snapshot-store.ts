/** The snapshots of a canister: finding, adding, and paying for them. */
import type { Canister } from '../canister.ts';
import { equalBytes } from '../principal.ts';
import type { Snapshot } from '../snapshot.ts';
import { countStored } from '../stored-bytes.ts';
import type { Subnet } from '../subnet.ts';
import { payForInstructions } from './fees.ts';
import { noSuchSnapshot, snapshotUnpaid, tooManySnapshots } from './snapshot-reject.ts';

const SNAPSHOTS_MAX = 10;
const ID_PREFIX_BYTES = 8;
/** Instructions that an operation costs (production's scheduler configuration). */
const COSTS = { whole: 2_000_000_000, part: 5_000_000 } as const;

/** Throws `ManagementReject` when there is no room for a further one and none that it would replace. */
export function checkRoom(canister: Canister, replaced: Uint8Array | undefined): void {
    if (replaced !== undefined) {
        findSnapshot(canister, replaced);
    } else if (canister.snapshots.length >= SNAPSHOTS_MAX) {
        throw tooManySnapshots(canister.address.text, SNAPSHOTS_MAX);
    }
}

/** Throws `ManagementReject` when the canister has no such snapshot. */
export function findSnapshot(canister: Canister, id: Uint8Array): Snapshot {
    const snapshot = canister.snapshots.find((each) => equalBytes(each.id, id));
    if (snapshot === undefined) {
        throw noSuchSnapshot(canister.address.text, id);
    }
    return snapshot;
}

/** The canister that a snapshot belongs to: its id says so. Throws `ManagementReject`. */
export function findOwner(subnet: Subnet, loading: Canister, id: Uint8Array): Canister {
    const owner = subnet.canisters.find(({ address }) => equalBytes(address.bytes, id.subarray(ID_PREFIX_BYTES)));
    if (owner === undefined) {
        throw noSuchSnapshot(loading.address.text, id);
    }
    return owner;
}

/** Takes one away, adds one, or both. */
export function replaceSnapshots(
    subnet: Subnet,
    canister: Canister,
    removed: Uint8Array | undefined,
    added: Snapshot | undefined
): void {
    const kept = canister.snapshots.filter(({ id }) => removed === undefined || !equalBytes(id, removed));
    subnet.journal.set(canister, 'snapshots', added === undefined ? kept : [...kept, added]);
    countStored(subnet, canister);
    subnet.changed(canister);
}

/** Charges for an operation on a whole snapshot or on a part; throws when that, or what is stored now, freezes. */
export function payForSnapshot(subnet: Subnet, canister: Canister, cost: keyof typeof COSTS): void {
    const lacking = payForInstructions(subnet, canister, COSTS[cost]);
    if (lacking > 0n) {
        throw snapshotUnpaid(canister.address.text, lacking);
    }
}
