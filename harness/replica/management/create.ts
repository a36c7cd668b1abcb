/** New canisters: create_canister and provisional_create_canister_with_cycles. */
import { createHash } from 'node:crypto';
import { Canister } from '../canister.ts';
import { CYCLES_MAX, PROVISIONAL_CYCLES } from '../fees.ts';
import { recordChange } from '../history.ts';
import type { Message } from '../message.ts';
import type { Home } from '../home.ts';
import { canisterIdAt, type Address } from '../principal.ts';
import { StableMemory } from '../stable.ts';
import { countStored } from '../stored-bytes.ts';
import { consume } from '../consumed.ts';
import type { Subnet } from '../subnet.ts';
import { isAdmin } from './access.ts';
import { homeOf, homeOfSender } from './home-of.ts';
import { checkCapacity } from './capacity.ts';
import { general, originOf, replied, type Done, type Method, type Request } from './method.ts';
import { feeTooLow, idExists, notFromThere, notHosted } from './reject.ts';
import { environmentHash, newSettings } from './settings.ts';
import * as types from './types.ts';

/** Ids derived from causal paths lie above every id given out in order. */
const CAUSAL_ID_BIT = 0x40;

/** `general` methods: there is no canister yet that they could be about. */
export const CREATION: readonly Method[] = [
    general('create_canister', 'canisters-and-admins', types.CREATE_CANISTER, createCanister),
    general('provisional_create_canister_with_cycles', 'everyone', types.PROVISIONAL_CREATE, provisionalCreate)
];

/** create_canister: pays the fee out of the attached cycles, the rest is the new balance. Admins need no cycles. */
function createCanister(request: Request, args: types.CreateArgs): Done {
    const { subnet, message, sender, cycles } = request;
    const home = homeOf(subnet, message as Message);
    const from = homeOfSender(subnet, sender);
    if (request.within !== undefined && from !== home && !from.isNns) {
        throw notFromThere();
    }
    const creation = isAdmin(subnet, sender) ? 0n : home.fees.creation;
    if (cycles < creation) {
        throw feeTooLow(creation, cycles);
    }
    const address = nextId(subnet, home, message as Message);
    const canister = addCanister(request, { address, home }, args, cycles - creation);
    consume(subnet, canister, 'creation', creation);
    return created(address, cycles);
}

/** For development networks: cycles from thin air, no fee. */
function provisionalCreate(request: Request, args: types.ProvisionalCreateArgs): Done {
    const { subnet, message } = request;
    const [amount = PROVISIONAL_CYCLES] = args.amount;
    const [specified] = args.specified_id;
    const home = homeOf(subnet, message as Message);
    const address =
        specified === undefined
            ? nextId(subnet, home, message as Message)
            : freeAddress(subnet, home, subnet.addresses.of(specified.toUint8Array()));
    addCanister(request, { address, home }, args, amount);
    return created(address, 0n);
}

function created(address: Address, kept: bigint): Done {
    return replied(types.CANISTER_ID, { canister_id: types.principalOf(address.bytes) }, kept);
}

function addCanister(
    { subnet, sender, message }: Request,
    { address, home }: { readonly address: Address; readonly home: Home },
    args: types.CreateArgs,
    cycles: bigint
): Canister {
    const { journal, limits } = subnet;
    const settings = newSettings(sender, args.settings);
    const stable = new StableMemory(journal, limits.stableBytesMax);
    const balance = cycles < CYCLES_MAX ? cycles : CYCLES_MAX;
    const canister = new Canister(address, home, subnet.timeNs, stable, settings, balance, subnet.nextVersion());
    checkCapacity(subnet, canister, settings);
    journal.set(address, 'canister', canister);
    journal.push(subnet.canisters, canister);
    const named = (args.settings[0]?.environment_variables.length ?? 0) > 0;
    recordChange(subnet, canister, originOf({ message, sender }, args), {
        kind: 'creation',
        controllers: settings.controllers,
        environmentHash: named ? environmentHash(settings.environment) : undefined
    });
    countStored(subnet, canister);
    return canister;
}

/** Throws unless a canister may be created there: never where one is, or was. */
function freeAddress(subnet: Subnet, home: Home, address: Address): Address {
    if (!home.hosts(address.bytes)) {
        throw notHosted(address.text, home.id);
    }
    if (isTaken(subnet, address)) {
        throw idExists(address.text);
    }
    return address;
}

function isTaken(subnet: Subnet, address: Address): boolean {
    return address.canister !== undefined || subnet.deleted.includes(address);
}

/** The id of the canister that this management call creates. */
function nextId(subnet: Subnet, home: Home, origin: Message): Address {
    if (subnet.identity === 'causal' && subnet.marks.length > 0 && !subnet.homes.several) {
        return subnet.addresses.of(causalId(origin));
    }
    for (;;) {
        const address = subnet.addresses.of(canisterIdAt(home.firstCanisterId + BigInt(home.orderedIds)));
        subnet.journal.set(home, 'orderedIds', home.orderedIds + 1);
        if (!isTaken(subnet, address)) {
            return address;
        }
    }
}

function causalId(origin: Message): Uint8Array {
    const bytes = new Uint8Array(10);
    bytes.set(createHash('sha256').update(`canister\n${origin.path}`).digest().subarray(0, 8));
    bytes[0] = (bytes[0] as number) | 0x80 | CAUSAL_ID_BIT;
    bytes[8] = 1;
    bytes[9] = 1;
    return bytes;
}
