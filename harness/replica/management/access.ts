/** Who may do what to a canister (IC interface specification, "The IC management canister", method by method). */
import type { Canister, Visibility } from '../canister.ts';
import { isController } from '../charge.ts';
import { equalBytes } from '../principal.ts';
import type { Subnet } from '../subnet.ts';
import { logsNotAllowed, notController, type ManagementReject } from './reject.ts';

export interface Access {
    allows(subnet: Subnet, canister: Canister, sender: Uint8Array): boolean;
    /** What those are told who may not. */
    refusal(canister: Canister, sender: Uint8Array): ManagementReject;
}

export const ANYONE: Access = { allows: () => true, refusal: notController };

export const CONTROLLERS: Access = {
    allows: (_subnet, canister, sender) => isController(canister, sender),
    refusal: notController
};

export const CONTROLLERS_AND_ADMINS: Access = {
    allows: (subnet, canister, sender) => isController(canister, sender) || isAdmin(subnet, sender),
    refusal: notController
};

/** The canister's own code may handle its chunks. */
export const CONTROLLERS_AND_SELF: Access = {
    allows: (_subnet, canister, sender) => isController(canister, sender) || isSelf(canister, sender),
    refusal: notController
};

export const STATUS_READERS: Access = {
    allows: (subnet, canister, sender) =>
        sees(canister, canister.settings.statusVisibility, sender) ||
        isSelf(canister, sender) ||
        isAdmin(subnet, sender),
    refusal: notController
};

export const SNAPSHOT_READERS: Access = {
    allows: (_subnet, canister, sender) => sees(canister, canister.settings.snapshotVisibility, sender),
    refusal: notController
};

export const LOG_READERS: Access = {
    allows: (_subnet, canister, sender) => sees(canister, canister.settings.logVisibility, sender),
    refusal: (_canister, sender) => logsNotAllowed(sender)
};

/** Subnet admins exist on subnets that are rented; here those that the options name. */
export function isAdmin(subnet: Subnet, sender: Uint8Array): boolean {
    return subnet.admins.some((admin) => equalBytes(admin, sender));
}

function isSelf(canister: Canister, sender: Uint8Array): boolean {
    return equalBytes(canister.address.bytes, sender);
}

function sees(canister: Canister, visibility: Visibility, sender: Uint8Array): boolean {
    if (visibility === 'public' || isController(canister, sender)) {
        return true;
    }
    return visibility !== 'controllers' && visibility.some((viewer) => equalBytes(viewer, sender));
}
