/** The history of a canister's code and controllers (IC interface specification, "Canister history"). */
import type { Canister } from './canister.ts';
import type { Subnet } from './subnet.ts';

/** The specification guarantees 20 changes; production keeps exactly as many. */
const CHANGES_MAX = 20;
/** What a change counts as in `canister_history_size`, apart from principals. */
const CHANGE_BYTES = 128;
const PRINCIPAL_BYTES = 30;

/** Who made a change; a canister may have told its version. */
export type ChangeOrigin =
    { readonly user: Uint8Array } | { readonly canister: Uint8Array; readonly version: bigint | undefined };

/** Where a snapshot's content is from. */
export type SnapshotSource = 'taken_from_canister' | 'metadata_upload';

export type ChangeDetails =
    | {
          readonly kind: 'creation';
          readonly controllers: readonly Uint8Array[];
          readonly environmentHash: Uint8Array | undefined;
      }
    | { readonly kind: 'code_uninstall' }
    | {
          readonly kind: 'code_deployment';
          readonly mode: 'install' | 'reinstall' | 'upgrade';
          readonly moduleHash: Uint8Array;
      }
    | {
          readonly kind: 'load_snapshot';
          /** Undefined when it is the canister itself. */
          readonly from: Uint8Array | undefined;
          readonly snapshotId: Uint8Array;
          readonly version: bigint;
          readonly takenNs: bigint;
          readonly source: SnapshotSource;
      }
    | { readonly kind: 'controllers_change'; readonly controllers: readonly Uint8Array[] };

export interface Change {
    readonly timestampNs: bigint;
    /** After the change. */
    readonly version: bigint;
    readonly origin: ChangeOrigin;
    readonly details: ChangeDetails;
}

/** Replaced, never changed. */
export interface History {
    /** Of all time, those dropped included. */
    readonly total: number;
    /** Oldest first. */
    readonly changes: readonly Change[];
}

export const NO_HISTORY: History = { total: 0, changes: [] };

/** Records a change that was just made; the canister's version is already the new one. */
export function recordChange(subnet: Subnet, canister: Canister, origin: ChangeOrigin, details: ChangeDetails): void {
    const { history, version } = canister;
    const change: Change = { timestampNs: subnet.timeNs, version, origin, details };
    const changes = [...history.changes.slice(1 - CHANGES_MAX), change];
    subnet.journal.set(canister, 'history', { total: history.total + 1, changes });
}

/** A canister that ran out of cycles loses its history, but not its length. */
export function dropHistory(subnet: Subnet, canister: Canister): void {
    subnet.journal.set(canister, 'history', { total: canister.history.total, changes: [] });
}

/** Our own measure: production's depends on its memory layout. */
export function historyBytes({ changes }: History): number {
    return changes.reduce((sum, { details }) => sum + CHANGE_BYTES + principals(details) * PRINCIPAL_BYTES, 0);
}

function principals(details: ChangeDetails): number {
    switch (details.kind) {
        case 'creation':
        case 'controllers_change':
            return details.controllers.length;
        case 'code_uninstall':
        case 'code_deployment':
        case 'load_snapshot':
            return 0;
    }
}
