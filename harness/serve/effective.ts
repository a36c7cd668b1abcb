/**
 * Effective canister and subnet ids: which URL a request may come through (IC interface specification, "Effective
 * canister id" and "Effective subnet id").
 */
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import { decodeCandid, principalText } from '../replica/index.ts';
import { equal } from './bytes.ts';
import { refuseCandidBombs } from './candid-guard.ts';
import type { CallContent } from './envelope.ts';
import { BadRequestError } from './errors.ts';

/** What the URL names. */
export interface Effective {
    readonly kind: 'canister' | 'subnet';
    readonly id: Uint8Array;
}

const CREATING = new Set(['create_canister', 'provisional_create_canister_with_cycles']);
const LISTING = 'list_canisters';
const CHUNKED = 'install_chunked_code';

/** Checks that the request came through the right URL. Throws `BadRequestError`. */
export function checkEffective(content: CallContent, effective: Effective, subnetId: Uint8Array): void {
    if (content.canisterId.length === 0) {
        refuseCandidBombs(content.arg);
    }
    if (effective.kind === 'subnet') {
        checkSubnet(content, effective.id, subnetId);
        return;
    }
    if (content.canisterId.length > 0) {
        requireSame(content.canisterId, effective.id);
        return;
    }
    if (CREATING.has(content.method) || content.method === LISTING) {
        // "any principal can be used as the effective canister id for this call"
        return;
    }
    const target = targetOf(content);
    if (target !== undefined) {
        requireSame(target, effective.id);
    }
    // "Otherwise, the call is rejected by the system independently of the effective canister id."
}

function checkSubnet({ type, canisterId, method }: CallContent, id: Uint8Array, subnetId: Uint8Array): void {
    if (!equal(id, subnetId)) {
        const here = principalText(subnetId);
        throw new BadRequestError(`Subnet ${principalText(id)} is not served here; this is ${here}.`);
    }
    const allowed = type === 'call' ? CREATING.has(method) : method === LISTING;
    if (canisterId.length > 0 || !allowed) {
        const what = type === 'call' ? 'calls that create canisters' : `queries of ${LISTING}`;
        throw new BadRequestError(`Subnet URLs serve ${what} of the management canister only.`);
    }
}

function requireSame(target: Uint8Array, effective: Uint8Array): void {
    if (!equal(target, effective)) {
        const given = `effective canister id in URL ${principalText(effective)}`;
        throw new BadRequestError(`Specified CanisterId ${principalText(target)} does not match ${given}.`);
    }
}

/** The canister that a management call is about; undefined when its argument, which is no bomb, does not say. */
export function targetOf({ method, arg }: Pick<CallContent, 'method' | 'arg'>): Uint8Array | undefined {
    const field = method === CHUNKED ? 'target_canister' : 'canister_id';
    try {
        const decoded = decodeCandid(IDL.Record({ [field]: IDL.Principal }), arg);
        if (decoded.kind !== 'value') return undefined;
        return (decoded.value as Record<string, Principal>)[field]?.toUint8Array();
    } catch {
        // Anything that is no such record; the management canister will say what is wrong with it.
        return undefined;
    }
}
