/**
 * Taking a canister's code away (IC interface specification, "Code uninstallation"): whoever waits for the canister is
 * told, its calls are forgotten, and what they return later only brings cycles back.
 */
import type { Canister } from './canister.ts';
import { closeContext, respond } from './contexts.ts';
import { purgeLog } from './logs.ts';
import { resetHook } from './low-memory.ts';
import { textOnlyReject } from './rejects.ts';
import { StableMemory } from './stable.ts';
import { countStored } from './stored-bytes.ts';
import type { Subnet } from './subnet.ts';
import { syncTimer } from './timers.ts';

const NO_BYTES = new Uint8Array(0);

/** Empties the canister. Balance, controllers, history, status, allocations and snapshots stay. */
export function uninstall(subnet: Subnet, canister: Canister): void {
    const { journal, limits } = subnet;
    const { code, instance, stable } = canister;
    // A replica that nobody rolls back runs for days: nothing that is gone may stay in its memory.
    if (code !== undefined && instance !== undefined && subnet.marks.length > 0) {
        journal.set(canister, 'removed', { code, instance, stable });
    }
    journal.set(canister, 'code', undefined);
    journal.set(canister, 'instance', undefined);
    journal.set(canister, 'installedNs', 0n);
    journal.set(canister, 'stable', new StableMemory(journal, limits.stableBytesMax));
    journal.set(canister, 'certifiedData', NO_BYTES);
    journal.set(canister, 'chunks', new Map());
    journal.set(canister, 'timerNs', 0n);
    syncTimer(subnet, canister, undefined);
    resetHook(subnet, canister);
    purgeLog(subnet, canister);
    countStored(subnet, canister);
    subnet.countChange(canister);
    subnet.changed(canister);
    deleteContexts(subnet, canister);
}

/** A context that still waits for responses stays open, so that a canister that stops waits for them too. */
function deleteContexts(subnet: Subnet, canister: Canister): void {
    const { journal } = subnet;
    for (const context of subnet.openContexts.filter((open) => open.canister === canister)) {
        journal.set(context, 'deleted', true);
        if (context.needsToRespond) {
            const refund = context.available;
            journal.keep(context);
            context.needsToRespond = false;
            journal.set(context, 'available', 0n);
            respond(subnet, context.origin, textOnlyReject('IC0406', 'Canister has been uninstalled.'), refund);
        }
        if (context.outstanding === 0) {
            closeContext(subnet, context);
        }
    }
}
