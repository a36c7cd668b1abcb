/**
 * On which subnet a message executes (production's routing of management canister requests). One that is about a canister goes to the
 * canister's subnet, one about a subnet to that, one for a threshold key to where it is held, everything else to the caller's subnet.
 */
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import type { Home } from '../home.ts';
import type { Call, Message } from '../message.ts';
import { MANAGEMENT_INDEX } from '../principal.ts';
import type { Subnet } from '../subnet.ts';
import { decodeCandid } from './candid-decode.ts';

/** Fields that name what a method is about. */
const TARGETS: Readonly<Record<string, string | undefined>> = {
    create_canister: undefined,
    provisional_create_canister_with_cycles: undefined,
    install_chunked_code: 'target_canister',
    subnet_info: 'subnet_id',
    node_metrics_history: 'subnet_id'
};
const CANISTER = 'canister_id';
/** Of a threshold key, whosever: public keys name a canister. */
const KEYED = /^(ecdsa_public_key|schnorr_public_key|vetkd_public_key|sign_with_ecdsa|sign_with_schnorr|vetkd_derive_key)$/;

/** Where calls go is asked in every round that they wait for. */
const known = new WeakMap<Call, Uint8Array | 'caller'>();

/** Where a message executes. */
export function homeOf(subnet: Subnet, message: Message): Home {
    const { homes, addresses } = subnet;
    if (!homes.several) {
        return homes.standard;
    }
    if (message.canister === MANAGEMENT_INDEX) {
        return message.outcall?.caller.home ?? managementHome(subnet, message.call as Call);
    }
    const { canister, bytes } = addresses.at(message.canister);
    // Where there is no route, the caller's subnet says so.
    return canister?.home ?? homes.of(bytes) ?? homeOfCaller(subnet, message.call);
}

/** The subnet whose management canister was called by the subnet's id; undefined for `aaaaa-aa`. */
export function calledSubnet({ homes }: Subnet, { callee }: Call): Home | undefined {
    return callee.bytes.length === 0 ? undefined : homes.withId(callee.bytes);
}

/** Where a principal lives: its subnet when it is a canister's. */
export function homeOfSender({ homes, addresses }: Subnet, sender: Uint8Array): Home {
    return addresses.find(sender).canister?.home ?? homes.standard;
}

function homeOfCaller({ homes }: Subnet, call: Call | undefined): Home {
    return call?.callback?.context.canister.home ?? homes.standard;
}

function managementHome(subnet: Subnet, call: Call): Home {
    const { homes } = subnet;
    const called = calledSubnet(subnet, call);
    if (called !== undefined) {
        return called;
    }
    if (KEYED.test(call.method)) {
        // Where there is no key, the caller's subnet says so.
        return homes.keyHolder ?? homeOfCaller(subnet, call);
    }
    let target = known.get(call);
    if (target === undefined) {
        target = targetOf(call) ?? 'caller';
        known.set(call, target);
    }
    const named = target === 'caller' ? undefined : (homes.of(target) ?? homes.withId(target));
    return named ?? call.home ?? homeOfCaller(subnet, call);
}

function targetOf({ method, arg }: Call): Uint8Array | undefined {
    const field = Object.hasOwn(TARGETS, method) ? TARGETS[method] : CANISTER;
    if (field === undefined) {
        return undefined;
    }
    try {
        const decoded = decodeCandid(IDL.Record({ [field]: IDL.Principal }), arg);
        if (decoded.kind === 'over the quota') {
            return undefined;
        }
        return (decoded.value as Record<string, Principal>)[field]?.toUint8Array();
    } catch {
        // Anything that is no such record; the method will say what is wrong with it.
        return undefined;
    }
}
