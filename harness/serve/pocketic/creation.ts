/** Where a new canister goes: a canister id on the subnet that the caller names. */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { PROVISIONAL_CREATE, candidProblem, type ProvisionalCreateArgs } from '../../replica/index.ts';
import type { PocketInstance } from './instance.ts';
import type { Topology } from './topology.ts';
import type { WireCall } from './wire.ts';

const CREATION = 'provisional_create_canister_with_cycles';

/**
 * The argument of a management call with the id that the creation on a subnet other than the standard one needs; that subnet's next one.
 * A specified id that no subnet hosts yet makes a new subnet, as far as the mainnet has one there.
 */
export function placed(
    { topology, replica }: PocketInstance,
    method: string,
    payload: Uint8Array,
    effective: WireCall['effective_principal']
): Uint8Array {
    if (method !== CREATION || candidProblem(payload) !== undefined) return payload;
    let args: ProvisionalCreateArgs;
    try {
        [args] = IDL.decode([PROVISIONAL_CREATE], payload) as unknown as [ProvisionalCreateArgs];
    } catch {
        // The management canister says what is wrong with it.
        return payload;
    }
    const [specified] = args.specified_id;
    if (specified !== undefined) {
        topology.include(specified.toUint8Array());
        return payload;
    }
    const subnet = subnetOf(topology, effective);
    if (subnet === undefined || subnet === topology.standard) return payload;
    const id = Principal.fromUint8Array(topology.newId(subnet, (id) => replica.canister(id) !== undefined));
    return new Uint8Array(IDL.encode([PROVISIONAL_CREATE], [{ ...args, specified_id: [id] }]));
}

function subnetOf(topology: Topology, effective: WireCall['effective_principal']): Topology['standard'] | undefined {
    if (effective === undefined) return undefined;
    if ('SubnetId' in effective) return topology.byId(effective.SubnetId as Uint8Array);
    return topology.hosting(effective.CanisterId as Uint8Array);
}
