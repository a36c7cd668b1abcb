/** Why snapshots cannot be taken, loaded, read or filled, with production's texts (its canister manager). */
import { hexOf } from '../chunk-store.ts';
import { ManagementReject, withHelp } from './reject.ts';

/** IC0305. */
export function noSuchSnapshot(canister: string, id: Uint8Array): ManagementReject {
    return withHelp(
        'IC0305',
        `Could not find the snapshot ID ${hexOf(id)} for canister ${canister}.`,
        'Use the `list_canister_snapshot` API to see which snapshots are present.',
        'canister-snapshot-not-found'
    );
}

/** IC0406; production's link leads nowhere. */
export function tooManySnapshots(canister: string, most: number): ManagementReject {
    return new ManagementReject(
        'IC0406',
        `Canister ${canister} has reached the maximum number of snapshots allowed: ${most}.\n` +
            'Consider deleting an unnecessary snapshot of the specified canister before creating a new one. ' +
            'See documentation: canister-snapshot-limit-exceeded'
    );
}

/** IC0406: there is nothing to take. */
export function emptyCanister(canister: string): ManagementReject {
    return new ManagementReject('IC0406', `Failed to create snapshot for empty canister ${canister}:`);
}

/** IC0406: whose snapshot it is decides too. */
export function notSnapshotController(): ManagementReject {
    return withHelp(
        'IC0406',
        'Only a controller of the canister that the snapshot belongs to can load it.',
        'Ask a controller of that canister to load it.',
        'canister-snapshot-not-controller'
    );
}

/** IC0409: what was taken does not change any more. */
export function immutableSnapshot(): ManagementReject {
    return new ManagementReject('IC0409', 'Only canister snapshots created by metadata upload can be mutated.');
}

/** IC0408: an uploaded snapshot that cannot be loaded. */
export function inconsistentSnapshot(detail: string): ManagementReject {
    return new ManagementReject('IC0408', `The snapshot is inconsistent: ${detail}`);
}

/** IC0408: beyond the end. */
export function invalidSlice(offset: bigint, size: bigint): ManagementReject {
    const text = `offset: ${offset}, size: ${size}`;
    return new ManagementReject(
        'IC0408',
        `Invalid subslice into wasm module / main memory / stable memory: ${text}`
    );
}

/** IC0408: more than one message carries. */
export function sliceTooLarge(requested: bigint, allowed: bigint): ManagementReject {
    return new ManagementReject('IC0408', `Requested slice too large: ${requested} > ${allowed}`);
}

/** IC0207. */
export function snapshotUnpaid(canister: string, lacking: bigint): ManagementReject {
    const why =
        `Canister ${canister} is out of cycles: please top up the canister with at least ${lacking} additional ` +
        'cycles';
    return new ManagementReject(
        'IC0207',
        `Canister snapshotting failed with: \`${why}\`\n` +
            'Try sending more cycles with the request. See documentation: canister-snapshot-not-enough-cycles'
    );
}
