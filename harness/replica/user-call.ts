/** What users send to a replica. */

/** What the canister that signs for a user says of them; see `ic0.msg_caller_info_data_copy`. Whoever submits it has verified it. */
export interface CallerInfo {
    readonly data: Uint8Array;
    /** The canister. */
    readonly signer: Uint8Array;
}

/** A call by a user. Principals are bytes; the empty canister id is the management canister. */
export interface IngressCall {
    readonly sender: Uint8Array;
    readonly canisterId: Uint8Array;
    readonly method: string;
    /** Candid-encoded. */
    readonly arg: Uint8Array;
    /** Causal name, unique in a history: `alice#2`. Default: `#0`, `#1`, ... */
    readonly label?: string;
    /** Any number of the caller's; messages that this call causes carry it as `root`. Default -1. */
    readonly root?: number;
    /**
     * `accept` has let the message in, and nobody asks `canister_inspect_message` again when it executes, as in production.
     * Otherwise it is asked then, on the state that the method will see.
     */
    readonly inspected?: boolean;
    /** Of a management call that is about no canister, the effective subnet: where a canister is created. Default: the first one. */
    readonly subnetId?: Uint8Array;
    readonly callerInfo?: CallerInfo;
}

/** A query by a user, see `Replica.query`. */
export interface QueryCall {
    /** Default: the anonymous principal. */
    readonly sender?: Uint8Array;
    readonly canisterId: Uint8Array;
    readonly method: string;
    readonly arg: Uint8Array;
    /** What `ic0.data_certificate_copy` gives; without it `data_certificate_present` is 0. */
    readonly dataCertificate?: Uint8Array;
    readonly callerInfo?: CallerInfo;
    /** Of the state that is queried, where time has moved since. Default: now. */
    readonly timeNs?: bigint;
}
