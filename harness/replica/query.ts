/** Queries of users: executions on committed state that leave no trace (IC interface specification, "Query call"). */
import { QueryGraph } from './composite.ts';
import { beginStep } from './outcome.ts';
import type { Address } from './principal.ts';
import { resultOf, type CallResult } from './rejects.ts';
import type { Subnet } from './subnet.ts';

/** Runs query `method` of the canister at `address`; `certificate` is what data_certificate_copy gives. */
export function runQuery(
    subnet: Subnet,
    sender: Uint8Array,
    address: Address,
    method: string,
    arg: Uint8Array,
    certificate: Uint8Array | undefined
): CallResult {
    beginStep(subnet);
    const graph = new QueryGraph(subnet, address, certificate);
    try {
        return resultOf(graph.run({ sender, address, method, arg }));
    } finally {
        graph.finish();
    }
}
