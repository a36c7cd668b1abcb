/** A controller takes a snapshot of a canister, or loads one (IC interface specification, "load_canister_snapshot"). */
import { Principal } from '@dfinity/principal';
import type { Canister } from './canister.ts';
import type { Request } from './management/method.ts';
import type { ManagementReject } from './management/reject.ts';
import { loadSnapshot, takeSnapshot } from './management/snapshots.ts';
import type { Message } from './message.ts';
import { endStep, type Execution } from './outcome.ts';
import type { Subnet } from './subnet.ts';

/** The canister and whose controller acts. */
export interface Rewound {
    readonly canister: Canister;
    readonly by: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);

/** Takes one, and says its id by `taken`. Atomic; refused where the canister cannot pay, or has ten. */
export function take(
    subnet: Subnet,
    message: Message,
    { canister, by }: Rewound,
    taken: (id: Uint8Array) => void
): Execution {
    return attempted(subnet, message, () => {
        const none = { replace_snapshot: [], uninstall_code: [], sender_canister_version: [] };
        const args = { canister_id: idOf(canister), ...none };
        takeSnapshot(requestOf(subnet, message, 'take_canister_snapshot', by), canister, args as never);
        taken(canister.snapshots.at(-1)!.id);
    });
}

/** Loads it: memory is as it was, open calls stay open, and their callbacks meet a heap that knows nothing of them. Atomic. */
export function load(subnet: Subnet, message: Message, { canister, by }: Rewound, id: Uint8Array): Execution {
    return attempted(subnet, message, () => {
        const args = { canister_id: idOf(canister), snapshot_id: id, sender_canister_version: [] };
        loadSnapshot(requestOf(subnet, message, 'load_canister_snapshot', by), canister, args as never);
    });
}

function attempted(subnet: Subnet, message: Message, act: () => void): Execution {
    const before = subnet.journal.savepoint();
    try {
        act();
        return endStep(subnet, message, 'committed', undefined, 'none', 0);
    } catch (error) {
        // By its code: the class may be that of another realm.
        if ((error as { code?: unknown }).code !== 'replica/management-reject') {
            throw error;
        }
        subnet.journal.undoTo(before);
        return endStep(subnet, message, 'refused', (error as ManagementReject).answer.reject, 'none', 0);
    }
}

function requestOf(subnet: Subnet, message: Message, method: string, sender: Uint8Array): Request {
    return { subnet, method, sender, arg: NO_BYTES, cycles: 0n, message, senderVersion: undefined };
}

function idOf({ address }: Canister): Principal {
    return Principal.fromUint8Array(address.bytes);
}
