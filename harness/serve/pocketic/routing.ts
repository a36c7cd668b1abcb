/**
 * To which subnet a client's call goes (PocketIC's server, `route` and `route_call`): the one that the client names, or that hosts the
 * canister which the call is about.
 */
import { IDL } from '@dfinity/candid';
import { PROVISIONAL_CREATE, candidProblem, principalText, type ProvisionalCreateArgs } from '../../replica/index.ts';
import { targetOf } from '../effective.ts';
import { PocketIcError, quoted } from './errors.ts';
import type { Subnet, Topology } from './topology.ts';
import type { WireCall } from './wire.ts';

const CREATION = 'provisional_create_canister_with_cycles';

/**
 * The subnet of a call. Creating a canister with an id of the mainnet that no subnet hosts yet makes one, of which `onNew` is told. Throws
 * `PocketIcError`.
 */
export function routed(topology: Topology, call: WireCall, onNew: (subnet: Subnet) => void): Subnet {
    const effective = call.effective_principal;
    if (effective !== undefined && 'SubnetId' in effective) return topology.byId(effective.SubnetId as Uint8Array);
    const creates = call.canister_id.length === 0 && call.method === CREATION;
    const id = effective === undefined ? subjectOf(call, creates) : (effective.CanisterId as Uint8Array);
    if (id === undefined || (creates && id.length === 0)) return topology.standard;
    const found = topology.hosting(id);
    if (found !== undefined) return found;
    if (!creates) throw bad(`Canister ${principalText(id)} does not belong to any subnet.`);
    const made = topology.include(id);
    onNew(made);
    return made;
}

/** The canister that a call is about when nobody says so; undefined when it is about none. */
function subjectOf({ canister_id: callee, method, payload }: WireCall, creates: boolean): Uint8Array | undefined {
    if (callee.length > 0) return callee;
    if (candidProblem(payload) !== undefined) return undefined;
    return creates ? specifiedId(payload) : targetOf({ method, arg: payload });
}

function specifiedId(payload: Uint8Array): Uint8Array | undefined {
    try {
        const [args] = IDL.decode([PROVISIONAL_CREATE], payload) as unknown as [ProvisionalCreateArgs];
        return args.specified_id[0]?.toUint8Array();
    } catch {
        // The management canister says what is wrong with it.
        return undefined;
    }
}

function bad(text: string): PocketIcError {
    return new PocketIcError(`BadIngressMessage(${quoted(text)})`);
}
