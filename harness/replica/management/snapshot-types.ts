/** Candid types of the snapshot methods (developer documentation, ic.did). */
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import type { CanisterArgs, Opt, SenderVersion } from './types.ts';

const blob = IDL.Vec(IDL.Nat8);
const version = IDL.Opt(IDL.Nat64);
const globals = IDL.Vec(
    IDL.Variant({ i32: IDL.Int32, i64: IDL.Int64, f32: IDL.Float32, f64: IDL.Float64, v128: IDL.Nat })
);
const timer = IDL.Opt(IDL.Variant({ inactive: IDL.Null, active: IDL.Nat64 }));
const hook = IDL.Opt(
    IDL.Variant({ condition_not_satisfied: IDL.Null, ready: IDL.Null, executed: IDL.Null })
);
const slice = IDL.Record({ offset: IDL.Nat64, size: IDL.Nat64 });
const place = IDL.Record({ offset: IDL.Nat64 });

/** take_canister_snapshot. */
export const TAKE = IDL.Record({
    canister_id: IDL.Principal,
    replace_snapshot: IDL.Opt(blob),
    uninstall_code: IDL.Opt(IDL.Bool),
    sender_canister_version: version
});
/** load_canister_snapshot. */
export const LOAD = IDL.Record({ canister_id: IDL.Principal, snapshot_id: blob, sender_canister_version: version });
/** delete_canister_snapshot and read_canister_snapshot_metadata. */
export const SNAPSHOT_ID = IDL.Record({ canister_id: IDL.Principal, snapshot_id: blob });
/** What taking one and listing them return of each. */
export const SNAPSHOT = IDL.Record({ id: blob, taken_at_timestamp: IDL.Nat64, total_size: IDL.Nat64 });
/** read_canister_snapshot_metadata. */
export const METADATA = IDL.Record({
    source: IDL.Variant({ taken_from_canister: IDL.Reserved, metadata_upload: IDL.Reserved }),
    taken_at_timestamp: IDL.Nat64,
    wasm_module_size: IDL.Nat64,
    globals,
    wasm_memory_size: IDL.Nat64,
    stable_memory_size: IDL.Nat64,
    wasm_chunk_store: IDL.Vec(IDL.Record({ hash: blob })),
    canister_version: IDL.Nat64,
    certified_data: blob,
    global_timer: timer,
    on_low_wasm_memory_hook_status: hook
});
/** read_canister_snapshot_data. */
export const READ_DATA = IDL.Record({
    canister_id: IDL.Principal,
    snapshot_id: blob,
    kind: IDL.Variant({
        wasm_module: slice,
        wasm_memory: slice,
        stable_memory: slice,
        wasm_chunk: IDL.Record({ hash: blob })
    })
});
/** Its result. */
export const DATA = IDL.Record({ chunk: blob });
/** upload_canister_snapshot_metadata. */
export const UPLOAD_METADATA = IDL.Record({
    canister_id: IDL.Principal,
    replace_snapshot: IDL.Opt(blob),
    wasm_module_size: IDL.Nat64,
    globals,
    wasm_memory_size: IDL.Nat64,
    stable_memory_size: IDL.Nat64,
    certified_data: blob,
    global_timer: timer,
    on_low_wasm_memory_hook_status: hook
});
/** Its result. */
export const UPLOADED = IDL.Record({ snapshot_id: blob });
/** upload_canister_snapshot_data. */
export const UPLOAD_DATA = IDL.Record({
    canister_id: IDL.Principal,
    snapshot_id: blob,
    kind: IDL.Variant({ wasm_module: place, wasm_memory: place, stable_memory: place, wasm_chunk: IDL.Null }),
    chunk: blob
});

/** `take_canister_snapshot_args`. */
export interface TakeArgs extends CanisterArgs, SenderVersion {
    replace_snapshot: Opt<Uint8Array>;
    uninstall_code: Opt<boolean>;
}

/** Methods about one snapshot. */
export interface SnapshotArgs extends CanisterArgs {
    snapshot_id: Uint8Array;
}

/** `load_canister_snapshot_args`. */
export interface LoadArgs extends SnapshotArgs, SenderVersion {}

/** Numbers as the Candid library has them: f32 and f64 as numbers, i32 too. */
export type GlobalArgs =
    { i32: number } | { i64: bigint } | { f32: number } | { f64: number } | { v128: bigint };

interface Slice {
    offset: bigint;
    size: bigint;
}

/** `read_canister_snapshot_data_args`. */
export interface ReadDataArgs extends SnapshotArgs {
    kind:
        | { wasm_module: Slice }
        | { wasm_memory: Slice }
        | { stable_memory: Slice }
        | { wasm_chunk: { hash: Uint8Array } };
}

/** `upload_canister_snapshot_metadata_args`. */
export interface UploadMetadataArgs {
    canister_id: Principal;
    replace_snapshot: Opt<Uint8Array>;
    wasm_module_size: bigint;
    globals: GlobalArgs[];
    wasm_memory_size: bigint;
    stable_memory_size: bigint;
    certified_data: Uint8Array;
    global_timer: Opt<{ inactive: null } | { active: bigint }>;
    on_low_wasm_memory_hook_status: Opt<object>;
}

interface Place {
    offset: bigint;
}

/** `upload_canister_snapshot_data_args`. */
export interface UploadDataArgs extends SnapshotArgs {
    kind: { wasm_module: Place } | { wasm_memory: Place } | { stable_memory: Place } | { wasm_chunk: null };
    chunk: Uint8Array;
}
