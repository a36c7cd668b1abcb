/** Queries of users: executions on committed state that leave no trace (IC interface specification, "Query call"). */
import type { Canister, Removed } from './canister.ts';
import { QueryGraph, type QueryRequest } from './composite.ts';
import { beginStep } from './outcome.ts';
import type { Address } from './principal.ts';
import { resultOf, type CallResult } from './rejects.ts';
import type { Subnet } from './subnet.ts';
import type { CallerInfo } from './user-call.ts';

/** What a user's query may bring along. */
interface Extras {
    /** What data_certificate_copy gives. */
    readonly dataCertificate: Uint8Array | undefined;
    readonly callerInfo: CallerInfo | undefined;
    /** Time of the state that is queried; undefined: now. */
    readonly timeNs: bigint | undefined;
}

/** Runs a query method. */
export function runQuery(subnet: Subnet, request: QueryRequest, extras: Extras): CallResult {
    beginStep(subnet);
    const { dataCertificate, callerInfo, timeNs = subnet.timeNs } = extras;
    const graph = new QueryGraph(subnet, request.address, dataCertificate);
    graph.callerInfo = callerInfo;
    try {
        // Undone at the end, like all that a query changes.
        subnet.journal.set(subnet, 'timeNs', timeNs);
        return resultOf(graph.run(request));
    } finally {
        graph.finish();
    }
}

/**
 * What a query says of a canister to somebody who watches it from outside: also of one that is stopped or frozen, and of
 * one that was uninstalled what it would have said before. Nobody on the IC can ask so; invariants have to be judged.
 */
export function observe(
    subnet: Subnet,
    sender: Uint8Array,
    address: Address,
    method: string,
    arg: Uint8Array
): CallResult {
    beginStep(subnet);
    const { canister } = address;
    const graph = new QueryGraph(subnet, address, undefined, true);
    try {
        if (canister !== undefined && canister.code === undefined && canister.removed !== undefined) {
            bringBack(subnet, canister, canister.removed);
        }
        return resultOf(graph.run({ sender, address, method, arg }));
    } finally {
        // Takes what was brought back away again.
        graph.finish();
    }
}

function bringBack({ journal }: Subnet, canister: Canister, { code, instance, stable }: Removed): void {
    journal.set(canister, 'code', code);
    journal.set(canister, 'instance', instance);
    journal.set(canister, 'stable', stable);
}
