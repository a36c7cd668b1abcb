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
const settings = IDL.Record(optionalSettings);
const senderVersion = IDL.Opt(IDL.Nat64);

/** How the Candid library represents `opt`. */
export type Opt<Value> = [] | [Value];

/** Who may read something. */
export type VisibilityArgs = { controllers: null } | { public: null } | { allowed_viewers: Principal[] };

/** `canister_settings`. */
export interface SettingsArgs {
    controllers: Opt<Principal[]>;
    compute_allocation: Opt<bigint>;
    memory_allocation: Opt<bigint>;
    freezing_threshold: Opt<bigint>;
    reserved_cycles_limit: Opt<bigint>;
    minimum_incoming_canister_call_cycles: Opt<bigint>;
    log_visibility: Opt<VisibilityArgs>;
    snapshot_visibility: Opt<VisibilityArgs>;
    status_visibility: Opt<VisibilityArgs>;
    wasm_memory_limit: Opt<bigint>;
    wasm_memory_threshold: Opt<bigint>;
    environment_variables: Opt<{ name: string; value: string }[]>;
}

/** A calling canister may say which version it has. */
export interface SenderVersion {
    sender_canister_version: Opt<bigint>;
}

/** `create_canister_args`. */
export interface CreateArgs extends SenderVersion {
    settings: Opt<SettingsArgs>;
}

/** `provisional_create_canister_with_cycles_args`. */
export interface ProvisionalCreateArgs extends CreateArgs {
    amount: Opt<bigint>;
    specified_id: Opt<Principal>;
}

/** What `upgrade` may carry. */
export interface UpgradeFlags {
    skip_pre_upgrade: Opt<boolean>;
    wasm_memory_persistence: Opt<{ keep: null } | { replace: null }>;
}

/** `canister_install_mode`. */
export type InstallMode = { install: null } | { reinstall: null } | { upgrade: Opt<UpgradeFlags> };

/** `install_code_args`. */
export interface InstallArgs extends SenderVersion {
    mode: InstallMode;
    canister_id: Principal;
    wasm_module: Uint8Array;
    arg: Uint8Array;
}

/** `install_chunked_code_args`. */
export interface ChunkedInstallArgs extends SenderVersion {
    mode: InstallMode;
    target_canister: Principal;
    store_canister: Opt<Principal>;
    chunk_hashes_list: { hash: Uint8Array }[];
    wasm_module_hash: Uint8Array;
    arg: Uint8Array;
}

/** `uninstall_code_args`. */
export interface UninstallArgs extends CanisterArgs, SenderVersion {}

/** `update_settings_args`. */
export interface UpdateSettingsArgs extends CanisterArgs, SenderVersion {
    settings: SettingsArgs;
}

/** What most methods take. */
export interface CanisterArgs {
    canister_id: Principal;
}

/** `provisional_top_up_canister_args`. */
export interface TopUpArgs extends CanisterArgs {
    amount: bigint;
}

const upgradeFlags = IDL.Record({
    skip_pre_upgrade: IDL.Opt(IDL.Bool),
    wasm_memory_persistence: IDL.Opt(IDL.Variant({ keep: IDL.Null, replace: IDL.Null }))
});

/** Argument types, by method. */
export const CREATE_CANISTER = IDL.Record({ settings: IDL.Opt(settings), sender_canister_version: senderVersion });
/** Development networks only. */
export const PROVISIONAL_CREATE = IDL.Record({
    amount: IDL.Opt(IDL.Nat),
    settings: IDL.Opt(settings),
    specified_id: IDL.Opt(IDL.Principal),
    sender_canister_version: senderVersion
});
const installMode = IDL.Variant({ install: IDL.Null, reinstall: IDL.Null, upgrade: IDL.Opt(upgradeFlags) });
/** A whole module in one message. */
export const INSTALL_CODE = IDL.Record({
    mode: installMode,
    canister_id: IDL.Principal,
    wasm_module: IDL.Vec(IDL.Nat8),
    arg: IDL.Vec(IDL.Nat8),
    sender_canister_version: senderVersion
});
/** Also the result of uploading a chunk. */
export const CHUNK_HASH = IDL.Record({ hash: IDL.Vec(IDL.Nat8) });
/** A module in chunks that were uploaded before. */
export const INSTALL_CHUNKED_CODE = IDL.Record({
    mode: installMode,
    target_canister: IDL.Principal,
    store_canister: IDL.Opt(IDL.Principal),
    chunk_hashes_list: IDL.Vec(CHUNK_HASH),
    wasm_module_hash: IDL.Vec(IDL.Nat8),
    arg: IDL.Vec(IDL.Nat8),
    sender_canister_version: senderVersion
});
/** uninstall_code. */
export const UNINSTALL_CODE = IDL.Record({ canister_id: IDL.Principal, sender_canister_version: senderVersion });
/** update_settings. */
export const UPDATE_SETTINGS = IDL.Record({
    canister_id: IDL.Principal,
    settings,
    sender_canister_version: senderVersion
});
/** Also the result of creating a canister. */
export const CANISTER_ID = IDL.Record({ canister_id: IDL.Principal });
/** Development networks only. */
export const TOP_UP = IDL.Record({ canister_id: IDL.Principal, amount: IDL.Nat });
/** Also the result of `raw_rand`. */
export const BLOB = IDL.Vec(IDL.Nat8);

/** Result of `canister_status`. */
export const CANISTER_STATUS_RESULT = IDL.Record({
    status: IDL.Variant({ running: IDL.Null, stopping: IDL.Null, stopped: IDL.Null }),
    ready_for_migration: IDL.Bool,
    version: IDL.Nat64,
    // The icp tool insists on what newer replicas say of logs; other clients pass over it.
    settings: IDL.Record({ ...SETTINGS, log_memory_limit: IDL.Nat }),
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
        snapshots_size: IDL.Nat,
        log_memory_store_size: IDL.Nat
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

/** A principal as the Candid library wants it. */
export function principalOf(bytes: Uint8Array): Principal {
    return Principal.fromUint8Array(bytes);
}
