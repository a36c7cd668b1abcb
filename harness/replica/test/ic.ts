/** The management canister's newer methods as tests call them: types by method, written down once more on purpose. */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import type { CallResult } from '../index.ts';
import { MANAGEMENT } from '../index.ts';
import { forward } from './proxy.ts';
import { ALICE, bytes, type Lab } from './lab.ts';

const blob = IDL.Vec(IDL.Nat8);
const id = { canister_id: IDL.Principal };
const version = { sender_canister_version: IDL.Opt(IDL.Nat64) };
const controllers = IDL.Vec(IDL.Principal);
const change = IDL.Record({
    timestamp_nanos: IDL.Nat64,
    canister_version: IDL.Nat64,
    origin: IDL.Variant({
        from_user: IDL.Record({ user_id: IDL.Principal }),
        from_canister: IDL.Record({ canister_id: IDL.Principal, canister_version: IDL.Opt(IDL.Nat64) })
    }),
    details: IDL.Variant({
        creation: IDL.Record({ controllers, environment_variables_hash: IDL.Opt(blob) }),
        code_uninstall: IDL.Null,
        code_deployment: IDL.Record({
            mode: IDL.Variant({ install: IDL.Null, reinstall: IDL.Null, upgrade: IDL.Null }),
            module_hash: blob
        }),
        load_snapshot: IDL.Record({
            from_canister_id: IDL.Opt(IDL.Principal),
            snapshot_id: blob,
            canister_version: IDL.Nat64,
            taken_at_timestamp: IDL.Nat64
        }),
        controllers_change: IDL.Record({ controllers })
    })
});
const hash = IDL.Record({ hash: blob });
const metrics = Object.fromEntries(
    [
        'memory',
        'compute_allocation',
        'ingress_induction',
        'instructions',
        'request_and_response_transmission',
        'uninstall',
        'canister_creation',
        'http_outcalls',
        'burned_cycles'
    ].map((name) => [name, IDL.Nat])
);
const none = IDL.Record({});

/** Argument and result; `none` stands for `()`. */
const TYPES: Readonly<Record<string, readonly [IDL.Type, IDL.Type]>> = {
    uninstall_code: [IDL.Record({ ...id, ...version }), none],
    start_canister: [IDL.Record(id), none],
    stop_canister: [IDL.Record(id), none],
    delete_canister: [IDL.Record(id), none],
    upload_chunk: [IDL.Record({ ...id, chunk: blob }), hash],
    clear_chunk_store: [IDL.Record(id), none],
    stored_chunks: [IDL.Record(id), IDL.Vec(hash)],
    canister_info: [
        IDL.Record({ ...id, num_requested_changes: IDL.Opt(IDL.Nat64) }),
        IDL.Record({
            total_num_changes: IDL.Nat64,
            recent_changes: IDL.Vec(change),
            module_hash: IDL.Opt(blob),
            controllers
        })
    ],
    canister_metadata: [IDL.Record({ ...id, name: IDL.Text }), IDL.Record({ value: blob })],
    canister_metrics: [IDL.Record(id), IDL.Record({ cycles_consumed: IDL.Record(metrics) })],
    fetch_canister_logs: [
        IDL.Record(id),
        IDL.Record({
            canister_log_records: IDL.Vec(
                IDL.Record({ idx: IDL.Nat64, timestamp_nanos: IDL.Nat64, content: blob })
            )
        })
    ],
    subnet_info: [
        IDL.Record({ subnet_id: IDL.Principal }),
        IDL.Record({ replica_version: IDL.Text, registry_version: IDL.Nat64 })
    ],
    list_canisters: [
        none,
        IDL.Record({ canisters: IDL.Vec(IDL.Record({ start: IDL.Principal, end: IDL.Principal })) })
    ]
};

type Fields = Record<string, unknown>;

function typesOf(method: string): readonly [IDL.Type, IDL.Type] {
    const found = TYPES[method];
    if (found === undefined) {
        throw new RangeError(`no types for ${method}`);
    }
    return found;
}

function encode(method: string, canister: Uint8Array, args: Fields): Fields & { canister_id: Principal } {
    const optional = { sender_canister_version: [], num_requested_changes: [] };
    return { ...optional, canister_id: Principal.fromUint8Array(canister), ...args };
}

/** By ingress. */
export function asUser(lab: Lab, method: string, canister: Uint8Array, args: Fields = {}, sender = ALICE): CallResult {
    return lab.tryManage(method, typesOf(method)[0], encode(method, canister, args), sender);
}

/** Through a proxy canister (see `proxy.ts`). */
export function asCanister(
    lab: Lab,
    proxy: Uint8Array,
    method: string,
    canister: Uint8Array,
    args: Fields = {}
): CallResult {
    return lab.call(proxy, 'go', forward(method, typesOf(method)[0], encode(method, canister, args)));
}

/** As a query. */
export function asQuery(lab: Lab, method: string, canister: Uint8Array, sender = ALICE): CallResult {
    const arg = new Uint8Array(IDL.encode([typesOf(method)[0]], [encode(method, canister, {})]));
    return lab.replica.query({ sender, canisterId: MANAGEMENT, method, arg });
}

/** The decoded reply. Throws the reject text. */
export function decoded<Result = Fields>(method: string, result: CallResult): Result {
    return IDL.decode([typesOf(method)[1]], bytes(result))[0] as unknown as Result;
}
