/** Code into a canister, whoever carries the management calls. */
import type { Principal } from '@dfinity/principal';
import type { ManagementCanister } from './management.ts';
import type { PackedModule } from './module.ts';

/** A canister and the module that it gets. */
export interface Installable {
    readonly id: Principal;
    readonly module: PackedModule;
    /** What lies in its chunk store already. */
    chunks: readonly { readonly hash: Uint8Array }[] | undefined;
}

/**
 * Installs the module so that nothing of an earlier one is left; `reinstall` also serves a canister without code. Rejects with what the
 * management canister's calls reject with.
 */
export async function reinstall(management: ManagementCanister, canister: Installable, arg: Uint8Array): Promise<void> {
    const { id, module } = canister;
    const mode = { reinstall: null };
    if (module.chunks.length === 0) {
        await management.install_code({ mode, canister_id: id, wasm_module: module.bytes, arg });
        return;
    }
    canister.chunks ??= await upload(management, id, module.chunks);
    await management.install_chunked_code({
        mode,
        target_canister: id,
        store_canister: [],
        chunk_hashes_list: canister.chunks,
        wasm_module_hash: module.hash,
        arg
    });
}

async function upload(
    management: ManagementCanister,
    id: Principal,
    chunks: readonly Uint8Array[]
): Promise<readonly { readonly hash: Uint8Array }[]> {
    await management.clear_chunk_store({ canister_id: id });
    const hashes: { readonly hash: Uint8Array }[] = [];
    for (const chunk of chunks) hashes.push(await management.upload_chunk({ canister_id: id, chunk }));
    return hashes;
}
