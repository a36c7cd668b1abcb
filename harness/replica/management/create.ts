/** New canisters: create_canister and provisional_create_canister_with_cycles. */
import { createHash } from 'node:crypto';
import { Canister } from '../canister.ts';
import { CYCLES_MAX, PROVISIONAL_CYCLES } from '../fees.ts';
import type { Message } from '../message.ts';
import { isCanisterId, type Address } from '../principal.ts';
import { StableMemory } from '../stable.ts';
import type { Subnet } from '../subnet.ts';
import { feeTooLow, ManagementReject, notHosted } from './reject.ts';
import { newSettings } from './settings.ts';
import type { CreateArgs, ProvisionalCreateArgs } from './types.ts';

/** Ids given out in order start where those of a local development network do. */
const FIRST_ORDERED_ID = 0x8000_0000_0010_0000n;
/** Ids derived from causal paths lie above every id given out in order. */
const CAUSAL_ID_BIT = 0x40;

/** create_canister: pays the fee out of the attached cycles, the rest is the new balance. */
export function createCanister(
    subnet: Subnet,
    origin: Message,
    creator: Uint8Array,
    args: CreateArgs,
    cycles: bigint
): Address {
    const { creation } = subnet.fees;
    if (cycles < creation) {
        throw feeTooLow(creation, cycles);
    }
    return addCanister(subnet, nextId(subnet, origin), creator, args, cycles - creation);
}

/** For development networks: cycles from thin air, no fee. */
export function provisionalCreate(
    subnet: Subnet,
    origin: Message,
    creator: Uint8Array,
    args: ProvisionalCreateArgs
): Address {
    const [amount = PROVISIONAL_CYCLES] = args.amount;
    const [specified] = args.specified_id;
    if (specified === undefined) {
        return addCanister(subnet, nextId(subnet, origin), creator, args, amount);
    }
    const address = subnet.addresses.of(specified.toUint8Array());
    if (!isCanisterId(address.bytes)) {
        throw notHosted(address.text);
    }
    if (address.canister !== undefined) {
        const text = `Unsuccessful canister creation: canister id ${address.text} already exists.`;
        throw new ManagementReject('IC0205', text);
    }
    return addCanister(subnet, address, creator, args, amount);
}

function addCanister(subnet: Subnet, address: Address, creator: Uint8Array, args: CreateArgs, cycles: bigint): Address {
    const { journal, limits } = subnet;
    const settings = newSettings(creator, args.settings);
    const stable = new StableMemory(journal, limits.stableBytesMax);
    const balance = cycles < CYCLES_MAX ? cycles : CYCLES_MAX;
    const canister = new Canister(address, subnet.timeNs, stable, settings, balance, subnet.nextVersion());
    journal.set(address, 'canister', canister);
    journal.push(subnet.canisters, canister);
    return address;
}

/** The id of the canister that this management call creates. */
function nextId(subnet: Subnet, origin: Message): Address {
    if (subnet.identity === 'causal' && subnet.marks.length > 0) {
        return subnet.addresses.of(causalId(origin));
    }
    for (;;) {
        const address = subnet.addresses.of(canisterId(FIRST_ORDERED_ID + BigInt(subnet.orderedIds)));
        subnet.journal.set(subnet, 'orderedIds', subnet.orderedIds + 1);
        if (address.canister === undefined) {
            return address;
        }
    }
}

function canisterId(number: bigint): Uint8Array {
    const bytes = new Uint8Array(10);
    new DataView(bytes.buffer).setBigUint64(0, number);
    bytes[8] = 1;
    bytes[9] = 1;
    return bytes;
}

function causalId(origin: Message): Uint8Array {
    const bytes = new Uint8Array(10);
    bytes.set(createHash('sha256').update(`canister\n${origin.path}`).digest().subarray(0, 8));
    bytes[0] = (bytes[0] as number) | 0x80 | CAUSAL_ID_BIT;
    bytes[8] = 1;
    bytes[9] = 1;
    return bytes;
}
