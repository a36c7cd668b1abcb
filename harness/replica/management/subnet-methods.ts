/** raw_rand, subnet_info, node_metrics_history, list_canisters: what is about the subnet. */
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import { samplesSince } from '../blocks.ts';
import type { Home } from '../home.ts';
import type { Message } from '../message.ts';
import { principalText } from '../principal.ts';
import type { Subnet } from '../subnet.ts';
import { isAdmin } from './access.ts';
import { general, replied, type Method, type Request } from './method.ts';
import { ManagementReject } from './reject.ts';
import { BLOB, principalOf } from './types.ts';

const SUBNET_ID = IDL.Record({ subnet_id: IDL.Principal });
const SUBNET_INFO = IDL.Record({ replica_version: IDL.Text, registry_version: IDL.Nat64 });
const NODE_METRICS_ARGS = IDL.Record({ subnet_id: IDL.Principal, start_at_timestamp_nanos: IDL.Nat64 });
const NODE_METRICS = IDL.Vec(
    IDL.Record({
        timestamp_nanos: IDL.Nat64,
        node_metrics: IDL.Vec(
            IDL.Record({
                node_id: IDL.Principal,
                num_blocks_proposed_total: IDL.Nat64,
                num_block_failures_total: IDL.Nat64
            })
        )
    })
);
const CANISTER_RANGES = IDL.Record({
    canisters: IDL.Vec(IDL.Record({ start: IDL.Principal, end: IDL.Principal }))
});
interface NodeMetricsArgs {
    readonly subnet_id: Principal;
    readonly start_at_timestamp_nanos: bigint;
}

/** There is one version of this replica at a time, and no registry that changes. */
const VERSION = { replica_version: 'interleave', registry_version: 1n };

export const SUBNET: readonly Method[] = [
    general('raw_rand', 'canisters', undefined, ({ subnet, message }) =>
        replied(BLOB, subnet.random((message as Message).path))
    ),
    general('subnet_info', 'canisters', SUBNET_ID, ({ subnet }, args: { subnet_id: Principal }) => {
        checkSubnet(subnet, args.subnet_id);
        return replied(SUBNET_INFO, VERSION);
    }),
    // Where nodes have no names, no day has samples: a legal answer.
    general('node_metrics_history', 'canisters', NODE_METRICS_ARGS, ({ subnet }, args: NodeMetricsArgs) => {
        const samples = samplesSince(checkSubnet(subnet, args.subnet_id), args.start_at_timestamp_nanos);
        const wire = samples.map(({ timeNs, nodes }) => ({
            timestamp_nanos: timeNs,
            node_metrics: [...nodes.values()].map(({ id, proposed, failed }) => ({
                node_id: principalOf(id),
                num_blocks_proposed_total: proposed,
                num_block_failures_total: failed
            }))
        }));
        return replied(NODE_METRICS, wire);
    }),
    general('list_canisters', 'queries', undefined, listCanisters)
];

function listCanisters({ subnet, sender, method }: Request): ReturnType<typeof replied> {
    if (!isAdmin(subnet, sender)) {
        throw new ManagementReject('IC0406', `Only subnet admins can call ic00 method ${method}`);
    }
    const numbers = subnet.canisters
        .map(({ address }) => new DataView(address.bytes.slice().buffer).getBigUint64(0))
        .sort((a, b) => (a < b ? -1 : 1));
    const ranges: { first: bigint; last: bigint }[] = [];
    for (const number of numbers) {
        const range = ranges.at(-1);
        if (range?.last === number - 1n) {
            range.last = number;
        } else {
            ranges.push({ first: number, last: number });
        }
    }
    const canisters = ranges.map(({ first, last }) => ({ start: idOf(first), end: idOf(last) }));
    return replied(CANISTER_RANGES, { canisters });
}

function idOf(number: bigint): Principal {
    const bytes = new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
    new DataView(bytes.buffer).setBigUint64(0, number);
    return principalOf(bytes);
}

function checkSubnet(subnet: Subnet, id: Principal): Home {
    const bytes = id.toUint8Array();
    const home = subnet.homes.withId(bytes);
    if (home === undefined) {
        throw new ManagementReject('IC0404', `Could not find subnet ${principalText(bytes)}`);
    }
    return home;
}
