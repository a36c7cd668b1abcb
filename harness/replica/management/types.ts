/** Candid types of the management canister (developer documentation, ic.did), as far as this replica implements it. */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';

const visibility = IDL.Variant({ controllers: IDL.Null, public: IDL.Null, allowed_viewers: IDL.Vec(IDL.Principal) });
const environmentVariable = IDL.Record({ name: IDL.Text, value: IDL.Text });

/** What `canister_settings` and `definite_canister_settings` have in common: the second has no opt. */
const SETTINGS = {
    controllers: IDL.Vec(IDL.Principal),
    compute_allocation: IDL.Nat,
    memory_allocation: IDL.Nat,
    freezing_threshold: IDL.Nat,
    reserved_cycles_limit: IDL.Nat,
    minimum_incoming_canister_call_cycles: IDL.Nat,
    log_visibility: visibility,
    snapshot_visibility: visibility,
    status_visibility: visibility,
    wasm_memory_limit: IDL.Nat,
    wasm_memory_threshold: IDL.Nat,
    environment_variables: IDL.Vec(environmentVariable)
};
const optionalSettings = Object.fromEntries(
    Object.entries(SETTINGS).map(([name, type]) => [name, IDL.Opt(type as IDL.Type)])
);
const settings = IDL.Opt(IDL.Record(optionalSettings));
const senderVersion = IDL.Opt(IDL.Nat64);

export type Opt<Value> = [] | [Value];

export interface SettingsArgs {
    controllers: Opt<Principal[]>;
    compute_allocation: Opt<bigint>;
    memory_allocation: Opt<bigint>;
    freezing_threshold: Opt<bigint>;
    reserved_cycles_limit: Opt<bigint>;
    minimum_incoming_canister_call_cycles: Opt<bigint>;
    wasm_memory_limit: Opt<bigint>;
    wasm_memory_threshold: Opt<bigint>;
    environment_variables: Opt<{ name: string; value: string }[]>;
}

export interface CreateArgs {
    settings: Opt<SettingsArgs>;
}

export interface ProvisionalCreateArgs extends CreateArgs {
    amount: Opt<bigint>;
    specified_id: Opt<Principal>;
}

export interface UpgradeFlags {
    skip_pre_upgrade: Opt<boolean>;
    wasm_memory_persistence: Opt<{ keep: null } | { replace: null }>;
}

export interface InstallArgs {
    mode: { install: null } | { reinstall: null } | { upgrade: Opt<UpgradeFlags> };
    canister_id: Principal;
    wasm_module: Uint8Array;
    arg: Uint8Array;
}

export interface CanisterArgs {
    canister_id: Principal;
}

export interface TopUpArgs extends CanisterArgs {
    amount: bigint;
}

const upgradeFlags = IDL.Record({
    skip_pre_upgrade: IDL.Opt(IDL.Bool),
    wasm_memory_persistence: IDL.Opt(IDL.Variant({ keep: IDL.Null, replace: IDL.Null }))
});

export const CREATE_CANISTER = IDL.Record({ settings, sender_canister_version: senderVersion });
export const PROVISIONAL_CREATE = IDL.Record({
    amount: IDL.Opt(IDL.Nat),
    settings,
    specified_id: IDL.Opt(IDL.Principal),
    sender_canister_version: senderVersion
});
export const INSTALL_CODE = IDL.Record({
    mode: IDL.Variant({ install: IDL.Null, reinstall: IDL.Null, upgrade: IDL.Opt(upgradeFlags) }),
    canister_id: IDL.Principal,
    wasm_module: IDL.Vec(IDL.Nat8),
    arg: IDL.Vec(IDL.Nat8),
    sender_canister_version: senderVersion
});
export const CANISTER_ID = IDL.Record({ canister_id: IDL.Principal });
export const TOP_UP = IDL.Record({ canister_id: IDL.Principal, amount: IDL.Nat });
export const BLOB = IDL.Vec(IDL.Nat8);

export const CANISTER_STATUS_RESULT = IDL.Record({
    status: IDL.Variant({ running: IDL.Null, stopping: IDL.Null, stopped: IDL.Null }),
    ready_for_migration: IDL.Bool,
    version: IDL.Nat64,
    settings: IDL.Record(SETTINGS),
    module_hash: IDL.Opt(BLOB),
    memory_size: IDL.Nat,
    memory_metrics: IDL.Record({
        wasm_memory_size: IDL.Nat,
        stable_memory_size: IDL.Nat,
        global_memory_size: IDL.Nat,
        wasm_binary_size: IDL.Nat,
        custom_sections_size: IDL.Nat,
        canister_history_size: IDL.Nat,
        wasm_chunk_store_size: IDL.Nat,
        snapshots_size: IDL.Nat
    }),
    cycles: IDL.Nat,
    reserved_cycles: IDL.Nat,
    idle_cycles_burned_per_day: IDL.Nat,
    query_stats: IDL.Record({
        num_calls_total: IDL.Nat,
        num_instructions_total: IDL.Nat,
        request_payload_bytes_total: IDL.Nat,
        response_payload_bytes_total: IDL.Nat
    })
});

export function principalOf(bytes: Uint8Array): Principal {
    return Principal.fromUint8Array(bytes);
}
