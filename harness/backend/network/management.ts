/** The management canister, as far as a deployment needs it, through an agent. */
import { Actor } from '@dfinity/agent';
import type { ActorSubclass, HttpAgent } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';

// Only the fields used: Candid record subtyping lets the replica know more.
const Target = IDL.Record({ canister_id: IDL.Principal });
const Mode = IDL.Variant({ install: IDL.Null, reinstall: IDL.Null });
const Chunk = IDL.Record({ hash: IDL.Vec(IDL.Nat8) });

const SERVICE = IDL.Service({
    provisional_create_canister_with_cycles: IDL.Func([IDL.Record({ amount: IDL.Opt(IDL.Nat) })], [Target], []),
    install_code: IDL.Func(
        [
            IDL.Record({
                mode: Mode,
                canister_id: IDL.Principal,
                wasm_module: IDL.Vec(IDL.Nat8),
                arg: IDL.Vec(IDL.Nat8)
            })
        ],
        [],
        []
    ),
    clear_chunk_store: IDL.Func([Target], [], []),
    upload_chunk: IDL.Func(
        [IDL.Record({ canister_id: IDL.Principal, chunk: IDL.Vec(IDL.Nat8) })],
        [Chunk],
        []
    ),
    install_chunked_code: IDL.Func(
        [
            IDL.Record({
                mode: Mode,
                target_canister: IDL.Principal,
                store_canister: IDL.Opt(IDL.Principal),
                chunk_hashes_list: IDL.Vec(Chunk),
                wasm_module_hash: IDL.Vec(IDL.Nat8),
                arg: IDL.Vec(IDL.Nat8)
            })
        ],
        [],
        []
    ),
    uninstall_code: IDL.Func([Target], [], []),
    start_canister: IDL.Func([Target], [], []),
    stop_canister: IDL.Func([Target], [], []),
    delete_canister: IDL.Func([Target], [], [])
});

type InstallMode = { readonly install: null } | { readonly reinstall: null };
type TargetRecord = { readonly canister_id: Principal };
type ChunkRecord = { readonly hash: Uint8Array };

/** The methods, typed. Each rejects with the agent's error. */
export interface ManagementCanister {
    provisional_create_canister_with_cycles(arg: { readonly amount: [] | [bigint] }): Promise<TargetRecord>;
    install_code(
        arg: TargetRecord & { readonly mode: InstallMode; readonly wasm_module: Uint8Array; readonly arg: Uint8Array }
    ): Promise<void>;
    clear_chunk_store(arg: TargetRecord): Promise<void>;
    upload_chunk(arg: TargetRecord & { readonly chunk: Uint8Array }): Promise<ChunkRecord>;
    install_chunked_code(arg: {
        readonly mode: InstallMode;
        readonly target_canister: Principal;
        readonly store_canister: [] | [Principal];
        readonly chunk_hashes_list: readonly ChunkRecord[];
        readonly wasm_module_hash: Uint8Array;
        readonly arg: Uint8Array;
    }): Promise<void>;
    uninstall_code(arg: TargetRecord): Promise<void>;
    start_canister(arg: TargetRecord): Promise<void>;
    stop_canister(arg: TargetRecord): Promise<void>;
    delete_canister(arg: TargetRecord): Promise<void>;
}

const MANAGEMENT = Principal.managementCanister();

/** An actor for aaaaa-aa. A creation is about no canister, and goes to the management canister itself. */
export function managementOf(agent: HttpAgent): ManagementCanister {
    const actor: ActorSubclass = Actor.createActor(() => SERVICE, {
        agent,
        canisterId: MANAGEMENT,
        callTransform: (_method, args) => ({ effectiveCanisterId: subjectOf(args[0]) ?? MANAGEMENT })
    });
    return actor as unknown as ManagementCanister;
}

/** The same over anything that carries bytes. `subject`: the canister that the call is about; a creation is about none. */
export function managementThrough(
    send: (method: string, arg: Uint8Array, subject: Principal | undefined) => Promise<Uint8Array>
): ManagementCanister {
    const fields = SERVICE._fields as [string, IDL.FuncClass][];
    const methods = fields.map(([name, { argTypes, retTypes }]) => {
        const method = async (arg: unknown): Promise<unknown> => {
            return IDL.decode(retTypes, await send(name, IDL.encode(argTypes, [arg]), subjectOf(arg)))[0];
        };
        return [name, method] as const;
    });
    return Object.fromEntries(methods) as unknown as ManagementCanister;
}

/** Where a management call goes: to the canister that it is about (interface specification, "Effective canister id"). */
function subjectOf(arg: unknown): Principal | undefined {
    const { canister_id: id, target_canister: target } = (arg ?? {}) as {
        readonly canister_id?: Principal;
        readonly target_canister?: Principal;
    };
    return id ?? target;
}
